namespace Coda.Data.Algebra;

/// <summary>The discrete Fourier transform of real columns of even length n, by a complex one of half of it.</summary>
/// <remarks>J. W. Cooley, P. A. W. Lewis and P. D. Welch, J. Sound Vib. 12 (1970): even places as real, odd ones as imaginary parts. Immutable; safe to share.
/// </remarks>
internal sealed class RealFourier
{
    private readonly FourierTransform _half;
    private readonly double[] _cosines; // of 2π m / n
    private readonly double[] _sines;

    /// <summary>Makes the transform.</summary>
    /// <param name="length">n, even.</param>
    public RealFourier(int length)
    {
        (Length, _half) = (length, new FourierTransform(length / 2));
        (_cosines, _sines) = (new double[(length / 2) + 1], new double[(length / 2) + 1]);
        for (var m = 0; m < _cosines.Length; m++)
        {
            (_sines[m], _cosines[m]) = Math.SinCos(2 * Math.PI * m / length);
        }
    }

    /// <summary>n.</summary>
    public int Length { get; }

    /// <summary>X_m = Σ x_j exp(-2πi m j / n), for m from 0 to n/2.</summary>
    /// <param name="values">x. [n, column]</param>
    /// <param name="columns">Takes X. [m, column]</param>
    public void Forward(ReadOnlySpan<double> values, FourierColumns columns)
    {
        var (half, width) = (Length / 2, columns.Width);
        for (var j = 0; j < half; j++)
        {
            values.Slice(2 * j * width, width).CopyTo(columns.Real[(j * width)..]);
            values.Slice(((2 * j) + 1) * width, width).CopyTo(columns.Imaginary[(j * width)..]);
        }

        _half.Transform(columns);
        columns.Real[..width].CopyTo(columns.Real[(half * width)..]);
        columns.Imaginary[..width].CopyTo(columns.Imaginary[(half * width)..]);
        for (var m = 0; 2 * m <= half; m++)
        {
            Part(columns, m, half - m, _cosines[m], _sines[m], 0.5);
        }
    }

    /// <summary>x from X.</summary>
    /// <param name="columns">X; lost. [m, column]</param>
    /// <param name="values">Takes x. [n, column]</param>
    public void Backward(FourierColumns columns, Span<double> values)
    {
        var (half, width) = (Length / 2, columns.Width);
        for (var m = 0; 2 * m <= half; m++)
        {
            Join(columns, m, half - m, _cosines[m], _sines[m], 0.5 / half);
        }

        columns.Turn();
        _half.Transform(columns);
        columns.Turn();
        for (var j = 0; j < half; j++)
        {
            columns.Real.Slice(j * width, width).CopyTo(values[(2 * j * width)..]);
            columns.Imaginary.Slice(j * width, width).CopyTo(values[(((2 * j) + 1) * width)..]);
        }
    }

    // X_m = E + w O and X_{h-m} = conj(E - w O) from Z_m and Z_{h-m}, with 2 E = Z_m + conj Z_{h-m}, 2i O = Z_m - conj Z_{h-m} and w = exp(-2πi m / n).
    private static void Part(FourierColumns columns, int m, int other, double c, double s, double factor)
    {
        var one = columns.Now(m, 1);
        var two = columns.Now(other, 1);
        for (var i = 0; i < one.Real.Length; i++)
        {
            var (a, b, e, f) = (one.Real[i], one.Imaginary[i], two.Real[i], two.Imaginary[i]);
            var (evenReal, evenImaginary, oddReal, oddImaginary) = (factor * (a + e), factor * (b - f), factor * (b + f), factor * (e - a));
            var (turnedReal, turnedImaginary) = ((c * oddReal) + (s * oddImaginary), (c * oddImaginary) - (s * oddReal));
            (one.Real[i], one.Imaginary[i]) = (evenReal + turnedReal, evenImaginary + turnedImaginary);
            (two.Real[i], two.Imaginary[i]) = (evenReal - turnedReal, turnedImaginary - evenImaginary);
        }
    }

    // Z_m = E + i O and Z_{h-m} = conj(E - i O)... from X_m and X_{h-m}, with 2 E = X_m + conj X_{h-m} and 2 O = conj(w) (X_m - conj X_{h-m}).
    private static void Join(FourierColumns columns, int m, int other, double c, double s, double factor)
    {
        var one = columns.Now(m, 1);
        var two = columns.Now(other, 1);
        for (var i = 0; i < one.Real.Length; i++)
        {
            var (a, b, e, f) = (one.Real[i], one.Imaginary[i], two.Real[i], two.Imaginary[i]);
            var (evenReal, evenImaginary, real, imaginary) = (factor * (a + e), factor * (b - f), factor * (a - e), factor * (b + f));
            var (oddReal, oddImaginary) = ((c * real) - (s * imaginary), (c * imaginary) + (s * real));
            (one.Real[i], one.Imaginary[i]) = (evenReal - oddImaginary, evenImaginary + oddReal);
            (two.Real[i], two.Imaginary[i]) = (evenReal + oddImaginary, oddReal - evenImaginary);
        }
    }
}
