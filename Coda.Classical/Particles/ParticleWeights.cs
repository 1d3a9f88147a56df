using Coda.Classical.Numerics;
using Coda.Classical.Observed;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Observations;

namespace Coda.Classical.Particles;

/// <summary>The weights of particles, and how observations change them.</summary>
/// <param name="count">The number of particles.</param>
/// <param name="size">The length of one state.</param>
/// <param name="h">The observation operator H.</param>
/// <param name="noise">The variance of the errors, the diagonal of R.</param>
/// <param name="workers">The batches worked on at the same time.</param>
/// <param name="cancellation">Stops between batches.</param>
internal sealed class ParticleWeights(
    int count, int size, ObservationOperator h, ErrorVariance noise, int workers, CancellationToken cancellation) : IDisposable
{
    private readonly WorkerLoop<BufferAlgebra<double>> _batches = new(workers, () => new(), cancellation);
    private readonly double[] _logLikelihood = new double[count];

    /// <summary>The particles of a batch, the same whatever the workers.</summary>
    public static int BatchOf(int size) => Math.Max(1, (1 << 15) / size);

    /// <summary>The weights, whose sum is 1. [particle]</summary>
    public double[] Values { get; } = [.. Enumerable.Repeat(1.0 / count, count)];

    /// <summary>Takes the observations of a step in.</summary>
    /// <param name="states">The particles. [particle, space]</param>
    /// <param name="stretch">The record around the step.</param>
    /// <param name="row">The step's row in it.</param>
    /// <param name="watch">Told the innovations of the weighted mean.</param>
    /// <returns>The effective size 1 / Σ w² (Kong, Liu and Wong, 1994), or nothing where there is no observation.</returns>
    public double? Assimilate(double[] states, ObservationStretch stretch, int row, InnovationWatch watch)
    {
        var start = row * h.SiteCount;
        int[] sites = [.. Enumerable.Range(0, h.SiteCount).Where(site => stretch.Mask[start + site] != 0)];
        if (sites.Length == 0)
        {
            return null;
        }

        double[] variances = [.. sites.Select(site => noise.Of(stretch, start + site))];
        double[] values = [.. sites.Select(site => (double)stretch.Values[start + site])];
        Look(Observe(states, sites, values, variances), sites, values, variances, watch);
        return Weigh();
    }

    /// <summary>Makes all weights the same.</summary>
    public void Reset() => Array.Fill(Values, 1.0 / count);

    /// <inheritdoc/>
    public void Dispose() => _batches.Dispose();

    // The log-likelihood of each particle; and of each observation Σ w H(x) and Σ w (H(x) - y)², summed in the order of batches.
    private (double[] Means, double[] Squares) Observe(double[] states, int[] sites, double[] values, double[] variances)
    {
        var (length, p) = (BatchOf(size), sites.Length);
        var parts = new (double[] Means, double[] Squares)[(count + length - 1) / length];
        _batches.Run(parts.Length, (ops, batch) =>
        {
            var (first, n) = (batch * length, Math.Min(length, count - (batch * length)));
            var seen = h.Apply(ops, ops.From(states.AsSpan(first * size, n * size), n, size)).Span; // [particle, site]
            var (means, squares) = (new double[p], new double[p]);
            for (var m = 0; m < n; m++)
            {
                var sum = 0.0;
                for (var o = 0; o < p; o++)
                {
                    var departure = seen[(m * h.SiteCount) + sites[o]] - values[o];
                    sum -= 0.5 * departure * departure / variances[o];
                    means[o] += Values[first + m] * departure;
                    squares[o] += Values[first + m] * departure * departure;
                }

                _logLikelihood[first + m] = sum;
            }

            parts[batch] = (means, squares);
            ops.Recycle();
        });
        return ([.. Enumerable.Range(0, p).Select(o => parts.Sum(b => b.Means[o]))], [.. Enumerable.Range(0, p).Select(o => parts.Sum(b => b.Squares[o]))]);
    }

    private static void Look((double[] Means, double[] Squares) seen, int[] sites, double[] values, double[] variances, InnovationWatch watch)
    {
        watch.Begin(sites.Length);
        for (var o = 0; o < sites.Length; o++)
        {
            watch.Add(sites[o], values[o], -seen.Means[o], Math.Max(0, seen.Squares[o] - (seen.Means[o] * seen.Means[o])), variances[o]);
        }

        watch.Judge();
    }

    private double Weigh()
    {
        var (most, sum, squares) = (_logLikelihood.Max(), 0.0, 0.0);
        for (var m = 0; m < count; m++)
        {
            Values[m] *= Math.Exp(_logLikelihood[m] - most);
            sum += Values[m];
        }

        for (var m = 0; m < count; m++)
        {
            Values[m] /= sum;
            squares += Values[m] * Values[m];
        }

        return 1 / squares;
    }
}
