using System.Text.Json.Nodes;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>Operators at positions of grids of two dimensions, and what they refuse.</summary>
[TestClass]
public sealed class PositionOperatorTests
{
    private static readonly StateLayout Flow = new([new("u", new Torus(4, 5)), new("v", new Torus(4, 5))]);
    private static readonly StateLayout Box = new([new("h", new Plane(4, 5)), new("v", new Torus(3, 3))]);

    public static IEnumerable<object[]> Components =>
    [
        [Flow, "interpolation", """{ "field": "v", "x": [0, 4.75, 2.5], "y": [0, 3.5, 1.25] }"""],
        [Box, "interpolation", """{ "field": "h", "x": [0, 4, 2.5], "y": [0, 3, 1.25] }"""],
        [Box, "interpolation", """{ "field": "h" }"""],
        [Flow, "footprint", """{ "field": "u", "radius": 1.25 }"""],
        [Box, "footprint", """{ "field": "h", "radius": 1.5, "shape": "gaussian", "x": [0, 3.6], "y": [0, 1.5] }"""],
        [Flow, "field-function", "{}"],
        [Flow, "field-function", """{ "of": { "name": "interpolation", "options": { "x": [0.5, 4.75], "y": [0.25, 3.5] } } }"""],
    ];

    [TestMethod]
    [DynamicData(nameof(Components))]
    public void AllAlgebrasAgreeAndDerivativesAreThose(StateLayout layout, string name, string options)
    {
        var (formula, operands) = (new OperatorFormula(Make(layout, name, options)), States(layout));
        Agree.OverAlgebras(1e-4, formula, operands);
        Agree.GradientWithFiniteDifferences(formula, operands, ["state"]);
        Agree.TangentAndAdjoint(formula, operands, ["state"]);
    }

    [TestMethod]
    public void InterpolationIsExactForWhatIsLinearOnAPlaneAndGoesRoundATorus()
    {
        double[] x = [0, 4, 0.5, 3.25], y = [3, 0, 0.75, 2.5];
        var linear = Enumerable.Range(0, 20).Select(i => 2 + (0.5 * (i % 5)) - (3.0 * (i / 5))).ToArray();
        var inBox = new Interpolation(StateLayout.On(new Plane(4, 5)), new() { X = x, Y = y });
        Agree.Within(1e-13, [.. x.Zip(y, (a, b) => 2 + (0.5 * a) - (3 * b))], Observe(inBox, linear), "plane");
        var around = new Interpolation(StateLayout.On(new Torus(4, 5)), new() { X = [4.5], Y = [3.5] });
        Agree.Within(1e-13, [(linear[19] + linear[15] + linear[4] + linear[0]) / 4], Observe(around, linear), "corner of a torus");
    }

    [TestMethod]
    public void CoordinatesOfTheUserAreTakenToTheGrid()
    {
        var globe = StateLayout.On(new Torus(4, 8));
        var ofGrid = new Interpolation(globe, new() { X = [6, 2.5], Y = [1, 0.5] });
        var ofUser = new Interpolation(globe, new() { X = [-90, 112.5], Y = [25, 12.5], XRange = [0, 360], YRange = [0, 100] });
        CollectionAssert.AreEqual(ofGrid.Locations.ToArray(), ofUser.Locations.ToArray());
        var falling = new Interpolation(StateLayout.On(new Plane(3, 5)), new() { X = [-180, 0], Y = [90, -45], XRange = [-180, 180], YRange = [90, -90] });
        CollectionAssert.AreEqual(new[] { 0.0, 0 }, falling.Positions[0].ToArray());
        CollectionAssert.AreEqual(new[] { 1.5, 2 }, falling.Positions[1].ToArray());
    }

    [TestMethod]
    public void AFootprintIsTheMeanOfWhatItReaches()
    {
        var (grid, state) = (new Plane(4, 5), States(StateLayout.On(new Plane(4, 5)))["state"].Row(0).Values);
        var everywhere = new Footprint(StateLayout.On(grid), new());
        double[] expected = [.. Enumerable.Range(0, 20).Select(site => grid.Neighbours(site).Append(site).Average(n => state[n]))];
        Agree.Within(1e-13, expected, Observe(everywhere, state), "disc of one point around");
        var one = new Footprint(StateLayout.On(grid), new() { X = [2.6], Y = [1.2], Radius = 0.1 });
        Agree.Within(1e-13, [state[8]], Observe(one, state), "a footprint between points");
        Agree.Within(1e-13, [7], Observe(new Footprint(StateLayout.On(grid), new() { Shape = FootprintShape.Gaussian, X = [0.3], Y = [2.2], Radius = 0.7 }),
            [.. Enumerable.Repeat(7.0, 20)]), "weights");
    }

