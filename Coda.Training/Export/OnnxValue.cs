namespace Coda.Training.Export;

/// <summary>A value in an ONNX graph: its name and shape, and its entries where it is a constant.</summary>
/// <param name="Name">The name in the graph.</param>
/// <param name="Shape">The length of every axis; <see cref="Symbolic"/> where it is known at run time only.</param>
/// <param name="Data">The entries of a constant; <see langword="null"/> otherwise.</param>
public sealed record OnnxValue(string Name, int[] Shape, float[]? Data = null)
{
    /// <summary>Stands for a length that is known at run time only.</summary>
    public const int Symbolic = -1;

    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Length;
}
