using System.Text.Json.Nodes;
using Coda.Classical.Observed;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Classical.Variational.Windows;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>4D-Var with derivatives that are prepared once a Gauss-Newton step, on a small ocean basin.</summary>
[TestClass]
public sealed class PreparedWindowTests
{
    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("quasi-geostrophic", new JsonObject { ["size"] = 17 }),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.2, ["interval"] = 4 }),
        StepLength = 1.25,
        StepCount = 24,
        TrajectoryCount = 1,
        SpinUpSteps = 100,
        Seed = 2,
    };

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void MemoryChangesNoBit(bool isSingle)
    {
        var archive = Twin.Archive();
        var model = LinearizedModel.Of(new AnalysisContext(archive), new StrongFourDVar.Options());
        var steps = new StepRange(0, 24);
        var terms = new ObservationTerms(archive.ReadObservations(0, steps), steps, new ErrorVariance(null, archive.Description.Sigma));
        var mean = model.TypicalState(1);
        var minima = new[] { 0, 100_000, TrajectoryDerivatives.UsualBytes }.Select(bytes =>
        {
            using var solver = new AdjointWindowSolver(model, new() { Tolerance = 0.01, MostIterations = 6, IsPreconditioned = true }, isSingle, bytes);
            double[] state = [.. mean];
            var misfit = solver.Minimize(state, (terms, 0, 24), new Prior(mean, [.. mean.Select(_ => 0.5)]), 0, 3, 1e-6);
            Assert.IsGreaterThan(6, solver.Iterations);
            return (double[])[misfit, .. state];
        }).ToArray();
        CollectionAssert.AreEqual(minima[0], minima[1], "a part of the steps");
        CollectionAssert.AreEqual(minima[0], minima[2], "all steps");
    }
}
