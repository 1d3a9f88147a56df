using System.Numerics.Tensors;

namespace Coda.Data.Algebra;

public sealed partial class BufferAlgebra<F>
{
    private delegate void Pairwise(ReadOnlySpan<F> a, ReadOnlySpan<F> b, Span<F> result);

    private delegate void ByNumber(ReadOnlySpan<F> a, F b, Span<F> result);

    private delegate void OfNumber(F a, ReadOnlySpan<F> b, Span<F> result);

    private delegate void Mapping(ReadOnlySpan<F> a, Span<F> result);

    /// <inheritdoc/>
    public NdArray<F> Add(NdArray<F> a, NdArray<F> b) =>
        Combine(a, b, TensorPrimitives.Add, TensorPrimitives.Add, (x, y, z) => TensorPrimitives.Add(y, x, z));

    /// <inheritdoc/>
    public NdArray<F> Subtract(NdArray<F> a, NdArray<F> b) => Combine(a, b, TensorPrimitives.Subtract, TensorPrimitives.Subtract, TensorPrimitives.Subtract);

    /// <inheritdoc/>
    public NdArray<F> Multiply(NdArray<F> a, NdArray<F> b) =>
        Combine(a, b, TensorPrimitives.Multiply, TensorPrimitives.Multiply, (x, y, z) => TensorPrimitives.Multiply(y, x, z));

    /// <inheritdoc/>
    public NdArray<F> Divide(NdArray<F> a, NdArray<F> b) => Combine(a, b, TensorPrimitives.Divide, TensorPrimitives.Divide, TensorPrimitives.Divide);

    /// <inheritdoc/>
    public NdArray<F> Scale(NdArray<F> a, double factor)
    {
        var result = Allocate(a.Shape);
        TensorPrimitives.Multiply(a.Span, F.CreateChecked(factor), result.Span);
        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> Offset(NdArray<F> a, double offset)
    {
        var result = Allocate(a.Shape);
        TensorPrimitives.Add(a.Span, F.CreateChecked(offset), result.Span);
        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> Abs(NdArray<F> a) => Map(a, TensorPrimitives.Abs);

    /// <inheritdoc/>
    public NdArray<F> Power(NdArray<F> a, double exponent)
    {
        var result = Allocate(a.Shape);
        TensorPrimitives.Pow(a.Span, F.CreateChecked(exponent), result.Span);
        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> Exp(NdArray<F> a) => Map(a, TensorPrimitives.Exp);

    /// <inheritdoc/>
    public NdArray<F> Log(NdArray<F> a) => Map(a, TensorPrimitives.Log);

    /// <inheritdoc/>
    public NdArray<F> Sin(NdArray<F> a) => Map(a, TensorPrimitives.Sin);

    /// <inheritdoc/>
    public NdArray<F> Cos(NdArray<F> a) => Map(a, TensorPrimitives.Cos);

    /// <inheritdoc/>
    public NdArray<F> Tanh(NdArray<F> a) => Map(a, TensorPrimitives.Tanh);

    /// <inheritdoc/>
    public NdArray<F> Erf(NdArray<F> a) => Map(a, static (x, y) =>
    {
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = F.CreateChecked(ErrorFunction.Of(double.CreateChecked(x[i])));
        }
    });

    /// <inheritdoc/>
    public NdArray<F> Relu(NdArray<F> a) => Map(a, static (x, y) => TensorPrimitives.Max(x, F.Zero, y));

    /// <inheritdoc/>
    public NdArray<F> Step(NdArray<F> a) => Map(a, static (x, y) =>
    {
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = x[i] > F.Zero ? F.One : F.Zero;
        }
    });

    private NdArray<F> Map(NdArray<F> a, Mapping map)
    {
        var result = Allocate(a.Shape);
        map(a.Span, result.Span);
        return result;
    }

    private NdArray<F> Combine(NdArray<F> a, NdArray<F> b, Pairwise combine, ByNumber byNumber, OfNumber ofNumber)
    {
        if (!a.Shape.AsSpan().SequenceEqual(b.Shape))
        {
            var shape = Broadcasting.Shape(a.Shape, b.Shape);
            if (b.Length == 1 || a.Length == 1)
            {
                var array = Allocate(shape);
                if (b.Length == 1)
                {
                    byNumber(a.Span, b.Span[0], array.Span);
                }
                else
                {
                    ofNumber(a.Span[0], b.Span, array.Span);
                }

                return array;
            }

            (a, b) = (Expand(a, shape), Expand(b, shape));
        }

        var result = Allocate(a.Shape);
        combine(a.Span, b.Span, result.Span);
        return result;
    }
}
