using System.Runtime.InteropServices;
using Coda.Data.Algebra;

namespace Coda.Data.Scoring;

/// <summary>Collects what a <see cref="Calibration"/> is made of, in memory that does not grow with the record.</summary>
internal sealed class CalibrationSum
{
    private const int Tenths = 10;
    private const double Resolving = 3; // standard errors: with 2, of ten bins that noise explains every fifth time one would not look so
    private const int CellsPerOctave = 32; // spreads within 2 % of each other share a cell

    private readonly Dictionary<int, Cell> _cells = [];
    private readonly long[] _histogram = new long[Tenths];

    /// <summary>Adds one entry.</summary>
    /// <param name="error">Estimate less truth, or less observation.</param>
    /// <param name="spread">The estimate's standard deviation.</param>
    /// <param name="noise">The variance of the observation's error; 0 for a truth.</param>
    public void Add(double error, double spread, double noise = 0)
    {
        ref var cell =
            ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, spread > 0 ? (int)Math.Floor(CellsPerOctave * Math.Log2(spread)) : int.MinValue, out _);
        cell = cell.Plus(new Cell(spread * spread, error * error, noise, Math.Pow((error * error) - noise, 2), 1));
        _histogram[Math.Min((int)(Tenths * Transform(error, Math.Sqrt((spread * spread) + noise))), Tenths - 1)]++;
    }

    /// <summary>The result.</summary>
    /// <param name="sites">The sites that were added.</param>
    /// <param name="lead">Their lead, in steps.</param>
    /// <param name="leadTime">Their lead, in the archive's time unit.</param>
    public Calibration Result(ScoredSites sites, int lead, double leadTime)
    {
        var all = _cells.Values.Aggregate((a, b) => a.Plus(b));
        double[] shares = [.. _histogram.Select(count => (double)count / all.Count)];
        return new Calibration(
            sites, lead, leadTime, all.Spread, all.Error, all.Error > 0 ? all.Spread / all.Error : null,
            Bins(all.Count), shares, shares.Sum(share => Math.Abs(share - (1.0 / Tenths))), all.Count)
        {
            Misfit = all.Misfit,
        };
    }

    // Φ((y - x̂) / s); all of the mass lies to one side of what a spread of 0 misses.
    private static double Transform(double error, double spread) =>
        0.5 * (1 - (spread > 0 ? ErrorFunction.Of(error / (spread * Math.Sqrt(2))) : Math.Sign(error)));

    private List<SpreadBin> Bins(long count)
    {
        var (bins, open, passed) = (new List<SpreadBin>(), default(Cell), 0L);
        foreach (var (_, cell) in _cells.OrderBy(c => c.Key))
        {
            open = open.Plus(cell);
            passed += cell.Count;
            if (passed * Tenths >= (bins.Count + 1) * count)
            {
                bins.Add(new SpreadBin(open.Spread, open.Error, open.Count) { Misfit = open.Misfit });
                open = default;
            }
        }

        return bins;
    }

    // Sums over entries: variances of the estimates, squared misfits, variances of the noise, and the squares of the last two's differences.
    private readonly record struct Cell(double Variances, double Squares, double Noise, double SquaredDifferences, long Count)
    {
        public double Spread => Math.Sqrt(Variances / Count);

        public double Misfit => Math.Sqrt(Squares / Count);

        public double? Error => Noise == 0 ? Misfit : Difference > Resolving * StandardError ? Math.Sqrt(Difference) : null;

        private double Difference => (Squares - Noise) / Count;

        private double StandardError => Math.Sqrt(Math.Max(0, (SquaredDifferences / Count) - (Difference * Difference)) / Count);

        public Cell Plus(Cell other) => new(
            Variances + other.Variances, Squares + other.Squares, Noise + other.Noise, SquaredDifferences + other.SquaredDifferences, Count + other.Count);
    }
}
