using Coda.Data.Cards;
using Coda.Data.Observations;

namespace Coda.Inference.Assimilation;

/// <summary>Watches whether forecasts are still nearer to the observations than the climatology's mean is.</summary>
/// <param name="card">The model's card, as it reads for what is analyzed.</param>
internal sealed class ForecastWatch(ModelCard card)
{
    private const double Memory = 100; // steps
    private const int Least = 200; // steps, before anything is said

    private readonly int[] _entries = [.. card.Sites().Entries];
    private readonly float[] _limits = LimitsOf(card); // squared errors that innovations of the climatology's mean have, by site
    private readonly bool _isOn = !card.Layout.IsBounded && card.ErrorModels().All(errors => errors == ErrorModel.Additive); // values are coordinates

    /// <summary>Looks at one step.</summary>
    /// <param name="before">What was seen before.</param>
    /// <param name="values">The observations. [site]</param>
    /// <param name="mask">Where there are some. [site]</param>
    /// <param name="forecast">The forecast. [space]</param>
    public Seen See(Seen before, ReadOnlySpan<float> values, ReadOnlySpan<float> mask, ReadOnlySpan<float> forecast)
    {
        var (sum, count) = (0.0, 0);
        for (var site = 0; site < _entries.Length && _isOn; site++)
        {
            if (mask[site] > 0)
            {
                var innovation = (double)values[site] - forecast[_entries[site]];
                (sum, count) = (sum + (innovation * innovation / _limits[site]), count + 1);
            }
        }

        return count == 0 ? before
            : new(before.Share + (((sum / count) - before.Share) / Math.Min(before.Count + 1, Memory)), before.Count + 1);
    }

    private static float[] LimitsOf(ModelCard card)
    {
        var deviations = card.Deviations();
        return [.. card.Sites().Entries.Select((entry, site) =>
            (float)(Math.Pow(card.ClimatologyDeviation[entry], 2) + Math.Pow(deviations[site % deviations.Length], 2)))];
    }

    /// <summary>What was seen so far.</summary>
    /// <param name="Share">Squared innovations over those of the climatology's mean, averaged over the newest steps.</param>
    /// <param name="Count">The number of steps with observations.</param>
    public readonly record struct Seen(double Share, long Count)
    {
        /// <summary>Whether the forecasts are further from the observations than the climatology's mean is.</summary>
        public bool IsLost => Count >= Least && Share > 1;
    }
}
