using Coda.Data.Foundation;

namespace Coda.Tests.Interpretations;

/// <summary>A plain array in double precision, before or after it was in an algebra.</summary>
/// <param name="Values">The entries, row-major.</param>
/// <param name="Shape">The length of every axis.</param>
internal sealed record Operand(double[] Values, params int[] Shape)
{
    /// <summary>The axis whose length an ONNX graph does not know; <see langword="null"/> where it knows all.</summary>
    public int? SymbolicAxis { get; init; }

    /// <summary>Whether an ONNX graph holds the array as a constant, as it does weights and parameters.</summary>
    public bool IsConstant { get; init; }

    /// <summary>How large a change of its entries is one.</summary>
    public double Size { get; init; } = 1;

    public float[] Single => Array.ConvertAll(Values, v => (float)v);

    /// <summary>The same with what is left out along the first axis but one entry, which keeps its axis.</summary>
    public Operand Row(int index)
    {
        var run = Values.Length / Shape[0];
        return this with { Values = Values[(index * run)..((index + 1) * run)], Shape = [1, .. Shape[1..]] };
    }

    public Operand Plus(double factor, Operand other) =>
        this with { Values = [.. Values.Zip(other.Values, (a, b) => a + (factor * b))] };

    /// <summary>Standard normal changes, in units of <see cref="Size"/>.</summary>
    public Operand Changes(ulong seed) => Gaussian(seed, Shape) is var drawn && Size == 1
        ? drawn : drawn with { Values = Array.ConvertAll(drawn.Values, v => v * Size) };

    /// <summary>Standard normal numbers of the shape.</summary>
    public static Operand Gaussian(ulong seed, params int[] shape)
    {
        var random = new CounterRandom(seed);
        var values = new double[shape.Aggregate(1, (product, axis) => product * axis)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.NextGaussian();
        }

        return new Operand(values, shape);
    }

    public static Operand Scalar(double value) => new([value]) { IsConstant = true };
}
