namespace Coda.Data.Algebra;

/// <summary>
/// The adjoints of those operations whose adjoint is no operation of <see cref="IAlgebra{T}"/>. An algebra that has them faster than
/// <see cref="ComposedAdjoints{T}"/> implements them beside its operations.
/// </summary>
/// <typeparam name="T">What stands for an array.</typeparam>
internal interface IAdjoints<T>
{
    /// <summary>The adjoint of broadcasting: sums over the axes along which an array of the shape was broadcast.</summary>
    T SumTo(T a, int[] shape);

    /// <summary>The adjoint of <see cref="IAlgebra{T}.Sum"/>: the same entries all along an axis that the original has.</summary>
    T Expand(T a, int axis, T original);

    /// <summary>The adjoint of <see cref="IAlgebra{T}.Slice"/>: zeros around what was cut out of the original.</summary>
    T Embed(T a, int axis, int start, T original);

    /// <summary>The adjoint of <see cref="IAlgebra{T}.Gather"/>: adds every entry to the index, below the size, that it was taken from.</summary>
    T Scatter(T a, ReadOnlySpan<int> indices, int size);

    /// <summary>The adjoint of <see cref="IAlgebra{T}.Linear"/> by the weight: Σ a_o b_i over space and leading axes, of the shape [output, input].</summary>
    T Outer(T a, T b, int[] shape);
}
