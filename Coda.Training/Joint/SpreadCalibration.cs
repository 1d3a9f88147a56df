using Coda.Training.Algebra;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Joint;

/// <summary>Fits two numbers of a trained spread to the held-out tenth: log (s/d) becomes shift + scale · log (s/d), d the climatology's deviation.</summary>
/// <remarks>
/// States fit the record that they were trained on better than any other, by about σ² times weights over observations, and a spread that was trained on it knows only these errors. What is held
/// out has errors as any other record has: Levi et al. (2022), doi:10.3390/s22155540, who scale s alone. The likelihood is that of <see cref="Losses.SpreadLikelihood"/>, its maximum found by
/// Fisher scoring, with a prior of standard deviation 1 on both numbers, which decides where the tenth is too small to.
/// </remarks>
internal static class SpreadCalibration
{
    private const int FirstBatch = 1 << 20; // other draws than those of the looks
    private const int MostBatches = 256;
    private const int EnoughEntries = 1 << 15;
    private const int Iterations = 50;

    /// <summary>Sets the arrays <see cref="SpreadHead.Shift"/> and <see cref="SpreadHead.Scale"/>.</summary>
    /// <param name="setup">What was trained.</param>
    /// <param name="weights">The network's weights, by name, with these arrays at 0 and 1.</param>
    /// <param name="device">Where to compute.</param>
    public static void Fit(TrainingSetup setup, Dictionary<string, float[]> weights, Device device)
    {
        var (shift, scale) = Maximum(Collect(setup, weights, device));
        weights[SpreadHead.Shift] = [(float)shift];
        weights[SpreadHead.Scale] = [(float)scale];
    }

    /// <summary>The most likely shift a and scale b.</summary>
    /// <param name="entries">Of each withheld observation: z = log (s/d), d²/σ², and its squared innovation over σ².</param>
    internal static (double Shift, double Scale) Maximum(IReadOnlyList<(double Z, double Signal, double Square)> entries)
    {
        var (a, b) = (0.0, 1.0);
        var cost = Cost(entries, a, b);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            // Gradient and expected Hessian of ½ log (1 + v) + ½ q / (1 + v), v = d²/σ² exp 2 (a + b z).
            var (ga, gb, haa, hab, hbb) = (a, b - 1, 1.0, 0.0, 1.0);
            foreach (var (z, signal, square) in entries)
            {
                var v = signal * Math.Exp(2 * (a + (b * z)));
                var (g, h) = (v / (1 + v) * (1 - (square / (1 + v))), 2 * v * v / ((1 + v) * (1 + v)));
                (ga, gb, haa, hab, hbb) = (ga + g, gb + (g * z), haa + h, hab + (h * z), hbb + (h * z * z));
            }

            var determinant = (haa * hbb) - (hab * hab);
            var (da, db) = (((hab * gb) - (hbb * ga)) / determinant, ((hab * ga) - (haa * gb)) / determinant);
            var step = 1.0;
            while (step > 1e-6 && !(Cost(entries, a + (step * da), b + (step * db)) < cost))
            {
                step /= 2;
            }

            if (step <= 1e-6)
            {
                break;
            }

            (a, b) = (a + (step * da), b + (step * db));
            cost = Cost(entries, a, b);
        }

        return (a, b);
    }

    private static double Cost(IReadOnlyList<(double Z, double Signal, double Square)> entries, double a, double b)
    {
        var sum = 0.5 * ((a * a) + ((b - 1) * (b - 1)));
        foreach (var (z, signal, square) in entries)
        {
            var widening = 1 + (signal * Math.Exp(2 * (a + (b * z))));
            sum += 0.5 * (Math.Log(widening) + (square / widening));
        }

        return sum;
    }

    private static List<(double Z, double Signal, double Square)> Collect(TrainingSetup setup, Dictionary<string, float[]> weights, Device device)
    {
        using var store = new WeightStore(setup.Network.WeightDefinitions, 0, device);
        store.Load(weights);
        var experiment = setup.Experiment;
        var batch = new TrainingBatch(
            setup.Record, experiment.BatchSize, experiment.RolloutLength, setup.LaterOffset, setup.Sigma, setup.Simulator.System.Layout.Size, withholding: experiment.WithholdingFraction);
        var entries = new List<(double, double, double)>();
        for (var number = 0; number < MostBatches && entries.Count < EnoughEntries; number++)
        {
            batch.Draw(experiment.Seed, FirstBatch + number, heldOut: true, blanking: 0);
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var windows = tensor(batch.Windows, dtype: float32).to(device).reshape(2 * experiment.BatchSize, 2, setup.Record.Windows.Length, setup.Archive.SiteCount);
            var (states, spread) = setup.Network.AnalyzeWithSpread(new TorchAlgebra(device), store.View(), windows);
            Add(entries, setup, batch, WeightStore.Plain(states), WeightStore.Plain(spread));
        }

        return entries;
    }

    private static void Add(List<(double Z, double Signal, double Square)> entries, TrainingSetup setup, TrainingBatch batch, float[] states, float[] spread)
    {
        var (observations, locations) = (batch.Observations, setup.Operator.Locations);
        foreach (var (lead, first) in setup.LaterOffset == 0 ? [(0, 0), (observations.Leads - 1, observations.BatchSize)] : new[] { (0, 0) })
        {
            var values = observations.ValuesAt(lead);
            var precisions = observations.PrecisionsAt(lead);
            for (var i = 0; i < values.Length; i++)
            {
                if (precisions[i] > 0)
                {
                    var place = locations[i % observations.SiteCount];
                    var entry = ((first + (i / observations.SiteCount)) * observations.StateSize) + place;
                    var (deviation, error) = (setup.Context.Climatology.Deviation[place], (double)values[i] - states[entry]);
                    entries.Add((Math.Log(spread[entry] / deviation), precisions[i] * deviation * deviation, precisions[i] * error * error));
                }
            }
        }
    }
}
