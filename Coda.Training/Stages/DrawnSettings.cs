using Coda.Data.Foundation;
using Coda.Training.Experiments;

namespace Coda.Training.Stages;

/// <summary>Draws where, and how well, a window is observed.</summary>
/// <remarks>A pure function of the random stream. Immutable; safe to share.</remarks>
/// <param name="range">What to draw from.</param>
/// <param name="sigma">The record's standard deviation of the observation error.</param>
/// <param name="scales">How many times as large it is at each site; nothing for 1. [site]</param>
internal sealed class DrawnSettings(SettingsRange range, double sigma, IReadOnlyList<float>? scales = null)
{
    private const double StationShare = 0.25;
    private const double IntervalShare = 0.2;
    private const double HoleShare = 0.2;
    private const double GapShare = 0.2;
    private const double UnequalShare = 0.2;

    /// <summary>Draws a setting and fills mask and deviations by it.</summary>
    /// <param name="mask">1 where observed, 0 elsewhere. [time, site]</param>
    /// <param name="deviations">The standard deviations of the errors, 0 where nothing is observed. [time, site]</param>
    /// <param name="sites">The number of sites.</param>
    /// <param name="random">The window's stream.</param>
    public void Draw(Span<float> mask, Span<float> deviations, int sites, ref CounterRandom random)
    {
        var density = LogUniform(range.LeastDensity, range.LargestDensity, ref random);
        if (random.NextUniform() < StationShare)
        {
            Stations(mask, sites, density, ref random);
        }
        else
        {
            for (var i = 0; i < mask.Length; i++)
            {
                mask[i] = random.NextUniform() < density ? 1 : 0;
            }
        }

        Thin(mask, sites, ref random);
        Hole(mask, sites, ref random);
        Gap(mask, sites, ref random);
        Errors(mask, deviations, sites, ref random);
    }

    // The same sites at every step, or most of the time.
    private static void Stations(Span<float> mask, int sites, double density, ref CounterRandom random)
    {
        var share = Math.Sqrt(density) + ((1 - Math.Sqrt(density)) * random.NextUniform()); // of the time, so that density / share of the sites are stations
        for (var site = 0; site < sites; site++)
        {
            var isStation = random.NextUniform() < density / share;
            for (var i = site; i < mask.Length; i += sites)
            {
                mask[i] = isStation && random.NextUniform() < share ? 1 : 0;
            }
        }
    }

    // Every n-th step only.
    private void Thin(Span<float> mask, int sites, ref CounterRandom random)
    {
        if (range.LargestInterval < 2 || random.NextUniform() >= IntervalShare)
        {
            return;
        }

        var interval = 2 + (int)random.NextInteger(range.LargestInterval - 1);
        var phase = (int)random.NextInteger(interval);
        for (var row = 0; row < mask.Length / sites; row++)
        {
            if (row % interval != phase)
            {
                mask.Slice(row * sites, sites).Clear();
            }
        }
    }

    // Neighbouring sites that are never seen; round the end to the first.
    private void Hole(Span<float> mask, int sites, ref CounterRandom random)
    {
        var largest = Math.Min(range.LargestHole, sites - 1);
        if (largest < 1 || random.NextUniform() >= HoleShare)
        {
            return;
        }

        var (width, first) = (1 + (int)random.NextInteger(largest), (int)random.NextInteger(sites));
        for (var i = 0; i < width; i++)
        {
            for (var entry = (first + i) % sites; entry < mask.Length; entry += sites)
            {
                mask[entry] = 0;
            }
        }
    }

    // Steps in a row without any observation, anywhere in the window, cut off at its ends.
    private void Gap(Span<float> mask, int sites, ref CounterRandom random)
    {
        var rows = mask.Length / sites;
        if (range.LongestGap < 1 || random.NextUniform() >= GapShare)
        {
            return;
        }

        var length = 1 + (int)random.NextInteger(range.LongestGap);
        var first = (int)random.NextInteger(rows + length) - length;
        var (from, to) = (Math.Clamp(first, 0, rows), Math.Clamp(first + length, 0, rows));
        mask[(from * sites)..(to * sites)].Clear();
    }

    // One for the window, or in some of them one for each site besides.
    private void Errors(Span<float> mask, Span<float> deviations, int sites, ref CounterRandom random)
    {
        var isUnequal = random.NextUniform() < UnequalShare;
        var all = LogUniform(range.LeastSigma, range.LargestSigma, ref random);
        for (var site = 0; site < sites; site++)
        {
            var own = (scales?[site] ?? 1) * (float)(sigma * (isUnequal ? LogUniform(range.LeastSigma, range.LargestSigma, ref random) : all));
            for (var i = site; i < mask.Length; i += sites)
            {
                deviations[i] = mask[i] * own;
            }
        }
    }

    private static double LogUniform(double least, double largest, ref CounterRandom random) => least * Math.Pow(largest / least, random.NextUniform());
}
