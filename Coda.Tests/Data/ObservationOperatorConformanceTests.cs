using System.Text.Json.Nodes;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>What every observation operator of the catalogue must do, on a ring, with its default options and with others.</summary>
[TestClass]
public sealed class ObservationOperatorConformanceTests
{
    private const int Size = 12;
    private static readonly StateLayout Ring = StateLayout.On(new Ring(Size));

    public static IEnumerable<object[]> Components =>
    [
        .. ObservationOperator.Catalog.Names.Select(name => new object[] { name, "{}" }),
        ["site-selection", """{ "every": 3 }"""],
        ["site-selection", """{ "sites": [7, 2, 11] }"""],
        ["neighbour-mean", """{ "radius": 0 }"""],
        ["neighbour-mean", """{ "radius": 5 }"""],
        ["power-law", """{ "exponent": 2, "scale": 3 }"""],
        ["power-law", """{ "exponent": 3.5 }"""],
        ["interpolation", """{ "x": [0, 3.25, 11.5, 11.75, -0.25, 3] }"""],
        ["interpolation", """{ "x": [350, -10, 90.5], "xRange": [0, 360] }"""],
        ["interpolation", """{ "random": 5 }"""],
        ["footprint", """{ "radius": 2.5, "x": [0.3, 6.5] }"""],
        ["footprint", """{ "radius": 1.5, "shape": "gaussian", "random": 4 }"""],
        ["field-function", """{ "function": "kineticEnergy", "of": { "name": "interpolation", "options": { "x": [1.5, 2] } } }"""],
    ];

    [TestMethod]
    [DynamicData(nameof(Components))]
    public void SitesLieInTheState(string name, string options)
    {
        var observation = Make(name, options);
        Assert.AreEqual(observation.Locations.Count, observation.SiteCount);
        Assert.IsTrue(observation.Locations.All(k => k is >= 0 and < Size), string.Join(", ", observation.Locations));
        Assert.IsGreaterThan(0, observation.SiteCount);
    }

    [TestMethod]
    [DynamicData(nameof(Components))]
    public void LeadingAxesAreFree(string name, string options)
    {
        var observation = Make(name, options);
        var state = States();
        var whole = Observe(observation, state);
        CollectionAssert.AreEqual(new[] { 4, observation.SiteCount }, whole.Shape);
        var folded = Observe(observation, state with { Shape = [2, 1, 2, Size] });
        CollectionAssert.AreEqual(new[] { 2, 1, 2, observation.SiteCount }, folded.Shape);
        Agree.Within(0, whole.Values, folded.Values, "folded batch");
        var alone = Observe(observation, state.Row(2) with { Shape = [Size] });
        Agree.Within(0, whole.Row(2).Values, alone.Values, "one state");
    }

    [TestMethod]
    [DynamicData(nameof(Components))]
    public void AllAlgebrasAgree(string name, string options) =>
        Agree.OverAlgebras(1e-4, new OperatorFormula(Make(name, options)), Operands());

    [TestMethod]
    [DynamicData(nameof(Components))]
    public void TapeAgreesWithFiniteDifferences(string name, string options) =>
        Agree.GradientWithFiniteDifferences(new OperatorFormula(Make(name, options)), Operands(), ["state"]);

    [TestMethod]
    [DynamicData(nameof(Components))]
    public void TangentLinearOperatorAndAdjointAreThoseOfTheOperator(string name, string options) =>
        Agree.TangentAndAdjoint(new OperatorFormula(Make(name, options)), Operands(), ["state"]);

    [TestMethod]
    [DynamicData(nameof(Components))]
    public void DerivativesAtZeroAreFinite(string name, string options)
    {
        var operands = new Dictionary<string, Operand> { ["state"] = new(new double[Size], 1, Size) };
        var formula = new OperatorFormula(Make(name, options));
        var cotangent = Enumerable.Repeat(1.0, Make(name, options).SiteCount).ToArray();
        Assert.IsTrue(Interpret.OnTape<double>(formula, operands, cotangent).Gradients["state"].All(double.IsFinite));
    }

