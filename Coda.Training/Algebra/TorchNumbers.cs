using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Training.Algebra;

/// <summary>Sums of tensors and operations with numbers, safe from the garbage collector.</summary>
/// <remarks>
/// TorchSharp 0.107 hands a number to LibTorch as the address of a <see cref="Scalar"/> that nothing holds from then on: a collection during the call frees
/// it, and LibTorch computes with whatever lies there, or ends with an error. A sum of two tensors has such a number, too (alpha = 1). Here each number lives
/// until the call is over. The operators themselves are banned (BannedSymbols.Torch.txt). Results belong to the innermost dispose scope.
/// </remarks>
internal static class TorchNumbers
{
    private static readonly Scalar One = 1.ToScalar();

    /// <summary>a + b.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">Another, of a shape that broadcasts.</param>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + number.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="number">The number.</param>
    public static Tensor Plus(this Tensor a, double number)
    {
        using var scalar = number.ToScalar();
        return a.add(scalar, One);
    }

    /// <summary>a · number.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="number">The number.</param>
    public static Tensor Times(this Tensor a, double number)
    {
        using var scalar = number.ToScalar();
        return a.mul(scalar);
    }

    /// <summary>a / number.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="number">The number.</param>
    public static Tensor Over(this Tensor a, double number)
    {
        using var scalar = number.ToScalar();
        return a.div(scalar);
    }

    /// <summary>a to the power of a number.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="exponent">The number.</param>
    public static Tensor ToPower(this Tensor a, double exponent)
    {
        using var scalar = exponent.ToScalar();
        return a.pow(scalar);
    }

    /// <summary>Whether a &gt; number, entry by entry.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="number">The number.</param>
    public static Tensor IsAbove(this Tensor a, double number)
    {
        using var scalar = number.ToScalar();
        return a.gt(scalar);
    }

    /// <summary>a becomes a + number · b.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">Another, of a shape that broadcasts to a's.</param>
    /// <param name="number">The number.</param>
    /// <returns>a.</returns>
    public static Tensor Add(this Tensor a, Tensor b, double number = 1)
    {
        using var scalar = number.ToScalar();
        return a.add_(b, scalar);
    }

    /// <summary>a becomes a + number.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="number">The number.</param>
    /// <returns>a.</returns>
    public static Tensor Add(this Tensor a, double number)
    {
        using var scalar = number.ToScalar();
        return a.add_(scalar, One);
    }

    /// <summary>a becomes number · a.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="number">The number.</param>
    /// <returns>a.</returns>
    public static Tensor Scale(this Tensor a, double number)
    {
        using var scalar = number.ToScalar();
        return a.mul_(scalar);
    }

    /// <summary>a becomes a + number · b · c.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">Another of its shape.</param>
    /// <param name="c">A third.</param>
    /// <param name="number">The number.</param>
    /// <returns>a.</returns>
    public static Tensor AddProduct(this Tensor a, Tensor b, Tensor c, double number)
    {
        using var scalar = number.ToScalar();
        return a.addcmul_(b, c, scalar);
    }

    /// <summary>a becomes a + number · b / c.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">Another of its shape.</param>
    /// <param name="c">A third.</param>
    /// <param name="number">The number.</param>
    /// <returns>a.</returns>
    public static Tensor AddQuotient(this Tensor a, Tensor b, Tensor c, double number)
    {
        using var scalar = number.ToScalar();
        return a.addcdiv_(b, c, scalar);
    }
}
