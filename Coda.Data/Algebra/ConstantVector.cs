using System.Numerics;

namespace Coda.Data.Algebra;

/// <summary>Numbers along the last axis that are known when the equations are written: a wind by place, the eigenvalues of an operator, a mask.</summary>
/// <remarks>Immutable; safe to share. Make it once, with the system, so that an algebra converts it once; what is small may be written as it is.</remarks>
public sealed class ConstantVector
{
    private readonly double[] _values;

    /// <summary>Copies the numbers.</summary>
    /// <param name="values">The entries. [space]</param>
    public ConstantVector(params IEnumerable<double> values) => _values = [.. values];

    /// <summary>The entries. [space]</summary>
    public ReadOnlySpan<double> Span => _values;

    /// <summary>The entries in another precision.</summary>
    /// <typeparam name="F">The precision.</typeparam>
    internal F[] As<F>()
        where F : INumberBase<F> => Array.ConvertAll(_values, F.CreateChecked);
}
