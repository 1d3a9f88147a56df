using System.Numerics;
using System.Numerics.Tensors;

namespace Coda.Inference.Forecasting;

/// <summary>Checks the forcing that models and maps are given.</summary>
internal static class ForcingShape
{
    /// <summary>Refuses forcing that is not each state's.</summary>
    /// <param name="channels">The number of the forcing's values at a step; 0 for none.</param>
    /// <param name="length">The number of values given.</param>
    /// <param name="batch">The number of states.</param>
    /// <param name="steps">The number of steps.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public static void Require(int channels, int length, int batch, int steps = 1)
    {
        if (length != batch * (steps + 1) * channels)
        {
            throw new ArgumentException(channels == 0
                ? $"Expected no forcing, got {length} values: the model has none."
                : $"Expected the forcing of {batch} states at {steps + 1} steps, {channels} values each, got {length} values: the model has forcing. Take it "
                    + "from the archive (ForcingSeries).");
        }
    }

    /// <summary>Copies the forcing over one step to each state of a batch.</summary>
    /// <param name="channels">The number of the forcing's values at a step; 0 for none.</param>
    /// <param name="forcing">The forcing of each state, or one for all. [batch, 2, channel] or [2, channel]</param>
    /// <param name="target">Takes that of each state. [batch, 2, channel]</param>
    /// <param name="batch">The number of states.</param>
    /// <exception cref="ArgumentException">The length fits neither.</exception>
    public static void Spread<F>(int channels, ReadOnlySpan<double> forcing, Span<F> target, int batch)
        where F : INumberBase<F>
    {
        Require(channels, forcing.Length, forcing.Length == 2 * channels ? 1 : batch);
        for (var at = 0; at < target.Length; at += forcing.Length)
        {
            TensorPrimitives.ConvertTruncating(forcing, target[at..]);
        }
    }
}
