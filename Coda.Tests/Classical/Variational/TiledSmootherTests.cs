using Coda.Classical.Observed;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Stretches;
using Coda.Classical.Variational.Tangents;
using Coda.Classical.Variational.Tiles;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>Passes whose equations are solved by tiles of the ring, against those that are solved directly.</summary>
[TestClass]
public sealed class TiledSmootherTests
{
    private const double Deviation = 3.6; // of Lorenz-96's climatology

    [TestMethod]
    [DataRow("site-selection", 1e-4)]
    [DataRow("site-selection", 1e-6)]
    [DataRow("neighbour-mean", 1e-5)]
    [DataRow("power-law", 1e-5)]
    public void AStepIsTheDenseOne(string observations, double q)
    {
        var pass = new SinglePass(ExampleTwins.Lorenz96(size: 64, steps: 60, trajectories: 1, fraction: 0.5) with { Operator = new Component(observations) });
        using var dense = new TrajectorySmoother(pass.Model);
        using var tiled = Tiled(pass.Model, 1e-9);
        var (expected, step) = pass.Run(dense, q);
        var (actual, other) = pass.Run(tiled, q);
        Assert.IsTrue(other.IsSolved);
        Assert.IsGreaterThan(1, other.Iterations);
        Assert.IsGreaterThan(0.01, step.Change);
        Assert.AreEqual(step.Change, other.Change, 1e-6 * Deviation);
        AssertClose(expected, actual, 1e-6 * Deviation);
    }

    [TestMethod]
    public void ThePolishIsTheDenseOne()
    {
        var twin = ExampleTwins.Lorenz96(size: 40, steps: 300, trajectories: 1, seed: 3);
        var archive = twin.Archive();
        var (expected, dense) = Polish(archive, new RoughGuess(twin, 0.3), new() { Solver = SmootherSolver.Dense });
        var (actual, tiled) =
            Polish(archive, new RoughGuess(twin, 0.3), new() { Solver = SmootherSolver.Tiled, TileSize = 8, TileHalo = 4, SolverTolerance = 1e-9 });
        ExampleTwins.AssertClose(expected, actual, 1e-6 * Deviation);
        Assert.AreEqual(StretchOutcome.Converged, tiled.Outcome);
        Assert.AreEqual(dense.Passes, tiled.Passes);
        Assert.AreEqual(dense.Misfit, tiled.Misfit, 1e-6);
        Assert.AreEqual((0, 0), (dense.Iterations, tiled.UnsolvedEquations));
        Assert.IsGreaterThan(dense.Passes, tiled.Iterations);
    }

