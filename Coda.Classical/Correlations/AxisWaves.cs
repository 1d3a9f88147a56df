using Coda.Classical.Numerics;
using Coda.Data.Algebra;

namespace Coda.Classical.Correlations;

/// <summary>An orthonormal basis of real waves along an axis of evenly spaced sites, as a matrix: the discrete Fourier, sine (DST-I) or cosine (DCT-II)
/// transform.</summary>
/// <remarks>A product costs as many operations a site as the axis has sites: with the kernels at hand less time than a fast transform up to some hundred,
/// from where on an axis can do without the matrix (<see cref="Fast"/>). Immutable; safe to share.</remarks>
internal sealed class AxisWaves
{
    private AxisWaves(AxisKind kind, int sites, List<(double Wavenumber, int Partner, Func<int, double> Value)> waves, WaveProduct? fast)
    {
        Fast = fast;
        (Kind, SiteCount, Count) = (kind, sites, waves.Count);
        (Stride, WaveStride) = (BlockedCholesky<double>.Stride(sites), BlockedCholesky<double>.Stride(waves.Count));
        Wavenumbers = [.. waves.Select(w => w.Wavenumber)];
        Partners = [.. waves.Select(w => w.Partner)];
        if (fast is not null)
        {
            (Forward, Backward) = ([], []);
            return;
        }

        (Forward, Backward) = (new double[MatrixProduct.Entries(waves.Count, Stride)], new double[MatrixProduct.Entries(sites, WaveStride)]);
        for (var m = 0; m < waves.Count; m++)
        {
            for (var i = 0; i < sites; i++)
            {
                Forward[(m * Stride) + i] = Backward[(i * WaveStride) + m] = waves[m].Value(i);
            }
        }
    }

    /// <summary>What happens at the ends.</summary>
    public AxisKind Kind { get; }

    /// <summary>The number of sites n.</summary>
    public int SiteCount { get; }

    /// <summary>The number of waves: n, but n - 2 where fields are 0 at both ends.</summary>
    public int Count { get; }

    /// <summary>The length of a row of <see cref="Forward"/>.</summary>
    public int Stride { get; }

    /// <summary>The length of a row of <see cref="Backward"/>.</summary>
    public int WaveStride { get; }

    /// <summary>The transform where no matrix is held: from all sites to as many coefficients, of which those at walls are 0 and no waves.</summary>
    public WaveProduct? Fast { get; }

    /// <summary>The waves as rows, where a matrix is held. [wave, site], rows of <see cref="Stride"/></summary>
    public double[] Forward { get; }

    /// <summary>Its transpose and inverse. [site, wave], rows of <see cref="WaveStride"/></summary>
    public double[] Backward { get; }

    /// <summary>The wavenumbers, in radians from a site to the next. [wave]</summary>
    public double[] Wavenumbers { get; }

    /// <summary>For each wave, the one that lies a quarter of a period further on: sine for cosine and cosine for sine; itself where there is none.
    /// [wave]</summary>
    public int[] Partners { get; }

    /// <summary>Makes the waves of an axis.</summary>
    /// <param name="kind">What happens at its ends.</param>
    /// <param name="n">The number of sites; at least 3 where fields are 0 at both ends.</param>
    /// <param name="isFast">Whether it does without a matrix, which <see cref="FastOf"/> has to allow.</param>
    public static AxisWaves Of(AxisKind kind, int n, bool isFast = false) => new(kind, n, kind switch
    {
        AxisKind.Periodic => Periodic(n),
        AxisKind.Zero => [.. Enumerable.Range(1, n - 2).Select(m => (Math.PI * m / (n - 1), m - 1, Sine(m, n)))],
        _ => [.. Enumerable.Range(0, n).Select(m => (Math.PI * m / n, m, Cosine(m, n)))],
    }, isFast ? FastOf(kind, n) : null);

    /// <summary>The fast transform of an axis, where it has one and is long enough.</summary>
    /// <param name="kind">What happens at its ends.</param>
    /// <param name="n">The number of sites.</param>
    public static WaveProduct? FastOf(AxisKind kind, int n) => kind switch
    {
        AxisKind.Periodic => WaveProduct.Of(WaveKind.Analysis, n),
        AxisKind.Zero => WaveProduct.Of(WaveKind.Sines, n),
        _ => null,
    };

    /// <summary>Σ p_m w_m(i)² at each site, of the waves w, without a matrix: cos² and sin² are half of 1 ± the cosine of twice the angle.</summary>
    /// <param name="powers">p. [wave]</param>
    /// <param name="sums">Takes them. [site]</param>
    /// <exception cref="InvalidOperationException">The axis has a matrix.</exception>
    public void SumSquares(ReadOnlySpan<double> powers, Span<double> sums)
    {
        var period = Kind == AxisKind.Zero ? SiteCount - 1 : SiteCount;
        var synthesis = Fast is null ? null : WaveProduct.Of(WaveKind.Analysis, period)?.Transposed;
        var (coefficients, values) = (new double[period], new double[period]);
        for (var m = 0; m < Count; m++)
        {
            var isAlone = Kind == AxisKind.Periodic && (m == 0 || (m == Count - 1 && Count % 2 == 0));
            var twice = Kind == AxisKind.Zero ? m + 1 : 2 * ((m + 1) / 2) % period; // of the angle, around the period
            coefficients[0] += powers[m] / Math.Sqrt(period);
            if (!isAlone)
            {
                AddCosine(coefficients, Math.Min(twice, period - twice), (Kind == AxisKind.Zero || m % 2 == 0 ? -1 : 1) * powers[m] / period);
            }
        }

        (synthesis ?? throw new InvalidOperationException("Expected an axis without a matrix.")).Multiply<double>(coefficients, values, 1);
        values.AsSpan().CopyTo(sums);
        if (period < SiteCount)
        {
            sums[period] = values[0];
        }
    }

    // The coefficients of a cosine of some waves around a ring.
    private static void AddCosine(double[] coefficients, int waves, double amplitude)
    {
        var isAlone = waves == 0 || 2 * waves == coefficients.Length;
        coefficients[Math.Max(0, (2 * waves) - 1)] += amplitude * Math.Sqrt((isAlone ? 1.0 : 0.5) * coefficients.Length);
    }

    private static Func<int, double> Sine(int m, int n) => i => Math.Sqrt(2.0 / (n - 1)) * Math.Sin(Math.PI * m * i / (n - 1));

    private static Func<int, double> Cosine(int m, int n) => i => Math.Sqrt((m == 0 ? 1.0 : 2.0) / n) * Math.Cos(Math.PI * m * (i + 0.5) / n);

    // The constant, then cosine and sine of each period; of two sites a period, the cosine alone.
    private static List<(double Wavenumber, int Partner, Func<int, double> Value)> Periodic(int n)
    {
        var waves = new List<(double, int, Func<int, double>)> { (0, 0, _ => Math.Sqrt(1.0 / n)) };
        for (var m = 1; 2 * m < n; m++)
        {
            var (k, at) = (2 * Math.PI * m / n, waves.Count);
            waves.Add((k, at + 1, i => Math.Sqrt(2.0 / n) * Math.Cos(k * i)));
            waves.Add((k, at, i => Math.Sqrt(2.0 / n) * Math.Sin(k * i)));
        }

        if (n % 2 == 0 && n > 1)
        {
            waves.Add((Math.PI, n - 1, i => Math.Sqrt(1.0 / n) * (i % 2 == 0 ? 1 : -1)));
        }

        return waves;
    }
}
