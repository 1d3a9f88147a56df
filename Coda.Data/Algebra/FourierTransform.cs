using System.Numerics;

namespace Coda.Data.Algebra;

/// <summary>The discrete Fourier transform X_m = Σ x_j exp(-2πi m j / n) of complex columns side by side, in n (f₁ + f₂ + ...) operations a column for the
/// prime factors f of n.</summary>
/// <remarks>
/// The self-sorting form of Stockham (W. T. Cochran et al., "What is the fast Fourier transform?", Proc. IEEE 55, 1967), real and imaginary parts apart.
/// Columns are the innermost axis and never meet, so that the bits of one do not depend on what stands beside it. Immutable; safe to share.
/// </remarks>
internal sealed class FourierTransform
{
    private const int LargestFactor = 13;

    private readonly (int Radix, double[] Cosines, double[] Sines)[] _stages; // twiddles [place, output], then those of the radix itself [output, input]

    /// <summary>Makes the transform.</summary>
    /// <param name="length">n, whose prime factors are small (<see cref="IsFast"/>).</param>
    public FourierTransform(int length)
    {
        Length = length;
        var (stages, left) = (new List<(int, double[], double[])>(), length);
        foreach (var radix in Factors(length))
        {
            var places = left / radix;
            var angles = Enumerable.Range(0, places * radix).Select(i => Turn((long)(i / radix) * (i % radix), left))
                .Concat(Enumerable.Range(0, radix * radix).Select(i => Turn((long)(i / radix) * (i % radix), radix))).ToArray();
            stages.Add((radix, [.. angles.Select(Math.Cos)], [.. angles.Select(Math.Sin)]));
            left = places;
        }

        _stages = [.. stages];
    }

    /// <summary>n.</summary>
    public int Length { get; }

    /// <summary>Whether a length has small prime factors only, so that the transform is worth while.</summary>
    /// <param name="length">n, at least 1.</param>
    public static bool IsFast(int length) => Factors(length).All(factor => factor <= LargestFactor);

    /// <summary>Transforms columns.</summary>
    /// <param name="columns">The columns; takes the transform, in the arrays that are <see cref="FourierColumns.Real"/> and
    /// <see cref="FourierColumns.Imaginary"/> then.</param>
    public void Transform(FourierColumns columns)
    {
        var (left, done) = (Length, 1);
        foreach (var (radix, cosines, sines) in _stages)
        {
            left /= radix;
            for (var place = 0; place < left; place++)
            {
                Combine(columns, radix, (place, left, done), cosines, sines);
            }

            columns.Swap();
            done *= radix;
        }
    }

    // 4 where it can be, for which there are half as many passes over the columns.
    private static List<int> Factors(int length)
    {
        var factors = new List<int>();
        for (var factor = 4; length > 1; factor = factor switch { 4 => 2, 2 => 3, _ => factor + 2 })
        {
            while (length % factor == 0)
            {
                factors.Add(factor);
                length /= factor;
            }
        }

        return factors;
    }

    private static double Turn(long part, int whole) => -2 * Math.PI * (part % whole) / whole;

    // y[done · (radix · place + r)] = w^(place · r) Σ_k exp(-2πi r k / radix) x[done · (place + left · k)], for `done` rows of columns at once.
    private static void Combine(FourierColumns columns, int radix, (int Place, int Left, int Done) at, double[] cosines, double[] sines)
    {
        if (radix == 4)
        {
            Four(columns, at, cosines.AsSpan(4 * at.Place, 4), sines.AsSpan(4 * at.Place, 4));
            return;
        }

        for (var r = 0; r < radix; r++)
        {
            var twiddle = new Complex(cosines[(radix * at.Place) + r], sines[(radix * at.Place) + r]);
            var to = columns.Next((radix * at.Place) + r, at.Done);
            for (var k = 0; k < radix; k++)
            {
                var weight = (radix * at.Left) + (r * radix) + k;
                Add(columns.Now(at.Place + (at.Left * k), at.Done), twiddle * new Complex(cosines[weight], sines[weight]), to, isFirst: k == 0);
            }
        }
    }

    private static void Add(FourierRows from, Complex factor, FourierRows to, bool isFirst)
    {
        var (c, s) = (new Vector<double>(factor.Real), new Vector<double>(factor.Imaginary));
        for (var i = 0; i < to.Real.Length; i++)
        {
            var (u, v) = ((from.Real[i] * c) - (from.Imaginary[i] * s), (from.Real[i] * s) + (from.Imaginary[i] * c));
            (to.Real[i], to.Imaginary[i]) = isFirst ? (u, v) : (to.Real[i] + u, to.Imaginary[i] + v);
        }
    }

    private static void Four(FourierColumns columns, (int Place, int Left, int Done) at, ReadOnlySpan<double> cosines, ReadOnlySpan<double> sines)
    {
        var x0 = columns.Now(at.Place, at.Done);
        var x1 = columns.Now(at.Place + at.Left, at.Done);
        var x2 = columns.Now(at.Place + (2 * at.Left), at.Done);
        var x3 = columns.Now(at.Place + (3 * at.Left), at.Done);
        var y0 = columns.Next(4 * at.Place, at.Done);
        var y1 = columns.Next((4 * at.Place) + 1, at.Done);
        var y2 = columns.Next((4 * at.Place) + 2, at.Done);
        var y3 = columns.Next((4 * at.Place) + 3, at.Done);
        var (c1, c2, c3) = (new Vector<double>(cosines[1]), new Vector<double>(cosines[2]), new Vector<double>(cosines[3]));
        var (s1, s2, s3) = (new Vector<double>(sines[1]), new Vector<double>(sines[2]), new Vector<double>(sines[3]));
        for (var i = 0; i < y0.Real.Length; i++)
        {
            var (a, b) = (x0.Real[i] + x2.Real[i], x0.Imaginary[i] + x2.Imaginary[i]);
            var (c, d) = (x0.Real[i] - x2.Real[i], x0.Imaginary[i] - x2.Imaginary[i]);
            var (e, f) = (x1.Real[i] + x3.Real[i], x1.Imaginary[i] + x3.Imaginary[i]);
            var (g, h) = (x1.Imaginary[i] - x3.Imaginary[i], x3.Real[i] - x1.Real[i]); // -i (x₁ - x₃)
            (y0.Real[i], y0.Imaginary[i]) = (a + e, b + f);
            (y1.Real[i], y1.Imaginary[i]) = (((c + g) * c1) - ((d + h) * s1), ((c + g) * s1) + ((d + h) * c1));
            (y2.Real[i], y2.Imaginary[i]) = (((a - e) * c2) - ((b - f) * s2), ((a - e) * s2) + ((b - f) * c2));
            (y3.Real[i], y3.Imaginary[i]) = (((c - g) * c3) - ((d - h) * s3), ((c - g) * s3) + ((d - h) * c3));
        }
    }
}
