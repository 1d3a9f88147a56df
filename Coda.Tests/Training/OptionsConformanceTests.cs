using System.Reflection;
using System.Text.Json;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Twins;
using Coda.Training.Losses;
using Coda.Training.Networks;

namespace Coda.Tests.Training;

/// <summary>What the options of every catalogue entry of Coda's own must do.</summary>
[TestClass]
public sealed class OptionsConformanceTests
{
    public static IEnumerable<object[]> Entries =>
    [
        .. Of(DynamicalSystem.Catalog), .. Of(Integrator.Catalog), .. Of(ForcingSource.Catalog),
        .. Of(ObservationOperator.Catalog), .. Of(ObservingNetwork.Catalog),
        .. Of(AssimilationNetwork.Catalog), .. Of(Correction.Catalog), .. Of(LossTerm.Catalog),
    ];

    [TestMethod]
    [DynamicData(nameof(Entries))]
    public void AllNumbersOutOfRangeAreReportedAtOnceExpectedAgainstGot(Type contract, string name)
    {
        var type = TypeOf(contract, name);
        var options = Activator.CreateInstance(type.GetNestedType("Options")!)!;
        var numbers = options.GetType().GetProperties().Where(p => p.PropertyType == typeof(int) || p.PropertyType == typeof(double)).ToList();
        foreach (var number in numbers)
        {
            number.SetValue(options, number.PropertyType == typeof(int) ? (object)-1 : double.NaN);
        }

        if (numbers.Count == 0)
        {
            Assert.IsNotNull(Make(type, options));
            return;
        }

        var message = Assert.ThrowsExactly<ArgumentException>(() => Make(type, options)).Message;
        foreach (var number in numbers)
        {
            StringAssert.Contains(message, $"{number.Name}: expected ");
            StringAssert.Matches(message, new($"{number.Name}: expected [^;]+, got {(number.PropertyType == typeof(int) ? "-1" : "NaN")}"));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Entries))]
    public void TheDefaultsAreInRangeAndComeThroughJson(Type contract, string name)
    {
        var type = TypeOf(contract, name);
        var optionsType = type.GetNestedType("Options")!;
        var options = Activator.CreateInstance(optionsType)!;
        Assert.IsNotNull(Make(type, options));
        Assert.AreEqual(options, JsonSerializer.Deserialize(JsonSerializer.Serialize(options, optionsType, CodaJson.Options), optionsType, CodaJson.Options));
    }

    [TestMethod]
    [DynamicData(nameof(Entries))]
    public void AMisspeltNameSuggestsTheEntry(Type contract, string name)
    {
        var fault = Assert.ThrowsExactly<TargetInvocationException>(
            () => Catalog(contract).GetType().GetMethod("TypeOf")!.Invoke(Catalog(contract), [name[..^1] + "q"]));
        StringAssert.Contains(fault.InnerException!.Message, "Did you mean '");
    }

    private static IEnumerable<object[]> Of<T>(Catalog<T> catalog)
        where T : class => catalog.Names.Where(name => catalog.TypeOf(name).Assembly == typeof(T).Assembly).Select(name => new object[] { typeof(T), name });

    private static object Catalog(Type contract) => contract.GetProperty("Catalog", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    private static Type TypeOf(Type contract, string name) => (Type)Catalog(contract).GetType().GetMethod("TypeOf")!.Invoke(Catalog(contract), [name])!;

    private static object Make(Type type, object options)
    {
        var constructor = type.GetConstructors().Single();
        object[] arguments =
            [.. constructor.GetParameters().SkipLast(1)
                .Select(p => p.ParameterType == typeof(StateLayout) ? StateLayout.On(new Ring(16))
                    : p.ParameterType == typeof(SiteMap) ? new SiteMap(StateLayout.On(new Ring(16)), [.. Enumerable.Range(0, 16)])
                    : (object)NetworkExamples.Aligned), options];
        try
        {
            return constructor.Invoke(arguments);
        }
        catch (TargetInvocationException fault)
        {
            throw fault.InnerException!;
        }
    }
}