    [TestMethod]
    public void ARecordRepeatedRoundALargerRingGivesTheSame()
    {
        const int Times = 10;
        var twin = ExampleTwins.Lorenz96(size: 40, steps: 120, trajectories: 1, seed: 3);
        var archive = twin.Archive();
        var guess = new RoughGuess(twin, 0.3);
        var (expected, _) = Polish(archive, guess, new());
        var (large, stretch) =
            (ExampleTwins.Lorenz96(size: 40 * Times, steps: 120, trajectories: 1), ((IObservationArchive)archive)
                .ReadObservations(0, archive.Description.Steps));
        var repeated = new ObservationStretch(0, stretch.Steps, 40 * Times);
        for (var i = 0; i < repeated.Mask.Length; i++)
        {
            var source = (i / (40 * Times) * 40) + (i % 40);
            (repeated.Values[i], repeated.Mask[i]) = (stretch.Values[source], stretch.Mask[source]);
        }

        var (actual, report) = Polish(new MemoryArchive(large.Describe(), [repeated]), new Repeated(guess, archive, Times), new() { SolverTolerance = 1e-8 });
        Assert.IsGreaterThan(0, report.Iterations, "a ring of 400 is solved by tiles without being asked to");
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.AreEqual(expected[(i / (40 * Times) * 40) + (i % 40)], actual[i], 1e-5, $"entry {i}");
        }
    }

    [TestMethod]
    public void NeitherWorkersNorTheRunChangeABit()
    {
        var pass = new SinglePass(ExampleTwins.Lorenz96(size: 80, steps: 40, trajectories: 1, fraction: 0.5));
        var (expected, variances) = Bits(1);
        foreach (var workers in new[] { 1, 2, 4 })
        {
            var (actual, spread) = Bits(workers);
            CollectionAssert.AreEqual(expected, actual, $"{workers} workers");
            CollectionAssert.AreEqual(variances, spread, $"{workers} workers");
        }

        (double[] States, double[] Variances) Bits(int workers)
        {
            using var smoother = Tiled(pass.Model, 1e-4, workers);
            var (states, _) = pass.Run(smoother, 1e-5);
            var spread = new double[states.Length];
            Assert.AreEqual(0, smoother.Variances(spread));
            return (states, spread);
        }
    }

    [TestMethod]
    public void TheSpreadIsNearlyTheDenseOne()
    {
        var pass = new SinglePass(ExampleTwins.Lorenz96(size: 64, steps: 200, trajectories: 1));
        using var dense = new TrajectorySmoother(pass.Model);
        using var tiled = Tiled(pass.Model, 1e-4);
        var (expected, actual) = (new double[64 * 200], new double[64 * 200]);
        pass.Run(dense, 1e-5);
        pass.Run(tiled, 1e-5);
        dense.Variances(expected);
        tiled.Variances(actual);
        var ratios = expected.Zip(actual, (e, a) => Math.Sqrt(a / e)).ToArray();
        Assert.AreEqual(1, ratios.Average(), 0.05);
        Assert.IsLessThan(0.15, Math.Sqrt(ratios.Average(r => (r - 1) * (r - 1))));
    }

    [TestMethod]
    [DataRow(0, StretchOutcome.Failed)]
    [DataRow(2, StretchOutcome.Retried)]
    public void EquationsThatAreNotSolvedAreReported(int mostIterations, StretchOutcome outcome)
    {
        // No iteration changes nothing, which is no rest; passes of two iterations come to rest late, with one that is solved.
        var pass = new SinglePass(ExampleTwins.Lorenz96(size: 64, steps: 60, trajectories: 1));
        var settings =
            new StretchSettings(6, new ErrorVariance(1, null)) { Variance = 1e-6, InitialVariance = 1e-4, HasSpread = false,
                Tiles = Settings(pass.Model, 1e-9) with { MostIterations = mostIterations } };
        using var solver = new StretchSolver(pass.Model, settings);
        var (_, report) = solver.Solve(pass.Stretch).Single();
        Assert.AreEqual(outcome, report.Outcome, $"{report}");
        Assert.AreEqual(outcome == StretchOutcome.Failed ? report.Passes : report.Passes - 1, report.UnsolvedEquations, $"{report}");
        Assert.IsLessThanOrEqualTo(mostIterations * report.Passes, report.Iterations);
    }

    [TestMethod]
    public void ModelsThatTilesDoNotFitAreRefused()
    {
        var bell = new TwinExperiment { System = new Component("lorenz63"), StepCount = 20, SpinUpSteps = 10 };
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => new IteratedExtendedSmoother(new AnalysisContext(bell.Archive()), new() { Solver = SmootherSolver.Tiled }, new RoughGuess(bell, 0.1)));
        StringAssert.Contains(fault.Message, "Solver");
        StringAssert.Contains(fault.Message, "components of 1");
        var twin = ExampleTwins.Lorenz96(size: 40);
        var smoother = new IteratedExtendedSmoother(new AnalysisContext(twin.Archive()), new() { Solver = SmootherSolver.Tiled }, new RoughGuess(twin, 0.1));
        fault = Assert.ThrowsExactly<ArgumentException>(() => smoother.Analyze(twin.Archive()));
        StringAssert.Contains(fault.Message, "expected a ring of at least 88 sites");
        StringAssert.Contains(fault.Message, "got 40; lower tileSize or tileHalo, or set solver=dense");
    }

    [TestMethod]
    public void AStretchIsAsLongAsTheMemoryAllows()
    {
        var options = new IteratedExtendedSmoother.Options();
        var plan = new TilePlan(new RingReach(4000, -8, 4, 0), options.TileSize, options.TileHalo);
        var length = TileChoice.Length(plan, options, 10_000);
        Assert.IsLessThanOrEqualTo(4096.0 * 1024 * 1024, plan.BytesPerSiteAndStep * 4000 * (length + (2 * options.Overlap)));
        Assert.IsGreaterThan(1000, length);
        Assert.AreEqual(2000, TileChoice.Length(plan, options with { Memory = 1 << 20 }, 10_000));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => TileChoice.Length(plan, options with { Memory = 100 }, 10_000)).Message, "Memory: expected at least");
    }

    private static (float[] States, StretchReport Report) Polish(
        IObservationArchive archive, AssimilationMethod guess, IteratedExtendedSmoother.Options options)
    {
        var reports = new List<StretchReport>();
        var states = new IteratedExtendedSmoother(new AnalysisContext(archive), options with { HasSpread = false }, guess).Analyze(archive, null, reports.Add)
            .Values();
        return (states, reports.Single());
    }

    private static TileSettings Settings(LinearizedModel model, double tolerance) => new(new TilePlan(RingReach.Of(model)!, 16, 8)) { Tolerance = tolerance };

    private static TiledSmoother Tiled(LinearizedModel model, double tolerance, int workers = 2) =>
        new(model, Settings(model, tolerance) with { Workers = workers });

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance, $"entry {i}");
        }
    }

    /// <summary>What a pass over a twin's first trajectory needs.</summary>
    private sealed class SinglePass
    {
        private readonly ObservationTerms _terms;

        public SinglePass(TwinExperiment twin)
        {
            IObservationArchive archive = twin.Archive();
            Model = LinearizedModel.Of(new AnalysisContext(archive), new ThreeDVar.Options());
            var steps = archive.Description.Steps;
            double[] guess = [.. new RoughGuess(twin, 0.3).Analyze(archive).First().States.ToArray()];
            Stretch = new Stretch(archive.ReadObservations(0, steps), steps, steps, guess);
            _terms = new ObservationTerms(Stretch.Observations, steps, new ErrorVariance(1, null));
        }

        public LinearizedModel Model { get; }

        public Stretch Stretch { get; }

        public (double[] States, Pass Pass) Run(ITrajectorySmoother smoother, double q)
        {
            double[] states = [.. Stretch.FirstGuess];
            return (states, smoother.Pass(states, _terms, TrajectoryPrior.Of(Stretch.FirstGuess, Model.Layout, null), q));
        }
    }

    /// <summary>A method's analyses, repeated round a larger ring.</summary>
    private sealed class Repeated(AssimilationMethod inner, IObservationArchive archive, int times) : AssimilationMethod
    {
        public override string Name => "repeated";

        public override int? LookAhead => null;

        public override StateLayout Layout { get; } = StateLayout.On(new Ring(inner.Layout.Size * times));

        public override IEnumerable<StateBlock> Compute(IObservationArchive other, AnalysisRequest? request = null)
        {
            var size = inner.Layout.Size;
            foreach (var block in inner.Analyze(archive, request))
            {
                var states = block.States.ToArray();
                yield return new StateBlock(
                    block.Trajectory, block.FirstStep, size * times, Enumerable.Range(0, states.Length * times)
                        .Select(i => states[(i / (size * times) * size) + (i % size)]).ToArray());
            }
        }
    }
}
