using System.Text.Json.Nodes;
using Coda.Benchmarks.Classical;
using Coda.Classical.Variational;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using static Coda.Benchmarks.Curves.CurveRecords;

namespace Coda.Benchmarks.Curves;

/// <summary>The polish, 4D-Var and what else solves for a state, and steps of simulators.</summary>
internal static class VariationalCurves
{
    private const string Step = "step";

    private static readonly int[] Large = [640, 1280, 2560, 5120];
    private static readonly int[] Seen = [20, 40, 80, 160, 320]; // of 320 sites
    private static readonly int[] Stretches = [250, 500, 1000, 2000, 4000];

    /// <summary>The cases.</summary>
    public static IEnumerable<CurveCase> Cases() => [.. Simulators(), .. State(), .. Dense(), .. Observations(), .. Steps()];

    private static IEnumerable<CurveCase> Simulators()
    {
        yield return Simulator("lorenz96", [102_400, 204_800, 409_600, 819_200, 1_638_400], 1, "a few neighbours an entry", size => new() { ["size"] = size });
        yield return Simulator("shallow-water", [3 * 128 * 128, 3 * 256 * 256, 3 * 512 * 512, 3 * 1024 * 1024], 1, "a few neighbours an entry",
            size => new() { ["size"] = Side(size / 3) });
        yield return Simulator("quasi-geostrophic", [129 * 129, 257 * 257, 513 * 513, 1025 * 1025], 1.15, "transforms: n log n",
            size => new() { ["size"] = Side(size) }, 0.25);
        yield return Simulator("kolmogorov-flow", [128 * 128, 256 * 256, 512 * 512, 1024 * 1024], 1.15, "transforms: n log n",
            size => new() { ["size"] = Side(size) }, 0.001);
        yield return Simulator("kuramoto-sivashinsky", [256, 512, 1024, 2048, 4096], 1.15, "transforms: n log n", size => new() { ["size"] = size }, 0.05);
    }

    private static IEnumerable<CurveCase> State()
    {
        const string iterations = "each iteration is one run of tangent and adjoint, and as many of them";
        yield return new("polish, tiles", CurveAxis.State, Step, Large, 1, "a tile of fixed size to so many sites",
            sites => Smoother(sites, 20, false));
        yield return new("polish with spread, tiles", CurveAxis.State, Step, [320, 640, 1280, 2560], 1, "a tile of fixed size to so many sites",
            sites => Smoother(sites, 40, true));
        yield return new("polish by conjugate gradients", CurveAxis.State, Step, [800, 1600, 3200, 6400], 1, iterations,
            sites => Smoother(sites, 10, false, SmootherSolver.ConjugateGradients));
        yield return new("strong-four-dvar", CurveAxis.State, "window", [800, 1600, 3200, 6400], 1.25,
            "the same; a Gauss-Newton step more where the state is larger, for the tolerance is of the whole cost",
            sites => Analyses(Of(Ring(sites, 12)), "strong-four-dvar", "halfWidth=3"));
        yield return new("weak-four-dvar, tiles", CurveAxis.State, Step, [320, 640, 1280, 2560], 1, "a tile of fixed size to so many sites",
            sites => Analyses(Of(Ring(sites, 60)), "weak-four-dvar"));
        yield return new("three-dvar, waves", CurveAxis.State, Step, [1000, 2000, 4000, 8000], 1.15, "transforms: n log n, as many iterations",
            sites => Analyses(Of(Ring(sites, 20)), "three-dvar"));
        yield return new("field-optimal-interpolation", CurveAxis.State, Step, [400, 800, 1600, 3200], 1, "an entry from the observations near it",
            sites => Analyses(Of(Ring(sites, 40)), "field-optimal-interpolation", "halfWidth=5", "lengthScale=1", "timeScale=0.1"));
    }