    [TestMethod]
    [DynamicData(nameof(Components))]
    public void ASiteSeesItsLocation(string name, string options)
    {
        var observation = Make(name, options);
        var formula = new OperatorFormula(observation);
        for (var site = 0; site < observation.SiteCount; site++)
        {
            var cotangent = new double[observation.SiteCount * 4];
            cotangent[site] = 1;
            var gradient = Interpret.OnTape<double>(formula, Operands(), cotangent).Gradients["state"];
            Assert.AreNotEqual(0, gradient[observation.Locations[site]], $"site {site}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Components))]
    public void SomeSitesAreThoseOfAll(string name, string options)
    {
        var observation = Make(name, options);
        int[] some = [observation.SiteCount - 1, 0, observation.SiteCount - 1];
        var (all, few) = (Observe(observation, States().Row(1)).Values, observation.At(some));
        Agree.Within(1e-14, [.. some.Select(site => all[site])], Observe(few, States().Row(1)).Values, "some sites");
        CollectionAssert.AreEqual(some.Select(site => observation.Locations[site]).ToArray(), few.Locations.ToArray());
        for (var i = 0; i < (observation.Positions is null ? 0 : some.Length); i++)
        {
            CollectionAssert.AreEqual(observation.Positions![some[i]].ToArray(), few.Positions![i].ToArray());
        }
    }

    [TestMethod]
    public void SiteSelectionCountsWithinItsField()
    {
        var layout = new StateLayout([new StateField("x", new Ring(4)), new StateField("z", new Ring(6))]);
        var selection = new SiteSelection(layout, new SiteSelection.Options { Field = "z", Sites = [5, 0, 3] });
        CollectionAssert.AreEqual(new[] { 9, 4, 7 }, selection.Locations.ToArray());
        CollectionAssert.AreEqual(new[] { 4, 6, 8 }, new SiteSelection(layout, new SiteSelection.Options { Field = "z", Every = 2 }).Locations.ToArray());
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new SiteSelection(layout, new SiteSelection.Options { Field = "y", Every = 0 }));
        StringAssert.Contains(fault.Message, "Field: expected a field of x: ring of 4, z: ring of 6, got y");
        StringAssert.Contains(fault.Message, "Every: expected at least 1, got 0");
        fault = Assert.ThrowsExactly<ArgumentException>(() => new SiteSelection(layout, new SiteSelection.Options { Field = "x", Sites = [4] }));
        StringAssert.Contains(fault.Message, "expected sites in [0, 4), got 4");
    }

    [TestMethod]
    public void NeighbourMeanIsTheMeanOverTheRing()
    {
        var observation = Make("neighbour-mean", """{ "radius": 1 }""");
        var state = States().Row(0);
        var expected = Enumerable.Range(0, Size).Select(k => (state.Values[(k + Size - 1) % Size] + state.Values[k] + state.Values[(k + 1) % Size]) / 3);
        Agree.Within(1e-14, [.. expected], Observe(observation, state).Values, "mean");
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Make("neighbour-mean", """{ "radius": 6 }"""));
        StringAssert.Contains(fault.Message, "expected a footprint 2r + 1 in [1, 12], got 6");
        Assert.ThrowsExactly<ArgumentException>(() => new NeighbourMean(new Lorenz63(new Lorenz63.Options()).Layout, new NeighbourMean.Options()));
    }

    [TestMethod]
    public void NeighbourMeanGoesRoundATorusAndStopsAtWalls()
    {
        var inputs = Operands();
        foreach (var grid in new Grid[] { new Torus(3, 4), new Plane(3, 4), new Line(12) })
        {
            var observation = new NeighbourMean(StateLayout.On(grid), new NeighbourMean.Options());
            var state = States().Row(0);
            double[] expected = [.. Enumerable.Range(0, Size).Select(site => grid.Neighbours(site).Append(site).Average(n => state.Values[n]))];
            Agree.Within(1e-14, expected, Observe(observation, state).Values, $"{grid}");
            Agree.OverAlgebras(1e-4, new OperatorFormula(observation), inputs);
            Agree.TangentAndAdjoint(new OperatorFormula(observation), inputs, ["state"]);
        }

        var fault = Assert.ThrowsExactly<ArgumentException>(() => new NeighbourMean(StateLayout.On(new Torus(3, 4)), new NeighbourMean.Options { Radius = 2 }));
        StringAssert.Contains(fault.Message, "expected a footprint 2r + 1 in [1, 3], got 2");
    }

    [TestMethod]
    public void PowerLawIsItsEquation()
    {
        var observation = Make("power-law", """{ "exponent": 4, "scale": 5 }""");
        var state = States().Row(1);
        Agree.Within(1e-12, [.. state.Values.Select(x => x / 2 * (1 + Math.Pow(Math.Abs(x) / 5, 3)))], Observe(observation, state).Values, "H(x)");
    }

    private static ObservationOperator Make(string name, string options) =>
        ObservationOperator.Catalog.Create(new Component(name, JsonNode.Parse(options)!.AsObject()), Ring);

    private static Operand States() => Operand.Gaussian(4, 4, Size).Plus(3, Operand.Gaussian(5, 4, Size)) with { SymbolicAxis = 0 };

    private static Dictionary<string, Operand> Operands() => new() { ["state"] = States() };

    private static Operand Observe(ObservationOperator observation, Operand state) =>
        Interpret.OnBuffers<double>(new OperatorFormula(observation), new Dictionary<string, Operand> { ["state"] = state });
}
