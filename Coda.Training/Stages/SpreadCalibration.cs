using Coda.Training.Algebra;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>Fits two numbers of a trained spread to the held-out tenth: s² = d² r/(1 + r), r becomes floor + scale r, d the climatology's deviation.</summary>
/// <remarks>
/// States fit the observations that they were trained on better than any other, by about σ² times weights over observations, and what of a spread is noise
/// makes the smallest too small. Held-out observations know of neither: on a small run the errors of states with the smallest spread were 1.7 times that. Levi
/// et al. (2022), doi:10.3390/s22155540, scale s alone. The likelihood is that of <see cref="Losses.SpreadLikelihood"/>, its maximum found by Fisher scoring,
/// with a prior of standard deviation 1 on both numbers, which decides where the tenth is too small to. After a fit to a reanalysis its states take the
/// observations' place, in windows drawn anew from them: there they are the truth, so that the network's error is all of the difference. (In the record's own
/// windows it is not: the errors of both come from the same observations.)
/// </remarks>
internal static class SpreadCalibration
{
    private const int FirstBatch = 1 << 20; // other draws than those of the looks
    private const int MostBatches = 256;
    private const int EnoughEntries = 1 << 15;
    private const int Iterations = 50;
    private const double Least = 1e-3; // a spread is never 0
    private const double LeastRoom = 1e-6; // between a spread and the climatology's deviation, where rounding leaves none
    private const double ExactDeviation = 1e-3; // of a state that is the truth, over σ: small beside every spread, and no division by 0

    /// <summary>The error variance that states of a reanalysis are given in the likelihood.</summary>
    /// <param name="setup">What is trained.</param>
    /// <param name="entry">The entry of the state.</param>
    public static double StateVariance(TrainingSetup setup, int entry)
    {
        double scale = setup.Scales?[entry] ?? 1;
        return ExactDeviation * ExactDeviation * setup.Sigma * setup.Sigma * scale * scale;
    }

    /// <summary>Sets the arrays <see cref="SpreadHead.Floor"/> and <see cref="SpreadHead.Scale"/>.</summary>
    /// <param name="setup">What was trained.</param>
    /// <param name="weights">The network's weights, by name, with these arrays at 0 and 1.</param>
    /// <param name="device">Where to compute.</param>
    public static void Fit(TrainingSetup setup, Dictionary<string, float[]> weights, Device device)
    {
        var (floor, scale) = Maximum(Collect(setup, weights, device));
        weights[SpreadHead.Floor] = [(float)floor];
        weights[SpreadHead.Scale] = [(float)scale];
    }

    /// <summary>The most likely floor a and scale b, neither negative.</summary>
    /// <param name="entries">Of each withheld observation: the climatology's variance d² and the squared innovation, over σ², and the analysis's r.</param>
    internal static (double Floor, double Scale) Maximum(IReadOnlyList<Entry> entries)
    {
        var (a, b) = (0.0, 1.0);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            // Gradient and expected Hessian of ½ log (1 + v) + ½ q / (1 + v), v = d² r/(1 + r).
            var (ga, gb, haa, hab, hbb) = (a, b - 1, 1.0, 0.0, 1.0);
            foreach (var (climate, ratio, square) in entries)
            {
                var r = a + (b * ratio);
                var total = 1 + (climate * r / (1 + r));
                var (g, h) = (0.5 * (1 - (square / total)) / total, 0.5 / (total * total));
                var byFloor = climate / ((1 + r) * (1 + r));
                var byScale = byFloor * ratio;
                (ga, gb) = (ga + (g * byFloor), gb + (g * byScale));
                (haa, hab, hbb) = (haa + (h * byFloor * byFloor), hab + (h * byFloor * byScale), hbb + (h * byScale * byScale));
            }

            var determinant = (haa * hbb) - (hab * hab);
            var (p, q) = (a + (((hab * gb) - (hbb * ga)) / determinant), b + (((hab * ga) - (haa * gb)) / determinant));

            // Where one would be negative, the other's best with it at 0.
            (p, q) = p < 0 ? (0, b - ((gb - (hab * a)) / hbb)) : q < 0 ? (a - ((ga - (hab * b)) / haa), 0) : (p, q);
            (a, b) = (Math.Max(p, 0), Math.Max(q, 0));
        }

        return (a, Math.Max(b, Least));
    }

    private static List<Entry> Collect(TrainingSetup setup, Dictionary<string, float[]> weights, Device device)
    {
        using var store = new WeightStore(setup.Network.WeightDefinitions, 0, device);
        store.Load(weights);
        var experiment = setup.Experiment;
        var batch = new TrainingBatch(
            setup.Record, experiment.BatchSize, experiment.RolloutLength, setup.LaterOffset, setup.Sigma, setup.Simulator.System.Layout.Size,
            withholding: experiment.WithholdingFraction,
            reanalysis: setup.Reanalysis, channels: setup.Network.InputChannels, scales: setup.Scales) { Redrawn = setup.Redrawn, RedrawsHeldOut = true };
        var entries = new List<Entry>();
        for (var number = 0; number < MostBatches && entries.Count < EnoughEntries; number++)
        {
            batch.Draw(experiment.Seed, FirstBatch + number, heldOut: true, blanking: 0);
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var windows =
                TorchArrays.Of(batch.Windows, 2 * experiment.BatchSize, batch.Channels, setup.Record.Windows.Length, setup.Archive.SiteCount).to(device);
            var analysis = setup.Network.Analyze(new TorchAlgebra(device), store.View(), windows);
            Add(entries, setup, batch, TorchArrays.Plain(analysis.State), TorchArrays.Plain(analysis.Spread!()));
        }

        return entries;
    }

    private static void Add(List<Entry> entries, TrainingSetup setup, TrainingBatch batch, float[] states, float[] spread)
    {
        var (observations, locations) = (batch.Observations, setup.Operator.Locations);
        if (observations.Reanalysis is { } wanted)
        {
            for (var i = 0; i < wanted.Length; i++)
            {
                entries.Add(EntryOf(i % observations.StateSize, i, wanted[i], (float)(1 / StateVariance(setup, i % observations.StateSize))));
            }

            return;
        }

        foreach (var (lead, first) in setup.LaterOffset == 0 ? [(0, 0), (observations.Leads - 1, observations.BatchSize)] : new[] { (0, 0) })
        {
            var (values, precisions) = setup.AsCoordinates(observations.ValuesAt(lead), observations.PrecisionsAt(lead));
            for (var i = 0; i < values.Length; i++)
            {
                if (precisions[i] > 0)
                {
                    var place = locations[i % observations.SiteCount];
                    var entry = ((first + (i / observations.SiteCount)) * observations.StateSize) + place;
                    entries.Add(EntryOf(place, entry, values[i], precisions[i]));
                }
            }
        }

        Entry EntryOf(int place, int entry, float value, float precision)
        {
            var (deviation, error) = (setup.Context.Climatology.Deviation[place], (double)value - states[entry]);
            var share = spread[entry] * spread[entry] / (deviation * deviation);
            return new Entry(precision * deviation * deviation, share / Math.Max(1 - share, LeastRoom), precision * error * error);
        }
    }

    /// <summary>A withheld observation, or an entry of a reanalysis, squares over its error variance.</summary>
    /// <param name="Climate">The climatology's variance d² there.</param>
    /// <param name="Ratio">The analysis's r, s²/(d² - s²).</param>
    /// <param name="Square">The squared innovation (y - x̂)².</param>
    internal readonly record struct Entry(double Climate, double Ratio, double Square);
}
