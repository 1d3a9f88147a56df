using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;

namespace Coda.Tests.Inference;

/// <summary>Every whole number of every method at its largest: refused in our words, or no harm, and never for long after it was told to stop.</summary>
[TestClass]
public sealed class LargeOptionTests
{
    private const long MostAllocated = 1_000_000_000;
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(150);

    private static readonly TemporaryDirectory Folder = new();
    private static MemoryArchive _archive = null!;
    private static OnnxModel _model = null!;
    private static OnnxModel _cycle = null!;

    public static IEnumerable<object[]> Numbers =>
        from method in AssimilationMethod.Catalog.Names
        where AssimilationMethod.Catalog.TypeOf(method).Assembly == typeof(AssimilationMethod).Assembly
        from property in AssimilationMethod.Catalog.TypeOf(method).GetNestedType("Options")!.GetProperties()
        where property.PropertyType == typeof(int) || property.PropertyType == typeof(long)
        select new object[] { method, JsonNamingPolicy.CamelCase.ConvertName(property.Name), property.PropertyType == typeof(int)
            ? int.MaxValue : long.MaxValue };

    [ClassInitialize]
    public static void Prepare(TestContext _)
    {
        _archive = ExampleTwins.Lorenz96().Archive();
        ExampleModels.Write(Folder.Path);
        _model = OnnxModel.Open(Folder.Path);
        CycleExamples.Write(Folder.File("cycle"));
        _cycle = OnnxModel.Open(Folder.File("cycle"));
    }

    [ClassCleanup]
    public static void Clean()
    {
        _model.Dispose();
        _cycle.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public void ANumberThatCannotBeMeantIsRefusedOrHarmless(string method, string option, long value)
    {
        using var stop = new CancellationTokenSource();
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            var made = AssimilationMethod.Catalog.Create(
                new Component(method, new JsonObject { [option] = value }), new AnalysisContext(_archive, method is "network" or "polished" ? _model : method == "cycle" ? _cycle : null));
            stop.CancelAfter(Soon);
            _ = made.Analyze(_archive, new AnalysisRequest { Workers = 1, Cancellation = stop.Token }).Take(2).Sum(block => block.Count);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidDataException or DivergenceException or OperationCanceledException)
        {
            Assert.DoesNotContain("System.", fault.Message);
        }

        Assert.IsLessThan(MostAllocated, GC.GetTotalAllocatedBytes() - before);
    }

    [TestMethod]
    [DataRow("extended-kalman-filter", "the covariance of a climatology")]
    [DataRow("three-dvar", "the covariance of a climatology")]
    [DataRow("strong-four-dvar", "the covariance of a climatology")]
    [DataRow("enks", "a lag of")] // of a localized filter, which has no matrix of the state's size
    [DataRow("space-time-optimal-interpolation", "the spectrum of")]
    public void AMethodTellsTheNeedOfAStateThatItCannotHold(string method, string part)
    {
        var large = ExampleTwins.Lorenz96(steps: 20_000) with { System = new Component("lorenz96", new JsonObject { ["size"] = 1 << 20 }) };
        var archive = new Claimed(large.Describe() with { SiteCount = 1 << 20 });
        var options = method switch
        {
            "strong-four-dvar" => new JsonObject { ["solver"] = "dense" }, // the other way has no matrix
            "three-dvar" => new JsonObject { ["correlation"] = "matrix" }, // nor has the other way of this one
            "enks" => new JsonObject { ["filter"] = "letkf", ["lag"] = 5000 },
            _ => null,
        };
        var made = AssimilationMethod.Catalog.Create(new Component(method, options), new AnalysisContext(archive));
        var before = GC.GetTotalAllocatedBytes();
        var message = Assert.ThrowsExactly<ArgumentException>(() => made.Analyze(archive, new AnalysisRequest { Workers = 1 })).Message;
        Assert.MatchesRegex($"^Method '{method}': expected (to need at most [0-9.]+ .B that this machine has free, got about|at most {Array.MaxLength} "
            + "numbers in an array, got more)", message);
        Assert.Contains(part, message);
        Assert.IsLessThan(MostAllocated, GC.GetTotalAllocatedBytes() - before);
    }

    /// <summary>An archive that says of itself what it likes, and has nothing.</summary>
    private sealed class Claimed(ArchiveDescription description) : IObservationArchive
    {
        public ArchiveDescription Description => description;

        public ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input) =>
            throw new NotSupportedException();
    }
}
