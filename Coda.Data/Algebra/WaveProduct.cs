using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Coda.Data.Algebra;

/// <summary>Products with matrices of waves by fast Fourier transforms: n log n operations instead of n².</summary>
/// <remarks>Columns never meet, so that the bits of one do not depend on what is transformed with it. Safe to share.</remarks>
internal sealed class WaveProduct
{
    /// <summary>The length from where on the fast way takes less time than the matrix.</summary>
    public const int Least = 512;

    private static readonly Vector<double> Half = new(0.5);

    [ThreadStatic]
    private static Dictionary<(int Length, int Width), (FourierColumns Columns, double[] Values)>? _memory;

    private readonly WaveKind _kind;
    private readonly int _n;
    private readonly double _factor; // of a derivative: the first wavenumber, or less than 0 for its transpose
    private readonly RealFourier _fourier;
    private readonly double[] _sines; // sin(π i / (n - 1)), between walls

    private WaveProduct(WaveKind kind, int n, double factor, RealFourier fourier)
    {
        (_kind, _n, _factor, _fourier) = (kind, n, factor, fourier);
        _sines = kind == WaveKind.Sines ? [.. Enumerable.Range(0, n).Select(i => Math.Sin(Math.PI * i / (n - 1)))] : [];
    }

    /// <summary>The product with the transposed matrix.</summary>
    public WaveProduct Transposed => _kind switch
    {
        WaveKind.Analysis => new(WaveKind.Synthesis, _n, _factor, _fourier),
        WaveKind.Synthesis => new(WaveKind.Analysis, _n, _factor, _fourier),
        WaveKind.Derivative => new(WaveKind.Derivative, _n, -_factor, _fourier),
        _ => this,
    };

    /// <summary>Makes the product where it is faster than a matrix.</summary>
    /// <param name="kind">What it does.</param>
    /// <param name="n">The length of the axis.</param>
    /// <param name="unit">The first wavenumber, of a derivative.</param>
    /// <returns>Nothing where the matrix is as fast: short axes, and lengths with large prime factors.</returns>
    public static WaveProduct? Of(WaveKind kind, int n, double unit = 1)
    {
        var length = kind == WaveKind.Sines ? n - 1 : n;
        return n >= Least && length % 2 == 0 && FourierTransform.IsFast(length / 2) ? new(kind, n, unit, new RealFourier(length)) : null;
    }

    /// <summary>Multiplies columns.</summary>
    /// <typeparam name="F">The precision in and out; the transform is in double precision.</typeparam>
    /// <param name="source">[outer, n, inner]</param>
    /// <param name="target">Takes the product; not the same memory. [outer, n, inner]</param>
    /// <param name="inner">The length of what lies behind the axis.</param>
    public void Multiply<F>(ReadOnlySpan<F> source, Span<F> target, int inner)
        where F : INumberBase<F>
    {
        var (count, width) = (inner == 1 ? source.Length / _n : inner, FourierColumns.WidthFor(inner == 1 ? source.Length / _n : inner));
        var (columns, values) = Memory(_fourier.Length, width);
        var (row, column) = inner == 1 ? (1, _n) : (inner, 1); // from one to the next
        for (var block = 0; block < source.Length; block += _n * count)
        {
            for (var first = 0; first < count; first += width)
            {
                var (start, many) = (block + (first * column), Math.Min(width, count - first));
                for (var i = 0; i < _n; i++)
                {
                    Gather(source[(start + (i * row))..], column, values.AsSpan(i * width, many));
                }

                Apply(columns, values);
                for (var i = 0; i < _n; i++)
                {
                    Scatter(values.AsSpan(i * width, many), target[(start + (i * row))..], column);
                }
            }
        }
    }

