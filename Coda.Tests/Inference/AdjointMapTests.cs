using Coda.Data.Dynamics;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Data;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Inference;

/// <summary>The adjoint of each forward model is the transpose of its tangent, ⟨M x', y⟩ = ⟨x', Mᵀ y⟩.</summary>
[TestClass]
public sealed class AdjointMapTests
{
    public static IEnumerable<object[]> Systems => DynamicalSystem.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Systems))]
    public void OfASimulator(string system) => Transposed(
        new SimulatorModel(new Simulator(SmallSystem.Make(system), new RungeKutta4(new()), 0.005)), 1e-12);

    [TestMethod]
    [DataRow(8)]
    [DataRow(13)]
    public void OfAHybridAlsoOnAnotherRing(int sites)
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        using var hybrid = new HybridModel(model, ExampleTwins.Lorenz96(size: sites).Archive().Description);
        Assert.AreEqual(sites, hybrid.StateSize);
        Transposed(hybrid, 1e-5);
    }

    [TestMethod]
    public void AModelFromBeforeThereWereAdjointsHasNone()
    {
        using var model = OnnxModel.Open(Path.Combine(Repository.Root, "models", "lorenz96"));
        using var hybrid = new HybridModel(model);
        Assert.IsNull(hybrid.StartAdjoint());
    }

    private static void Transposed(ForecastModel model, double tolerance)
    {
        const int Batch = 2;
        var size = model.StateSize;
        double[] states = [.. model.TypicalState(1), .. model.TypicalState(2)];
        var (direction, cotangent) = (Operand.Gaussian(3, size).Values, Operand.Gaussian(4, Batch, size).Values);
        var (values, tangents, again, gradients) = (new double[Batch * size], new double[Batch * size], new double[Batch * size], new double[Batch * size]);
        var forcing = Operand.Gaussian(5, Batch, 2, model.Forcing.Sum(u => u.Size)).Values; // of each state its own
        using var tangent = model.StartTangent()!;
        using var adjoint = model.StartAdjoint()!;
        tangent.Push(states, direction, values, tangents, Batch, forcing);
        adjoint.Pull(states, cotangent, again, gradients, Batch, forcing);
        Agree.Within(tolerance * values.Max(Math.Abs), values, again, "values");
        adjoint.Apply(states, again, Batch, forcing);
        Agree.Within(tolerance * values.Max(Math.Abs), values, again, "values without sensitivities");
        var (forward, back) = (tangents.Zip(cotangent, (t, c) => t * c).ToList(), gradients.Zip([.. direction, .. direction], (g, d) => g * d));
        Assert.AreEqual(forward.Sum(), back.Sum(), 10 * tolerance * forward.Sum(Math.Abs));
    }
}