    private static IEnumerable<CurveCase> Dense()
    {
        int[] small = [25, 50, 100, 200];
        yield return new("polish, dense", CurveAxis.State, Step, small, 3, "matrices of the state; the default up to 160 sites",
            sites => Smoother(sites, 100, false));
        yield return new("strong-four-dvar, dense", CurveAxis.State, "window", small, 3, "matrices of the state; the default up to 400 entries",
            sites => Analyses(Of(Ring(sites, 24)), "strong-four-dvar", "halfWidth=5"));
        yield return new("extended-kalman-filter", CurveAxis.State, Step, small, 3, "matrices of the state",
            sites => Analyses(Of(Ring(sites, 100)), "extended-kalman-filter"));
        yield return new("three-dvar, a matrix", CurveAxis.State, Step, [.. small, 400, 800], 3, "matrices of the state; the default up to 1,000 entries",
            sites => Analyses(Of(Ring(sites, 100)), "three-dvar"));
        yield return new("cycled-smoother", CurveAxis.State, Step, small, 3, "matrices of the state",
            sites => Analyses(Of(Ring(sites, 100)), "cycled-smoother", "warmUp=0"));
    }

    private static IEnumerable<CurveCase> Observations()
    {
        yield return OfObservations("polish, tiles", 1, "each observation once a pass", seen => Smoother(320, 100, false, share: seen / 320.0));
        yield return OfObservations("strong-four-dvar", 1, "each observation once an iteration",
            seen => Analyses(Of(Ring(400, 24, seen / 400.0)), "strong-four-dvar", "halfWidth=5"));
        yield return OfObservations("three-dvar, a matrix", 3, "a matrix of the observations", seen => Analyses(Of(Ring(400, 40, seen / 400.0)), "three-dvar"));
        yield return OfObservations("three-dvar, waves", 1, "each observation once an iteration",
            seen => Analyses(Of(Ring(1200, 20, seen / 400.0)), "three-dvar"));
        yield return OfObservations("extended-kalman-filter", 2, "a gain of each observation to each entry, of each other observation",
            seen => Analyses(Of(Ring(100, 60, seen / 400.0)), "extended-kalman-filter"));
        yield return OfObservations("space-time-optimal-interpolation", 3, "a matrix of the observations in reach, of fixed number at most",
            seen => Analyses(Of(Ring(40, 60, seen / 400.0)), "space-time-optimal-interpolation", "halfWidth=5"));
    }

    private static IEnumerable<CurveCase> Steps()
    {
        yield return new("polish: record", CurveAxis.Steps, "record", Stretches, 1, "stretches of fixed length",
            steps => Smoother(40, steps, true) with { Units = 1 });
        yield return new("strong-four-dvar: window", CurveAxis.Steps, "window", [5, 10, 20, 40], 1, "each iteration is one run of tangent and adjoint",
            half => Analyses(Of(Ring(40, 100)), "strong-four-dvar", $"halfWidth={half}"));
        yield return new("strong-four-dvar, matrix-free: window", CurveAxis.Steps, "window", [5, 10, 20, 40], 1,
            "each iteration is one run of tangent and adjoint", half => Analyses(Of(Ring(400, 24)), "strong-four-dvar", $"halfWidth={half}"));
    }

    private static CurveCase OfObservations(string name, double most, string why, Func<int, CurveWork> make) =>
        new(name, CurveAxis.Observations, Step, Seen, most, why, make);

    private static CurveCase Simulator(string name, int[] sizes, double most, string why, Func<int, JsonObject> options, double step = 0.01) =>
        new($"simulator {name}", CurveAxis.State, Step, sizes, most, why, size =>
        {
            var simulator = new Simulator(
                DynamicalSystem.Catalog.Create(new Component(name, options(size))), Integrator.Catalog.Create(new Component("runge-kutta4")), step);
            var model = new SimulatorModel(simulator);
            var state = model.ReferenceState.Select(x => (float)x).ToArray();
            var next = new float[state.Length];
            return new(() => model.Advance(state, next, 1), 1);
        });

    private static CurveWork Smoother(int sites, int steps, bool hasSpread, SmootherSolver solver = SmootherSolver.Automatic, double share = 0.25)
    {
        var twin = Ring(sites, steps, share);
        var archive = Of(twin);
        return Analyses(archive, new IteratedExtendedSmoother(
            new AnalysisContext(archive), new() { HasSpread = hasSpread, Solver = solver, IsCorrelated = false }, new ShiftedTruth(twin)));
    }

    private static int Side(int points) => (int)Math.Round(Math.Sqrt(points));
}
