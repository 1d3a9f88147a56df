using Coda.Data.Algebra;

namespace Coda.Training.Algebra;

/// <summary>The operations of networks, besides those of dynamics: convolutions, pooling, and shapes with a time axis.</summary>
/// <remarks>Convolutions are periodic in space and keep its length. Axis order everywhere: batch, channel, time, space.</remarks>
/// <typeparam name="T">What stands for an array in one interpretation.</typeparam>
public interface INetworkAlgebra<T> : IAlgebra<T>
{
    /// <summary>The Gaussian error linear unit a Φ(a).</summary>
    T Gelu(T a);

    /// <summary>
    /// Convolution along space. [batch, input, space] with a kernel [output, input, width] to [batch, output, space], or [batch, input, time, space] alike,
    /// every time by itself; a kernel [channel, 1, width] convolves every channel by itself.
    /// </summary>
    /// <param name="a">The input.</param>
    /// <param name="kernel">The kernel, of odd width.</param>
    /// <param name="bias">The bias. [output]</param>
    /// <param name="norm">Batch normalization of the result; <see langword="null"/> for none.</param>
    /// <param name="dilation">The distance between two of the kernel's entries, in sites.</param>
    T Convolve(T a, T kernel, T bias, BatchNorm<T>? norm = null, int dilation = 1);

    /// <summary>
    /// Convolution along time and space, both periodic. [batch, input, time, space] with a kernel [output, input, 3, 3] to [batch, output, time, space].
    /// </summary>
    /// <param name="a">The input.</param>
    /// <param name="kernel">The kernel, of odd widths.</param>
    /// <param name="bias">The bias. [output]</param>
    /// <param name="norm">Batch normalization of the result; <see langword="null"/> for none.</param>
    T ConvolveTimeSpace(T a, T kernel, T bias, BatchNorm<T>? norm = null);

    /// <summary>Convolution over the whole depth of a time window, at every time where it fits. [channel, time, space] with [output, channel, depth] to [1,
    /// output, time - depth + 1, space].</summary>
    /// <param name="a">A stretch, without a batch axis.</param>
    /// <param name="kernel">One weight per output, channel and time offset.</param>
    /// <param name="bias">The bias. [output]</param>
    T ConvolveWindows(T a, T kernel, T bias);

    /// <summary>Convolution over a grid of two axes, which keeps their lengths. [batch, input, y, x] with [output, input, height, width] to [batch, output, y,
    /// x].</summary>
    /// <param name="a">The input.</param>
    /// <param name="kernel">The kernel, of odd widths.</param>
    /// <param name="bias">The bias. [output]</param>
    /// <param name="y">What lies beyond the first and the last row: the other end, or 0.</param>
    /// <param name="x">What lies beyond the ends of a row.</param>
    T ConvolveGrid(T a, T kernel, T bias, Padding y, Padding x);

    /// <summary>Transposed convolution that doubles the length of space. [batch, input, space] with [input, output, 2] to [batch, output, 2 space], or [batch,
    /// input, y, x] with [input, output, 2, 2] alike.</summary>
    T Upsample(T a, T kernel, T bias);

    /// <summary>Maximum over blocks of 2 along every axis after the channels; an odd last entry is dropped. [batch, channel, space], or [batch, channel, time,
    /// space], to half of each.</summary>
    T MaxPool(T a);

    /// <summary>Maximum over time. [batch, channel, time, space] to [batch, channel, space].</summary>
    T MaxOverTime(T a);

    /// <summary>[batch, channel, time, space] to [batch, channel · time, space].</summary>
    T TimeToChannels(T a);

    /// <summary>The same values, past which no gradient goes back.</summary>
    T StopGradient(T a);
}
