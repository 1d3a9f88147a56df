using System.Text.Json.Nodes;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>Hidden variables beside a system.</summary>
[TestClass]
public sealed class HiddenForcingSystemTests
{
    // v forces the equation of x, u that of y.
    private static readonly Dictionary<string, double> Oscillator = new()
    {
        ["h1.h1"] = -0.1, ["h1.h2"] = 1.5, ["h1.x"] = -1, ["h2.h1"] = -1.5, ["h2.h2"] = -0.1, ["h2.y"] = -1,
    };

    [TestMethod]
    public void ThePalmerOscillatorIsOne()
    {
        var hidden = new HiddenForcingSystem(new() { Forced = ["x", "y"], Weights = Oscillator });
        var (x, u, v) = (new[] { 1.0, -2, 20 }, 3.0, -4.0);
        var expected = Tendency(new CoupledLorenz63(new()), [.. x, u, v]);
        Agree.Within(1e-12, [expected[0], expected[1], expected[2], expected[4], expected[3]], Tendency(hidden, [.. x, v, u]), "tendency");
        CollectionAssert.AreEqual(new[] { "x", "y", "z", "h1", "h2" }, hidden.Layout.Fields.Select(f => f.Name).ToArray());
    }

    [TestMethod]
    public void WithoutWeightsItIsTheSystemThatItWraps()
    {
        var hidden = new HiddenForcingSystem(new() { System = new("lorenz96", new() { ["size"] = 6 }), Forced = ["x[1]"], HiddenCount = 2, Drivers = [] });
        double[] x = [1, 2, 3, 4, 5, 6];
        Agree.Within(0, [.. Tendency(new Lorenz96(new() { Size = 6 }), x), 0, 0], Tendency(hidden, [.. x, 0, 0]), "h = 0");
        var forced = Tendency(hidden, [.. x, 0.5, 7]);
        Assert.AreEqual(0.5, forced[1] - Tendency(hidden, [.. x, 0, 0])[1], 1e-12);
        CollectionAssert.AreEqual(
            new[] { "F", "h1.h1", "h1.h2", "h1.constant", "h2.h1", "h2.h2", "h2.constant" }, hidden.Parameters.Select(p => p.Name).ToArray());
    }

    [TestMethod]
    public void EveryFaultNamesItsCure()
    {
        static string Fault(HiddenForcingSystem.Options options) =>
            Assert.ThrowsExactly<ArgumentException>(() => new HiddenForcingSystem(options)).Message;
        Assert.Contains("x, y, z", Fault(new() { Forced = ["w"] }));
        Assert.Contains("each once", Fault(new() { Drivers = ["x", "x"] }));
        Assert.Contains("at least 3", Fault(new() { HiddenCount = 2 }));
        Assert.Contains("h1.z", Fault(new() { Weights = new Dictionary<string, double> { ["h9.x"] = 1 } }));
        Assert.Contains("at most 1000", Fault(new() { System = new("lorenz96") }));
    }

    [TestMethod]
    public void EstimatesOfWeightsAndOfTheWrappedSystemsParametersAreOptions()
    {
        var system = new Component("hidden-forcing", JsonNode.Parse("""{ "system": "lorenz63", "weights": { "h1.x": 2 } }""")!.AsObject());
        var moved = ParameterOptions.With(system, [new("h2.h1", -1.5), new("rho", 30), new("h1.x", 3), new("h3.constant", 0)])!;
        var numbers = DynamicalSystem.Catalog.Create(moved).ParameterNumbers;
        Assert.AreEqual((-1.5, 30.0, 3.0, 0.0, 10.0), (numbers["h2.h1"], numbers["rho"], numbers["h1.x"], numbers["h3.constant"], numbers["sigma"]));
        Assert.IsNull(ParameterOptions.With(system, [new("omega", 1)]));
    }

    private static double[] Tendency(DynamicalSystem system, double[] state)
    {
        var operands = system.Parameters.ToDictionary(p => p.Name, p => Operand.Scalar(p.Default));
        operands.Add("state", new Operand(state, state.Length));
        return Interpret.OnBuffers<double>(new TendencyFormula(system), operands).Values;
    }
}
