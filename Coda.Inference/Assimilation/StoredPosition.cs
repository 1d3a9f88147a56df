using System.Runtime.InteropServices;

namespace Coda.Inference.Assimilation;

/// <summary>Where a stream of observations stands, taken apart into arrays that a file keeps to the bit (<see cref="Data.Foundation.TensorFile"/>).</summary>
/// <param name="Form">The kind of analysis that it is of (<see cref="StreamAnalysis.Form"/>).</param>
/// <param name="FirstStep">The step that the stream began at.</param>
/// <param name="Step">The step of the newest analysis.</param>
/// <param name="Arrays">What the next step needs, by name.</param>
public sealed record StoredPosition(string Form, long FirstStep, long Step, IReadOnlyDictionary<string, float[]> Arrays)
{
    /// <summary>Numbers of double precision as twice as many of single precision, bit by bit.</summary>
    /// <param name="numbers">The numbers.</param>
    public static float[] Bits(ReadOnlySpan<double> numbers) => MemoryMarshal.Cast<double, float>(numbers).ToArray();

    /// <summary>Refuses a position of another kind of analysis.</summary>
    /// <param name="form">The kind that is wanted.</param>
    /// <exception cref="InvalidDataException">It is of another.</exception>
    public void Require(string form)
    {
        if (Form != form)
        {
            throw new InvalidDataException($"The position of a stream: expected one of a {form} analysis, got one of a {Form}. Begin the stream anew.");
        }
    }

    /// <summary>An array.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="length">The length that the model's has.</param>
    /// <exception cref="InvalidDataException">It is missing, or has another length.</exception>
    public float[] Array(string name, long length) => Arrays.GetValueOrDefault(name) is { } array && array.Length == length
        ? array : throw new InvalidDataException(
            $"The position of a stream: expected {length} numbers '{name}', as the model has, got {Arrays.GetValueOrDefault(name)?.Length ?? 0}. "
                + "Begin the stream anew.");

    /// <summary>An array of double precision.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="length">The length that the model's has.</param>
    /// <exception cref="InvalidDataException">It is missing, or has another length.</exception>
    public double[] Doubles(string name, long length) => MemoryMarshal.Cast<float, double>(Array(name, 2 * length)).ToArray();
}
