using System.Diagnostics;
using Coda.Training.Algebra;
using static TorchSharp.torch;

namespace Coda.Benchmarks.Training;

/// <summary>A convolution round a ring, forwards and back, against LibTorch's own of the same padded input, on one thread.</summary>
internal static class ConvolutionBenchmark
{
    private const int Rounds = 30;

    /// <summary>Prints milliseconds, the least of several rounds in turns, for widths of networks that train here.</summary>
    /// <param name="output">Where to.</param>
    public static void Run(TextWriter output)
    {
        TorchThreads.Use(1);
        foreach (var channels in new[] { 32, 48, 64, 96, 128 })
        {
            const int Batch = 128, Space = 40, Width = 5;
            using var scope = NewDisposeScope();
            var (ops, rows) = (new TorchAlgebra(CPU), rand(Batch, Space, channels));
            var lying = rows.transpose(1, 2).detach().requires_grad_(true); // as the layer before leaves it
            var plain = rows.transpose(1, 2).contiguous().detach().requires_grad_(true);
            var (kernel, bias, by) = (rand(channels, channels, Width).requires_grad_(true), rand(channels).requires_grad_(true), rand(Batch, channels, Space));
            var (ours, theirs) = ((Forward: double.PositiveInfinity, Back: double.PositiveInfinity), (Forward: double.PositiveInfinity, Back: double.PositiveInfinity));
            for (var round = 0; round < Rounds; round++)
            {
                ours = Least(ours, Time(() => ops.Convolve(lying, kernel, bias), by));
                theirs = Least(theirs, Time(() => Peer(plain, kernel, bias), by));
            }

            output.WriteLine(FormattableString.Invariant($"convolution [{Batch}, {channels}, {Space}], {Width} wide, ms forward and back: Coda {ours.Forward:F2}, ")
                + FormattableString.Invariant($"{ours.Back:F2}; LibTorch {theirs.Forward:F2}, {theirs.Back:F2}; ratio of the sums ")
                + FormattableString.Invariant($"{(theirs.Forward + theirs.Back) / (ours.Forward + ours.Back):F2}"));
        }
    }

    private static Tensor Peer(Tensor a, Tensor kernel, Tensor bias)
    {
        var (space, reach) = (a.shape[2], kernel.shape[2] / 2);
        return nn.functional.conv1d(cat([a.narrow(2, space - reach, reach), a, a.narrow(2, 0, reach)], 2), kernel, bias);
    }

    private static (double Forward, double Back) Time(Func<Tensor> convolve, Tensor by)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var result = convolve();
        var forward = clock.Elapsed.TotalMilliseconds;
        clock.Restart();
        result.backward([by]);
        return (forward, clock.Elapsed.TotalMilliseconds);
    }

    private static (double Forward, double Back) Least((double Forward, double Back) a, (double Forward, double Back) b) =>
        (Math.Min(a.Forward, b.Forward), Math.Min(a.Back, b.Back));
}
