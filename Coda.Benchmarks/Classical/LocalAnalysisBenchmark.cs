using System.Diagnostics;
using System.Globalization;
using Coda.Classical.Ensemble;
using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Benchmarks.Classical;

/// <summary>Time of a localized analysis, whole and for each point, on squares of rising size whose observations are equally dense: it must be in proportion to
/// the points.</summary>
internal static class LocalAnalysisBenchmark
{
    private const int Members = 25;
    private const double Radius = 6; // whose support fits the smallest square
    private const int Every = 20; // points an observation
    private const int Repetitions = 5;

    /// <summary>Prints the times.</summary>
    /// <param name="output">Where they are printed.</param>
    /// <param name="largest">The largest square's side.</param>
    public static void Run(TextWriter output, int largest = 513)
    {
        output.WriteLine($"one worker, N = {Members}, radius {Radius}, an observation to {Every} points, the fastest of {Repetitions}:");
        output.WriteLine("  ms an analysis, µs a point");
        foreach (var name in new[] { "eakf", "letkf", "letkf:spacing=2" })
        {
            // Powers of two would put all members into the same lines of a cache. Sizes in turn, so that what else the machine does meets all of them.
            var sides = Enumerable.Range(0, 8).Select(i => (64 << i) + 1).TakeWhile(side => side <= largest).ToList();
            var analyses = sides.ConvertAll(side => Make(side, name));
            var seconds = sides.ConvertAll(_ => double.PositiveInfinity);
            for (var i = 0; i < Repetitions * sides.Count; i++)
            {
                var clock = Stopwatch.StartNew();
                analyses[i % sides.Count]();
                seconds[i % sides.Count] = Math.Min(seconds[i % sides.Count], clock.Elapsed.TotalSeconds);
            }

            foreach (var (side, time) in sides.Zip(seconds))
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"  {name,-15} {side,4} x {side,-4} {1e3 * time,9:F1} {1e6 * time / side / side,8:F3}"));
            }
        }
    }

    /// <summary>An analysis on a square.</summary>
    /// <param name="side">Its points along an axis.</param>
    /// <param name="name">eakf, letkf, or letkf:spacing=2.</param>
    /// <param name="members">The number of members N.</param>
    /// <param name="radius">The localization radius.</param>
    internal static Action Make(int side, string name, int members = Members, double radius = Radius)
    {
        var layout = StateLayout.On(new Torus(side, side));
        var localization = new Localization(layout, [.. Enumerable.Range(0, layout.Size)], radius, name.EndsWith('2') ? 2 : 1);
        LocalAnalysis analysis = name == "eakf" ? new SerialRegressions(localization, members, 1.03)
            : localization.Lattice is null ? new LocalTransforms(localization, members, 1.03)
            : new InterpolatedTransforms(localization, members, 1.03);
        var (state, observations) = (State(layout, members), new EnsembleObservations(new SiteSelection(layout, new()), new ErrorVariance(2, null), members));
        _ = observations.Read(Observe(layout), 0, state.Ensemble);
        return () => analysis.Analyze(state, observations, new CounterRandom(1));
    }

    private static EnsembleState State(StateLayout layout, int members)
    {
        var (state, random) = (new EnsembleState(members, layout.Size), new CounterRandom(2));
        for (var i = 0; i < state.Ensemble.Length; i++)
        {
            state.Ensemble[i] = random.NextGaussian();
        }

        state.Split();
        return state;
    }

    private static ObservationStretch Observe(StateLayout layout)
    {
        var (stretch, random) = (new ObservationStretch(0, new StepRange(0, 1), layout.Size), new CounterRandom(3));
        for (var site = 0; site < layout.Size; site++)
        {
            if (random.NextUniform() < 1.0 / Every)
            {
                (stretch.Mask[site], stretch.Values[site]) = (1, (float)random.NextGaussian());
            }
        }

        return stretch;
    }
}