    private static void Gather<F>(ReadOnlySpan<F> source, int stride, Span<double> row)
        where F : INumberBase<F>
    {
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = double.CreateTruncating(source[i * stride]);
        }
    }

    private static void Scatter<F>(ReadOnlySpan<double> row, Span<F> target, int stride)
        where F : INumberBase<F>
    {
        for (var i = 0; i < row.Length; i++)
        {
            target[i * stride] = F.CreateTruncating(row[i]);
        }
    }

    private static (FourierColumns Columns, double[] Values) Memory(int length, int width)
    {
        _memory ??= [];
        if (!_memory.TryGetValue((length, width), out var memory))
        {
            _memory[(length, width)] = memory = (new FourierColumns((length / 2) + 1, width), new double[(length + 1) * width]);
        }

        return memory;
    }

    private void Apply(FourierColumns columns, double[] values)
    {
        switch (_kind)
        {
            case WaveKind.Analysis:
                _fourier.Forward(values, columns);
                Coefficients(columns, values);
                break;
            case WaveKind.Synthesis:
                Spectrum(values, columns);
                _fourier.Backward(columns, values);
                break;
            case WaveKind.Derivative:
                _fourier.Forward(values, columns);
                Differentiate(columns);
                _fourier.Backward(columns, values);
                break;
            default:
                Fold(values, columns.Width);
                _fourier.Forward(values, columns);
                SineCoefficients(columns, values);
                break;
        }
    }

    // The constant, then cosine and sine of each wavenumber, then the shortest wave's cosine.
    private void Coefficients(FourierColumns columns, Span<double> values)
    {
        for (var m = 0; m <= _n / 2; m++)
        {
            var isAlone = m == 0 || 2 * m == _n;
            var factor = Math.Sqrt((isAlone ? 1.0 : 2.0) / _n);
            Times(Row(columns.Real, m, columns.Width), factor, Row(values, Math.Max(0, (2 * m) - 1), columns.Width));
            if (!isAlone)
            {
                Times(Row(columns.Imaginary, m, columns.Width), -factor, Row(values, 2 * m, columns.Width));
            }
        }
    }

    private void Spectrum(Span<double> values, FourierColumns columns)
    {
        for (var m = 0; m <= _n / 2; m++)
        {
            var isAlone = m == 0 || 2 * m == _n;
            var factor = Math.Sqrt((isAlone ? 1.0 : 0.5) * _n);
            Times(Row(values, Math.Max(0, (2 * m) - 1), columns.Width), factor, Row(columns.Real, m, columns.Width));
            Times(Row(values, isAlone ? 0 : 2 * m, columns.Width), isAlone ? 0 : -factor, Row(columns.Imaginary, m, columns.Width));
        }
    }

    private void Differentiate(FourierColumns columns)
    {
        for (var m = 0; m <= _n / 2; m++)
        {
            var wavenumber = 2 * m == _n ? 0 : _factor * m;
            var real = Row(columns.Real, m, columns.Width);
            var imaginary = Row(columns.Imaginary, m, columns.Width);
            for (var i = 0; i < real.Length; i++)
            {
                (real[i], imaginary[i]) = (-wavenumber * imaginary[i], wavenumber * real[i]);
            }
        }
    }

    // W. H. Press et al., Numerical Recipes (1992), section 12.3: what is even and what is odd about the middle gives odd and even waves.
    private void Fold(Span<double> values, int width)
    {
        var walls = _n - 1;
        Row(values, 0, width).Clear();
        for (var i = 1; 2 * i <= walls; i++)
        {
            var sine = new Vector<double>(_sines[i]);
            var low = MemoryMarshal.Cast<double, Vector<double>>(Row(values, i, width));
            var high = MemoryMarshal.Cast<double, Vector<double>>(Row(values, walls - i, width));
            for (var column = 0; column < low.Length; column++)
            {
                var (even, odd) = (sine * (low[column] + high[column]), Half * (low[column] - high[column]));
                (low[column], high[column]) = (even + odd, even - odd);
            }
        }
    }

    // Of wave 2 m the imaginary part, and of wave 2 m + 1 the sum of the real parts up to m, of the first half.
    private void SineCoefficients(FourierColumns columns, Span<double> values)
    {
        var (factor, width) = (Math.Sqrt(2.0 / (_n - 1)), columns.Width);
        for (var m = 0; 2 * m < _n - 1; m++)
        {
            Times(Row(columns.Imaginary, m, width), m == 0 ? 0 : -factor, Row(values, 2 * m, width));
            var odd = Row(values, (2 * m) + 1, width);
            Times(Row(columns.Real, m, width), m == 0 ? factor / 2 : factor, odd);
            if (m > 0)
            {
                TensorPrimitives.Add(odd, Row(values, (2 * m) - 1, width), odd);
            }
        }

        Row(values, _n - 1, width).Clear();
    }

    private static Span<double> Row(Span<double> values, int row, int width) => values.Slice(row * width, width);

    private static void Times(ReadOnlySpan<double> from, double factor, Span<double> to) => TensorPrimitives.Multiply(from, factor, to);
}
