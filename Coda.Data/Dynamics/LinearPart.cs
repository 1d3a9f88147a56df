using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>The stiff linear part L of a tendency, where it is diagonal in an orthonormal basis along each axis: L = Bᵀ Λ B.</summary>
/// <remarks>
/// Diffusion of any order on a periodic axis (<see cref="FourierBasis"/>) is, and between walls in sines. An exponential scheme
/// (<see cref="ExponentialRungeKutta4"/>) advances it exactly, so that it does not bound the time step. Immutable; safe to share.
/// </remarks>
public sealed class LinearPart
{
    private readonly IReadOnlyList<ConstantMatrix> _bases;
    private readonly int _untouched;

    /// <summary>Declares it.</summary>
    /// <param name="bases">For each axis of the field, the basis vectors as rows: orthonormal. One or two, [x] or [y, x].</param>
    /// <param name="eigenvalues">The eigenvalues Λ, in the order of the modes, [kx] or [ky, kx]; 1/time.</param>
    /// <param name="untouched">The number of entries after the field that it has no part in, at least 0.</param>
    /// <exception cref="ArgumentException">Another number of axes or of eigenvalues, or some that are not finite.</exception>
    public LinearPart(IReadOnlyList<ConstantMatrix> bases, IReadOnlyList<double> eigenvalues, int untouched = 0)
    {
        ArgumentNullException.ThrowIfNull(bases);
        ArgumentNullException.ThrowIfNull(eigenvalues);
        var modes = bases.Aggregate(1, (product, basis) => product * basis.Rows);
        new Faults(nameof(LinearPart))
            .Require(bases.Count is 1 or 2 && bases.All(b => b.Rows == b.Columns), nameof(bases), "one square matrix for each of one or two axes",
                string.Join(", ", bases.Select(b => $"{b.Rows} x {b.Columns}")))
            .Require(eigenvalues.Count == modes && eigenvalues.All(double.IsFinite), nameof(eigenvalues), $"{modes} finite numbers", eigenvalues.Count)
            .Require(untouched >= 0, nameof(untouched), "at least 0", untouched)
            .ThrowIfAny();
        (_bases, _untouched) = (bases, untouched);
        Eigenvalues = [.. eigenvalues, .. new double[untouched]];
    }

    /// <summary>The eigenvalue of each mode, 0 for what is untouched. [space]</summary>
    public IReadOnlyList<double> Eigenvalues { get; }

    /// <summary>The same part of a state that goes on after it.</summary>
    /// <param name="entries">The number of entries that follow.</param>
    public LinearPart FollowedBy(int entries) => new(_bases, [.. Eigenvalues.Take(Eigenvalues.Count - _untouched)], _untouched + entries);

    /// <summary>The coefficients B x of a state. [..., space] to the same</summary>
    public Field<T> ToModes<T>(Field<T> x) => Mapped(x, basis => basis);

    /// <summary>The state Bᵀ m of coefficients. [..., space] to the same</summary>
    public Field<T> FromModes<T>(Field<T> modes) => Mapped(modes, basis => basis.Transposed);

    private Field<T> Mapped<T>(Field<T> x, Func<ConstantMatrix, ConstantMatrix> side)
    {
        var size = Eigenvalues.Count - _untouched;
        var field = _untouched == 0 ? x : x.Slice(0, size);
        var mapped = _bases.Count == 1
            ? field.MatrixProduct(side(_bases[0]), -1)
            : field.SplitLast(_bases[1].Rows).MatrixProduct(side(_bases[1]), -1).MatrixProduct(side(_bases[0]), -2).MergeLast();
        return _untouched == 0 ? mapped : Field<T>.Concat(-1, mapped, x.Slice(size, _untouched));
    }
}
