using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Training.Networks;

namespace Coda.Tests.Training;

/// <summary>Observations of fields with bounds as networks read them.</summary>
[TestClass]
public sealed class ObservedCoordinatesTests
{
    [TestMethod]
    [DataRow(ErrorModel.Additive, 0.0, null, 30.0)]
    [DataRow(ErrorModel.Additive, null, 100.0, 30.0)]
    [DataRow(ErrorModel.Additive, -50.0, 100.0, 30.0)]
    [DataRow(ErrorModel.SquareRoot, 0.0, null, 30.0)]
    [DataRow(ErrorModel.Multiplicative, 2.0, null, 30.0)]
    [DataRow(ErrorModel.Multiplicative, 0.0, 100.0, 30.0)]
    public void WellWithinTheBoundsTheyAreCoordinates(ErrorModel errors, double? lower, double? upper, double y)
    {
        var domain = new StateDomain(lower, upper);
        var coordinates = Of(domain, errors, 0.01)!;
        var u = errors.ToScale((float)y);
        var (z, slope) = coordinates.At(0, u);
        Assert.AreEqual(domain.ToWorking(y), z, 0.01);
        Assert.AreEqual((coordinates.At(0, u + 0.01f).Value - coordinates.At(0, u - 0.01f).Value) / 0.02, slope, 1e-2 * Math.Abs(slope) + 1e-4);
        Assert.AreEqual(u, coordinates.Observe(0, domain.ToWorking(y)), 1e-5 * y);
    }

    [TestMethod]
    public void BeyondTheBoundsTheyGoOnAndGraphsAgree()
    {
        float[] observed = [-1e6f, -30, -0.5f, 0, 0.5f, 30, 1e6f];
        var coordinates = Of(StateDomain.Positive, ErrorModel.Additive, 0.5)!;
        double[] expected = [.. observed.Select(u => coordinates.At(0, u).Value)];
        CollectionAssert.AreEqual(expected.Order().ToArray(), expected, "They grow with the value.");
        var ops = new BufferAlgebra<float>();
        var seen = coordinates.Apply(ops, ops.From(observed, observed.Length, 1)).Span;
        for (var i = 0; i < observed.Length; i++)
        {
            Assert.AreEqual(expected[i], seen[i], 1e-4 * Math.Abs(expected[i]) + 1e-6, $"{observed[i]}");
        }
    }

    [TestMethod]
    public void FieldsWhoseCoordinatesAreObservedStayAsTheyAre()
    {
        Assert.IsNull(Of(StateDomain.Real, ErrorModel.Additive, 1));
        Assert.IsNull(Of(StateDomain.Positive, ErrorModel.Multiplicative, 1));
        var layout = new StateLayout(
            [new("n", new Components(2)) { Domain = StateDomain.Positive }, new("T", new Components(1)), new("m", new Components(1)) { Domain = StateDomain.Positive }]);
        var fields = new Dictionary<string, ObservedField> { ["m"] = new() { Errors = ErrorModel.Multiplicative } };
        var ops = new BufferAlgebra<double>();
        var seen = ObservedCoordinates.Of(layout, fields, ErrorModel.Additive, 0.01)!.Apply(ops, ops.From([30, 40, -5, 7], 1, 4)).Span;
        double[] expected = [Math.Log(30), Math.Log(40), -5, 7];
        for (var i = 0; i < 4; i++)
        {
            Assert.AreEqual(expected[i], seen[i], 1e-6);
        }
    }

    private static ObservedCoordinates? Of(StateDomain domain, ErrorModel errors, double sigma) =>
        ObservedCoordinates.Of(StateLayout.Of("n").Within(domain), null, errors, sigma);
}