    [TestMethod]
    public void SpeedIsThatOfTheInterpolatedVelocitiesAndHasNoDerivativeAtRest()
    {
        var h = Make(Flow, "field-function", """{ "of": { "name": "interpolation", "options": { "x": [0.5], "y": [0] } } }""");
        var state = new double[40];
        (state[0], state[1], state[20], state[21]) = (1, 5, 2, 6);
        Agree.Within(1e-14, [5], Observe(h, state), "speed of (3, 4)");
        Agree.Within(0, [0], Observe(h, new double[40]), "at rest");
        state = [.. Enumerable.Repeat(1e-9, 40)];
        Agree.Within(1e-6, [Math.Sqrt(2) * 1e-9], Observe(h, state), "slow");
    }

    [TestMethod]
    [DataRow("""{ "x": [5.5], "y": [1] }""", "position 0, X: expected 0 to 4, got 5.5")]
    [DataRow("""{ "x": [1, -1], "y": [1, 1] }""", "position 1, X: expected 0 to 4, got -1")]
    [DataRow("""{ "x": [1], "y": [91], "yRange": [90, -90] }""", "position 0, Y: expected -90 to 90, got 91")]
    [DataRow("""{ "x": [1] }""", "Y: expected one for each of 1 positions, got nothing")]
    [DataRow("""{ "x": [1], "y": [1], "random": 3 }""", "X: expected positions given in one way, by X and Y, Packed or Random, got several")]
    [DataRow("""{ "xRange": [1, 1] }""", "XRange: expected two different numbers, got 1, 1")]
    [DataRow("""{ "packed": "AAAA" }""", "Packed: expected 2 doubles for each position, at least one, in Base64, got another text")]
    [DataRow("""{ "field": "q" }""", "Field: expected a field of x: plane of 4 x 5, got q")]
    [DataRow("""{ "mask": [1] }""", "mask")]
    public void BadPositionsAreRefused(string options, string expected)
    {
        foreach (var name in new[] { "interpolation", "footprint" })
        {
            var fault = Assert.ThrowsExactly<ArgumentException>(() => Make(StateLayout.On(new Plane(4, 5)), name, options));
            StringAssert.Contains(fault.Message, expected);
        }
    }

    [TestMethod]
    public void WhatHasNoGridOrNoOneFieldIsRefused()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new Interpolation(StateLayout.Of("a"), new()));
        StringAssert.Contains(fault.Message, "expected one on a ring, line, torus or plane, got components of 1");
        fault = Assert.ThrowsExactly<ArgumentException>(() => new Interpolation(Flow, new()));
        StringAssert.Contains(fault.Message, "Field: expected a field of u: torus of 4 x 5, v: torus of 4 x 5, got nothing");
        fault = Assert.ThrowsExactly<ArgumentException>(() => Make(Box, "field-function", "{}"));
        StringAssert.Contains(fault.Message, "expected fields that are observed at the same sites, got 20 of h, 9 of v");
        fault = Assert.ThrowsExactly<ArgumentException>(() => new Footprint(StateLayout.On(new Torus(4, 5)), new() { Radius = 2 }));
        StringAssert.Contains(fault.Message, "expected a footprint of at most 4 points across, of Disc, got 5");
        fault = Assert.ThrowsExactly<ArgumentException>(() => new Interpolation(StateLayout.On(new Ring(5)), new() { X = [double.NaN] }));
        StringAssert.Contains(fault.Message, "position 0, X: expected 0 to 5, or one period further on either side, got NaN");
    }

    private static ObservationOperator Make(StateLayout layout, string name, string options) =>
        ObservationOperator.Catalog.Create(new Component(name, JsonNode.Parse(options)!.AsObject()), layout);

    private static Dictionary<string, Operand> States(StateLayout layout) =>
        new() { ["state"] = Operand.Gaussian(4, 3, layout.Size).Plus(3, Operand.Gaussian(5, 3, layout.Size)) with { SymbolicAxis = 0 } };

    private static double[] Observe(ObservationOperator h, double[] state) =>
        Interpret.OnBuffers<double>(new OperatorFormula(h), new Dictionary<string, Operand> { ["state"] = new(state, state.Length) }).Values;
}
