namespace Coda.Data.Algebra;

/// <summary>
/// The operations in which tendencies, integrators, observation operators and corrections are written once, to be interpreted several ways:
/// pooled buffers, a recorded tape, dual numbers, LibTorch, ONNX nodes.
/// </summary>
/// <remarks>
/// Arrays have named trailing axes, [..., channel, space] or [..., space]; leading axes (batch, member) are free, and no operation touches them.
/// Axes are counted from the end: -1 is the last. A binary operation broadcasts as NumPy does. A scalar is an array without axes.
/// Results are new arrays; nothing is changed in place.
/// </remarks>
/// <typeparam name="T">What stands for an array in one interpretation.</typeparam>
public interface IAlgebra<T>
{
    /// <summary>The length of every axis; -1 where it is known only when the interpretation runs.</summary>
    int[] ShapeOf(T a);

    /// <summary>A scalar.</summary>
    /// <param name="value">Its value.</param>
    T Constant(double value);

    /// <summary>A constant vector along the last axis.</summary>
    /// <param name="values">Its entries. [space]</param>
    T Constant(ReadOnlySpan<double> values);

    /// <summary>A constant vector along the last axis that an algebra may keep from one use to the next.</summary>
    /// <param name="values">Its entries. [space]</param>
    T Constant(ConstantVector values) => Constant(values.Span);

    /// <summary>a + b.</summary>
    T Add(T a, T b);

    /// <summary>a - b.</summary>
    T Subtract(T a, T b);

    /// <summary>a · b, entry by entry.</summary>
    T Multiply(T a, T b);

    /// <summary>a / b, entry by entry.</summary>
    T Divide(T a, T b);

    /// <summary>factor · a.</summary>
    T Scale(T a, double factor);

    /// <summary>a + offset.</summary>
    T Offset(T a, double offset);

    /// <summary>|a|.</summary>
    T Abs(T a);

    /// <summary>a to a constant power; a at least 0 unless the exponent is a whole number.</summary>
    T Power(T a, double exponent);

    /// <summary>e to the power a.</summary>
    T Exp(T a);

    /// <summary>The natural logarithm of a.</summary>
    T Log(T a);

    /// <summary>sin a.</summary>
    T Sin(T a);

    /// <summary>cos a.</summary>
    T Cos(T a);

    /// <summary>tanh a.</summary>
    T Tanh(T a);

    /// <summary>The error function of a.</summary>
    T Erf(T a);

    /// <summary>max(a, 0).</summary>
    T Relu(T a);

    /// <summary>1 where a is greater than 0, else 0; its derivative counts as 0.</summary>
    T Step(T a);

    /// <summary>Periodic shift along an axis: entry k of the result is entry k - <paramref name="shift"/> of a.</summary>
    T Roll(T a, int axis, int shift);

    /// <summary>Entries [start, start + length) along an axis.</summary>
    T Slice(T a, int axis, int start, int length);

    /// <summary>Arrays joined along an axis.</summary>
    T Concat(int axis, params ReadOnlySpan<T> parts);

    /// <summary>Entries of the last axis by index, in the order given; an index may repeat.</summary>
    T Gather(T a, ReadOnlySpan<int> indices);

    /// <summary>A new axis of length 1, which is <paramref name="axis"/> in the result.</summary>
    T InsertAxis(T a, int axis);

    /// <summary>Removes an axis of length 1.</summary>
    T RemoveAxis(T a, int axis);

    /// <summary>[..., n · size] to [..., n, size].</summary>
    T SplitLast(T a, int size);

    /// <summary>[..., n, size] to [..., n · size].</summary>
    T MergeLast(T a);

    /// <summary>Exchanges two axes.</summary>
    T Transpose(T a, int axis, int other);

    /// <summary>The sum over an axis, which disappears.</summary>
    T Sum(T a, int axis);

    /// <summary>The mean over an axis, which disappears.</summary>
    T Mean(T a, int axis);

    /// <summary>Mixes channels at every site: [output, input] · [..., input, space] to [..., output, space].</summary>
    T Linear(T weight, T a);

    /// <summary>matrix · a along an axis, as long as the matrix has columns, then rows: spectral transforms, Poisson solves, interpolations.</summary>
    T MatrixProduct(ConstantMatrix matrix, T a, int axis);

    /// <summary>
    /// Convolution in one or two dimensions where the kernel fits, as networks count it (entry k of the result begins at entry k of a): [output, input, width]
    /// with [..., input, space] to [..., output, space - width + 1], or [output, input, height, width] with [..., input, y, x] alike.
    /// </summary>
    T Convolve(T a, T kernel);

    /// <summary>Σ c_j a_{k + o_j} along the last axis, which is periodic.</summary>
    T Shift(ConstantStencil stencil, T a) => stencil.Compose(this, a);

    /// <summary>Σ c_j a_{k + o_j} b_{k + p_j} along the last axis, which is periodic.</summary>
    T ShiftProduct(ConstantProductStencil stencil, T a, T b) => stencil.Compose(this, a, b);

    /// <summary>Remembers how far an algebra that keeps what it computes has come.</summary>
    /// <returns>The place, for <see cref="Release"/>.</returns>
    int Mark() => 0;

    /// <summary>Gives back the memory of what was computed since a mark and is not needed any more, so that it stays in cache; nothing happens where a sweep
    /// back needs it all.</summary>
    /// <param name="mark">The place.</param>
    /// <param name="results">What stays: the only arrays made since that are used from here on.</param>
    void Release(int mark, params ReadOnlySpan<T> results)
    {
    }
}
