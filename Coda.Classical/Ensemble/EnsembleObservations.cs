using System.Numerics.Tensors;
using Coda.Classical.Observed;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Observations;

namespace Coda.Classical.Ensemble;

/// <summary>One step's observations as an ensemble sees them, in units of their errors.</summary>
/// <param name="h">The observation operator H.</param>
/// <param name="noise">The variance of the errors, the diagonal of R.</param>
/// <param name="members">The number of members N.</param>
internal sealed class EnsembleObservations(ObservationOperator h, ErrorVariance noise, int members)
{
    private const int ManySites = 1024;
    private const int Few = 4; // of so many sites one is observed

    private readonly BufferAlgebra<double> _ops = new();
    private readonly double _scale = 1 / Math.Sqrt(members - 1);

    /// <summary>The number of observations p.</summary>
    public int Count { get; private set; }

    /// <summary>The site of each. [observation]</summary>
    public int[] Sites { get; private set; } = [];

    /// <summary>The standard deviation of each error. [observation]</summary>
    public double[] Sigma { get; private set; } = [];

    /// <summary>The observed value of each, in the archive's unit. [observation]</summary>
    public double[] Values { get; private set; } = [];

    /// <summary>The innovations R^(-1/2) (y - mean of H(x)). [observation]</summary>
    public double[] Innovation { get; private set; } = [];

    /// <summary>The observed anomalies S = R^(-1/2) (H(x_m) - mean of H(x)) / √(N - 1). [observation, member]</summary>
    public double[] Anomalies { get; private set; } = [];

    /// <summary>Multiplies the observed anomalies.</summary>
    /// <param name="factor">The factor.</param>
    public void Scale(double factor)
    {
        var anomalies = Anomalies.AsSpan(0, Count * members);
        TensorPrimitives.Multiply(anomalies, factor, anomalies);
    }

    /// <summary>The ensemble's variance H P Hᵀ at an observation, in units of its error's.</summary>
    /// <param name="i">Which observation.</param>
    public double VarianceOf(int i) => TensorPrimitives.SumOfSquares<double>(Anomalies.AsSpan(i * members, members));

    /// <summary>Reads the observations of a step.</summary>
    /// <param name="stretch">The record around the step.</param>
    /// <param name="row">The step's row in it.</param>
    /// <param name="ensemble">The members. [member, space]</param>
    /// <returns>Whether there are any.</returns>
    public bool Read(ObservationStretch stretch, int row, ReadOnlySpan<double> ensemble)
    {
        var start = row * h.SiteCount;
        var mask = stretch.Mask.AsSpan(start, h.SiteCount);
        Count = 0;
        Reserve(h.SiteCount - mask.Count(0f));
        for (var site = mask.IndexOfAnyExcept(0f); site >= 0 && site < h.SiteCount; site++)
        {
            if (mask[site] != 0)
            {
                (Sites[Count], Sigma[Count]) = (site, Math.Sqrt(noise.Of(stretch, start + site)));
                Count++;
            }
        }

        if (Count == 0)
        {
            return false;
        }

        // Where few of many sites are observed, as along tracks, H of these alone costs less.
        var isSparse = h.SiteCount >= ManySites && Few * Count <= h.SiteCount;
        var of = isSparse ? h.At(Sites.AsSpan(0, Count)) : h;
        var observed = of.Apply(_ops, _ops.From(ensemble, members, ensemble.Length / members)).Span; // [member, site]
        for (var i = 0; i < Count; i++)
        {
            var row0 = Anomalies.AsSpan(i * members, members);
            for (var m = 0; m < members; m++)
            {
                row0[m] = observed[(m * of.SiteCount) + (isSparse ? i : Sites[i])];
            }

            var mean = TensorPrimitives.Sum<double>(row0) / members;
            Values[i] = stretch.Values[start + Sites[i]];
            Innovation[i] = (Values[i] - mean) / Sigma[i];
            TensorPrimitives.Subtract(row0, mean, row0);
            TensorPrimitives.Multiply(row0, _scale / Sigma[i], row0);
        }

        _ops.Recycle();
        return true;
    }

    private void Reserve(int count)
    {
        if (count > Sites.Length)
        {
            (Sites, Sigma, Values, Innovation) = (new int[count], new double[count], new double[count], new double[count]);
            Anomalies = new double[(long)count * members];
        }
    }
}
