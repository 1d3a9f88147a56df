using System.Reflection;
using static TorchSharp.torch;

namespace Coda.Training.Algebra;

/// <summary>The names that differ between the releases of TorchSharp, 0.99 to 0.107, under one name each.</summary>
/// <remarks>Looked up once, at run time, because an application may bring another release than the one compiled against.</remarks>
internal static class TorchNames
{
    private static readonly Func<Tensor, Tensor?> ReadGradient =
        (typeof(Tensor).GetProperty("grad")?.GetMethod ?? typeof(Tensor).GetMethod("grad", Type.EmptyTypes)
            ?? throw new MissingMemberException("TorchSharp's Tensor has no member 'grad'; expected TorchSharp 0.99 to 0.107."))
        .CreateDelegate<Func<Tensor, Tensor?>>();

    /// <summary>The gradient of a leaf, <see langword="null"/> before the first: <c>grad</c>, a method at first and a property later.</summary>
    /// <param name="tensor">The leaf.</param>
    /// <returns>A new handle, which belongs to the innermost dispose scope.</returns>
    public static Tensor? Gradient(this Tensor tensor) => ReadGradient(tensor);
}
