using System.Globalization;
using Coda.Data.Archives;

namespace Coda.Data.Cards;

/// <summary>How well and how densely a record is observed, or the range of such settings that a network was trained for.</summary>
/// <param name="LeastSigma">The smallest standard deviation of an observation's error.</param>
/// <param name="LargestSigma">The largest one.</param>
/// <param name="LeastDensity">The smallest share of sites and steps that are observed; a record has one.</param>
/// <param name="LargestDensity">The largest one.</param>
/// <param name="LongestGap">The largest number of steps in a row without any observation.</param>
/// <param name="LargestHole">The largest number of neighbouring sites that are never observed; round the end to the first.</param>
public sealed record ObservingSettings(double LeastSigma, double LargestSigma, double LeastDensity, double LargestDensity, long LongestGap, int LargestHole)
{
    private const int Entries = 1 << 22; // read at a time

    // Room for records that differ from the trained settings by chance, or by a rounded number; what is further off the network has not met.
    private const double SigmaRoom = 1.2;
    private const double DensityRoom = 1.5;
    private const int GapRoom = 5;

    /// <summary>The settings of a record.</summary>
    /// <param name="archive">The observations; all are read once.</param>
    /// <param name="sigma">The standard deviation of the errors of observations that have none of their own, and for which the archive names none.</param>
    /// <param name="scales">How many times as large each site's error is as that which stands for all; errors are divided by it. Nothing for 1. [site]</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The settings; of an archive without any observation, with a density of 0.</returns>
    public static ObservingSettings Of(
        IObservationArchive archive, double sigma, IReadOnlyList<float>? scales = null, CancellationToken cancellation = default)
    {
        var description = archive.Description;
        var sum = new Sum(description.SiteCount, sigma, description.Sigma, scales);
        foreach (var stretch in archive.ReadStretches(Math.Max(1, Entries / description.SiteCount), halo: 0))
        {
            cancellation.ThrowIfCancellationRequested();
            sum.Add(stretch);
        }

        return sum.Result(description.TrajectoryCount * description.Steps.Count);
    }

    /// <summary>The settings of a record that is one stretch.</summary>
    /// <param name="record">The observations.</param>
    /// <param name="sigma">The standard deviation of the errors of observations that have none of their own.</param>
    /// <param name="scales">How many times as large each site's error is as that which stands for all; errors are divided by it. Nothing for 1. [site]</param>
    public static ObservingSettings Of(ObservationStretch record, double sigma, IReadOnlyList<float>? scales = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        var sum = new Sum(record.SiteCount, sigma, null, scales);
        sum.Add(record);
        return sum.Result(record.Steps.Count);
    }

    /// <summary>What a record's settings are outside of in these, a sentence each; none where a network trained for these may be trusted with it.</summary>
    /// <param name="record">The record's settings.</param>
    /// <param name="readsSigma">Whether the network reads the errors; else it takes each for that of training.</param>
    public IEnumerable<string> Outside(ObservingSettings record, bool readsSigma)
    {
        if (record.LeastSigma < LeastSigma / SigmaRoom || record.LargestSigma > LargestSigma * SigmaRoom)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"observation errors of {Range(record.LeastSigma, record.LargestSigma)}, "
                    + $"trained for {Range(LeastSigma, LargestSigma)}{(readsSigma ? "" : " (the network does not read them)")}");
        }

        if (record.LeastDensity < LeastDensity / DensityRoom || record.LargestDensity > LargestDensity * DensityRoom)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                    $"{100 * record.LeastDensity:G3} % of sites and steps observed, trained for {Range(100 * LeastDensity, 100 * LargestDensity)} %");
        }

        if (record.LongestGap > LongestGap + GapRoom)
        {
            yield return $"{record.LongestGap} steps in a row without an observation, trained for {LongestGap}";
        }

        if (record.LargestHole > LargestHole)
        {
            yield return $"{record.LargestHole} neighbouring site{(record.LargestHole == 1 ? "" : "s")} never observed, trained for {LargestHole}";
        }
    }

    private static string Range(double least, double largest) =>
        largest - least <= 1e-6 * largest ? FormattableString.Invariant($"{least:G3}") : FormattableString.Invariant($"{least:G3} to {largest:G3}");

    private sealed class Sum(int sites, double training, double? common, IReadOnlyList<float>? scales)
    {
        private readonly bool[] _seen = new bool[sites];
        private (double Least, double Largest) _sigma = (double.PositiveInfinity, 0);
        private int _trajectory = -1;
        private long _count;
        private long _gap;
        private long _longestGap;

        public void Add(ObservationStretch stretch)
        {
            (_gap, _trajectory) = (stretch.Trajectory == _trajectory ? _gap : 0, stretch.Trajectory);
            for (var row = 0; row < stretch.Steps.Count; row++)
            {
                var seen = false;
                for (var site = 0; site < sites; site++)
                {
                    var i = (row * sites) + site;
                    if (stretch.Mask[i] > 0)
                    {
                        (seen, _seen[site]) = (true, true);
                        _count++;
                        var own = stretch.Sigma?[i] is > 0 and var given ? given / ScaleAt(site)
                            : common is { } all ? (float)all / ScaleAt(site) : (float)training;
                        _sigma = (Math.Min(_sigma.Least, own), Math.Max(_sigma.Largest, own));
                    }
                }

                _gap = seen ? 0 : _gap + 1;
                _longestGap = Math.Max(_longestGap, _gap);
            }
        }

        public ObservingSettings Result(long rows)
        {
            var density = _count / ((double)rows * sites);
            var (least, largest) = _count == 0 ? ((float)(common ?? training), (float)(common ?? training)) : _sigma;
            return new ObservingSettings(least, largest, density, density, _longestGap, Hole());
        }

        private float ScaleAt(int site) => scales?[site] ?? 1;

        private int Hole()
        {
            var first = Array.IndexOf(_seen, true);
            if (first < 0)
            {
                return sites;
            }

            var (hole, largest) = (0, 0);
            for (var i = 1; i <= sites; i++)
            {
                hole = _seen[(first + i) % sites] ? 0 : hole + 1;
                largest = Math.Max(largest, hole);
            }

            return largest;
        }
    }
}
