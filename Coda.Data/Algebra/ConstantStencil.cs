namespace Coda.Data.Algebra;

/// <summary>A sum of shifted copies with constant factors, known when the equations are written: differences, Laplacians and means of a regular
/// grid.</summary>
/// <remarks>
/// Entry k of the result is Σ c_j a_{k + o_j}, periodic along the last axis. On rows of n sites one after another, an offset of n is the site in the next row;
/// where that axis has walls, what comes out at their sites is of no meaning. Immutable; safe to share.
/// </remarks>
public sealed class ConstantStencil
{
    private readonly int[] _offsets;
    private readonly double[] _factors;
    private ConstantStencil? _transposed;

    /// <summary>Makes the stencil.</summary>
    /// <param name="terms">The offset and the factor of every copy; at least one.</param>
    /// <exception cref="ArgumentException">None.</exception>
    public ConstantStencil(params IReadOnlyList<(int Offset, double Factor)> terms)
    {
        if (terms.Count == 0)
        {
            throw new ArgumentException("Expected at least one offset with its factor, got none.", nameof(terms));
        }

        (_offsets, _factors) = ([.. terms.Select(t => t.Offset)], [.. terms.Select(t => t.Factor)]);
    }

    /// <summary>The offsets. [term]</summary>
    public ReadOnlySpan<int> Offsets => _offsets;

    /// <summary>The factors. [term]</summary>
    public ReadOnlySpan<double> Factors => _factors;

    /// <summary>The transpose, whose offsets are the opposite ones.</summary>
    public ConstantStencil Transposed => _transposed ??= new ConstantStencil([.. _offsets.Zip(_factors, (o, c) => (-o, c))]) { _transposed = this };

    /// <summary>The same in shifts, products and sums of an algebra.</summary>
    /// <param name="ops">The algebra.</param>
    /// <param name="a">The array. [..., space]</param>
    internal T Compose<T>(IAlgebra<T> ops, T a)
    {
        var sum = Term(0);
        for (var i = 1; i < _offsets.Length; i++)
        {
            sum = ops.Add(Term(i), sum);
        }

        return sum;

        T Term(int i)
        {
            var shifted = _offsets[i] == 0 ? a : ops.Roll(a, -1, -_offsets[i]);
            return _factors[i] == 1 ? shifted : ops.Scale(shifted, _factors[i]);
        }
    }
}
