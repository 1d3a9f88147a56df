using Coda.Classical.Correlations;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Dynamics;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Stretches;

/// <summary>What the first observations say of the size of a first guess's error at a stretch's start.</summary>
/// <remarks>
/// A stretch of a slow system varies less about its mean than the system's states do, and a filter that has lost the truth does not know it. Innovations d of
/// the model's forecast from the first state know: E d² = H B Hᵀ + R (G. Desroziers et al., Q. J. R. Meteorol. Soc. 131, 2005, doi:10.1256/qj.05.108,
/// equation 1).
/// </remarks>
internal static class FirstInnovations
{
    private const int MostTimes = 4;

    /// <summary>The variance of the errors over a covariance's: the mean of d² - R over that of H B Hᵀ, at the sites where something is observed, each field in
    /// units of its own mean variance.</summary>
    /// <param name="model">M and H.</param>
    /// <param name="map">M.</param>
    /// <param name="states">The first guess. [time, space]</param>
    /// <param name="observations">The observations.</param>
    /// <param name="covariance">B.</param>
    /// <returns>1 where nothing is observed.</returns>
    public static double Excess(LinearizedModel model, IStateMap map, ReadOnlySpan<double> states, ObservationTerms observations, ICovariance covariance)
    {
        var (size, times, excess, expected) = (model.Layout.Size, 0, 0.0, 0.0);
        var (state, next, seen) = (states[..size].ToArray(), new double[size], new double[model.SiteCount]);
        var units = Units(model.Layout, covariance.Variances);
        using var operation = model.StartOperator();
        for (var k = 0; k < states.Length / size && times < MostTimes; k++)
        {
            if (k > 0)
            {
                map.Apply(state, next, 1, observations.Forcing(k - 1));
                (state, next) = (next, state);
            }

            var (start, end) = observations.At(k);
            operation.Apply(state, seen, 1);
            for (var o = start; o < end; o++)
            {
                var (site, entry) = (observations.Sites[o], model.Locations[observations.Sites[o]]);
                excess += (Math.Pow(observations.Values[o] - seen[site], 2) - observations.Variances[o]) / units[entry];
                expected += covariance.Variances[entry] / units[entry];
            }

            times += end > start ? 1 : 0;
        }

        return expected > 0 ? excess / expected : 1;
    }

    // The mean variance of the field that an entry is of; 1 where that has none. [space]
    private static double[] Units(StateLayout layout, IReadOnlyList<double> variances)
    {
        var units = new double[layout.Size];
        foreach (var field in layout.Fields)
        {
            var start = layout.OffsetOf(field.Name);
            var mean = variances.Skip(start).Take(field.Size).Average();
            units.AsSpan(start, field.Size).Fill(mean > 0 ? mean : 1);
        }

        return units;
    }
}
