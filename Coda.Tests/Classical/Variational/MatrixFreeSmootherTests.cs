using System.Text.Json.Nodes;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>The iterated smoother and weak-constraint 4D-Var without matrices, on a torus.</summary>
[TestClass]
public sealed class MatrixFreeSmootherTests
{
    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("lorenz96-torus"),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5 }),
        StepCount = 120,
        TrajectoryCount = 1,
        SpinUpSteps = 500,
        Seed = 3,
    };

    private static readonly Lazy<MemoryArchive> Archive = new(Twin.Archive);

    [TestMethod]
    public void ItLeadsFromANetworksErrorToTheFloorOfTheDenseWay()
    {
        var options = new IteratedExtendedSmoother.Options { Solver = SmootherSolver.ConjugateGradients, StretchLength = 60, Overlap = 30 };
        var (guess, reports) = (new RoughGuess(Twin, 0.3), new List<StretchReport>());
        var blocks = new IteratedExtendedSmoother(new AnalysisContext(Archive.Value), options, guess).Analyze(Archive.Value, null, reports.Add).ToList();
        var dense = new IteratedExtendedSmoother(new AnalysisContext(Archive.Value), options with { Solver = SmootherSolver.Dense }, guess);
        Assert.IsLessThan(1.2 * Rmse(dense.Analyze(Archive.Value)), Rmse(blocks));
        Assert.IsTrue(reports.TrueForAll(r => r.IsSound && r.Iterations > 0), string.Join('\n', reports));
        Assert.IsTrue(blocks.TrueForAll(b => b.Spread is null));
    }

    [TestMethod]
    public void NeitherWorkersNorTheRequestChangeABit()
    {
        var options = new IteratedExtendedSmoother.Options { Solver = SmootherSolver.ConjugateGradients, StretchLength = 15, Overlap = 5, Passes = 3 };
        var twin = Twin with { StepCount = 60 };
        var archive = twin.Archive();
        var smoother = new IteratedExtendedSmoother(new AnalysisContext(archive), options, new RoughGuess(twin, 0.3));
        var alone = smoother.Analyze(archive, new AnalysisRequest { Workers = 1 }).Values();
        Assert.HasCount(60 * 48, alone);
        foreach (var workers in new[] { 2, 3 })
        {
            CollectionAssert.AreEqual(alone, smoother.Analyze(archive, new AnalysisRequest { Workers = workers }).Values());
        }

        var part = smoother.Analyze(archive, new AnalysisRequest { Steps = new StepRange(20, 35) });
        CollectionAssert.AreEqual(alone[(20 * 48)..(35 * 48)], part.Values());
    }

    [TestMethod]
    public void WeakFourDVarImprovesAFiltersAnalyses()
    {
        var filter = new Component("letkf", JsonNode.Parse("""{ "members": 12, "radius": 2, "inflation": 1.02, "spinUpSteps": 300 }""")!.AsObject());
        var context = new AnalysisContext(Archive.Value);
        var options = new WeakFourDVar.Options { FirstGuess = filter, Solver = SmootherSolver.ConjugateGradients, ModelErrorVariance = 1e-5 };
        var analyses = new WeakFourDVar(context, options).Analyze(Archive.Value);
        Assert.IsLessThan(0.8 * Rmse(AssimilationMethod.Catalog.Create(filter, context).Analyze(Archive.Value)), Rmse(analyses));
    }

    private static double Rmse(IEnumerable<StateBlock> blocks) =>
        TruthScoring.Score(blocks, Twin.Truth(), Archive.Value, new ScoreRequest { Margin = 40 })[0].Value;
}
