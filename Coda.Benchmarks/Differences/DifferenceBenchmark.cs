using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Scoring.Differences;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;

namespace Coda.Benchmarks.Differences;

/// <summary>How often two methods that are the same are called different at the 5 % level, and whether the power that is promised is there.</summary>
internal static class DifferenceBenchmark
{
    private const int Pairs = 1000;
    private const double MostCalled = 0.06;
    private const int Sampled = 200;
    private const int Batch = 50;

    private static readonly double[] Coefficients = [0, 0.5, 0.8, 0.9, 0.95];

    /// <summary>Prints the tables; false where identical methods are called different too often by the estimator that is the default.</summary>
    /// <param name="output">Where to.</param>
    public static bool Run(TextWriter output)
    {
        output.WriteLine(
            $"Of {Pairs} pairs of identical methods, the share called different at the 5 % level, and (in brackets) of which was said that nobody can tell; "
            + $"of the bootstrap, of {Sampled} pairs");
        var worst = Math.Max(OfProcesses(output, isSkewed: false), OfProcesses(output, isSkewed: true));
        worst = Math.Max(worst, OfFilters(output));
        output.WriteLine($"the greatest share of the default estimator: {worst:P1}, at most {MostCalled:P0}: {(worst <= MostCalled ? "kept" : "MISSED")}");
        Powers(output);
        return worst <= MostCalled;
    }

    private static double OfProcesses(TextWriter output, bool isSkewed)
    {
        output.WriteLine($"errors of autoregressive processes of first order, {(isSkewed ? "exponentials of them, with bursts" : "Gaussian")}");
        var worst = 0.0;
        foreach (var (trajectories, times) in new[] { (1, 200), (1, 1000), (1, 5000), (4, 200), (4, 1000), (8, 100), (20, 200) })
        {
            foreach (var coefficient in Coefficients)
            {
                var pairs = new CorrelatedPairs(coefficient, times, trajectories);
                worst = Math.Max(worst, Share(output, $"  {trajectories,2} x {times,4} times, coefficient {coefficient,4}", pair => pairs.Of(pair, isSkewed)));
            }
        }

        return worst;
    }

    // Filters whose first ensembles are of other seeds, on records of their own: mean square errors of Lorenz-96.
    private static double OfFilters(TextWriter output)
    {
        output.WriteLine("mean square errors of two runs of etkf with other seeds, Lorenz-96 of 40 sites, half of them seen each .05");
        var (differences, worst) = (new List<double[]>(), 0.0);
        for (var first = 0; first < Pairs; first += Batch)
        {
            differences.AddRange(Filtered(first));
        }

        foreach (var (trajectories, times) in new[] { (1, 100), (1, 300), (1, 600), (4, 150), (8, 75) })
        {
            // Pieces of one record are no records of their own, but begin where its start does not matter any more.
            worst = Math.Max(worst, Share(output, $"  {trajectories,2} x {times,4} times", pair =>
                [.. Enumerable.Range(0, trajectories).Select(i => differences[((pair * trajectories) + i) % Pairs][..times])], Pairs / trajectories));
        }

        return worst;
    }

    private static List<double[]> Filtered(int first)
    {
        var twin = new TwinExperiment
        {
            ObservingNetwork = new("random-fraction", new JsonObject { ["fraction"] = 0.5 }), StepLength = 0.05, StepCount = 700, TrajectoryCount = Batch,
            SpinUpSteps = 500, Seed = (ulong)(first + 1),
        };
        var archive = new MemoryArchive(twin.Describe(), twin.Observations());
        var truth = twin.Truth().ToList();
        var series = new[] { 2 * first, (2 * first) + 1 }.Select(seed =>
        {
            var method = AssimilationMethod.Catalog.Create(
                new Component("etkf", new JsonObject { ["members"] = 30, ["inflation"] = 1.04, ["seed"] = seed + 1 }), new AnalysisContext(archive));
            var request = new ScoreRequest { KeepsSeries = true, Steps = new(100, 700), Scores = [new(MeanSquareError.Name)] };
            return TruthScoring.Report(method.Analyze(archive, new AnalysisRequest()), truth, archive, request).Series.Single(s => s.Sites == ScoredSites.All);
        }).ToList();
        return [.. series[0].Trajectories.Zip(series[1].Trajectories, (a, b) => a.Sums.Zip(b.Sums, (x, y) => x - y).ToArray())];
    }

    private static double Share(TextWriter output, string name, Func<int, double[][]> of, int pairs = Pairs)
    {
        var found = Enumerable.Range(0, pairs).AsParallel().Select(pair =>
        {
            var differences = of(pair);
            return Enum.GetValues<DifferenceEstimator>().Where(e => e != DifferenceEstimator.StationaryBootstrap || pair < Sampled)
                .Select(estimator => DifferenceTest.Of(differences, new() { Estimator = estimator, Samples = 400 })).ToArray();
        }).ToList();
        double Of(DifferenceEstimator estimator, Func<PairedDifference, bool> what) =>
            found.Where(f => (int)estimator < f.Length).Average(f => what(f[(int)estimator]) ? 1.0 : 0);
        var cells = Enum.GetValues<DifferenceEstimator>().Select(e => FormattableString.Invariant(
            $"{e} {100 * Of(e, d => d.Verdict != DifferenceVerdict.NotToldApart),4:F1} % ({100 * Of(e, d => d.P is null):F0})"));
        output.WriteLine($"{name}: {string.Join(", ", cells)}");
        return Of(DifferenceEstimator.Cosines, d => d.Verdict != DifferenceVerdict.NotToldApart);
    }

    // A difference that is told apart four times of five by the record that was asked for.
    private static void Powers(TextWriter output)
    {
        output.WriteLine("methods that differ by what is detectable at 80 % power, by the median of pairs that are the same: the share told apart");
        foreach (var (trajectories, times) in new[] { (1, 1000), (4, 1000), (20, 200) })
        {
            foreach (var coefficient in new[] { 0, 0.8, 0.95 })
            {
                var pairs = new CorrelatedPairs(coefficient, times, trajectories);
                var shifts = Enumerable.Range(0, 200).Select(p => DifferenceTest.Of(pairs.Of(p, isSkewed: false)).Detectable).OfType<double>().Order().ToList();
                var shift = shifts[shifts.Count / 2];
                var told = Enumerable.Range(Pairs, Pairs).AsParallel()
                    .Count(p => DifferenceTest.Of(pairs.Of(p, isSkewed: false, shift)).Verdict == DifferenceVerdict.Worse);
                output.WriteLine(FormattableString.Invariant(
                    $"  {trajectories,2} x {times,4} times, coefficient {coefficient,4}: {100.0 * told / Pairs:F1} % at {shift:F3}"));
            }
        }
    }
}
