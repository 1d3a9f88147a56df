using Coda.Benchmarks.Training;
using Coda.Training.Algebra;
using Coda.Training.Natives;

namespace Coda.Benchmarks.Devices;

/// <summary>Training steps of the demo's network on LibTorch.</summary>
internal static class GpuTraining
{
    private const double Tolerance = 0.01; // of the first loss: the same weights and batch, other kernels or bfloat16

    /// <summary>Steps on the device, against the CPU's float32.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="output">Takes the rows.</param>
    /// <param name="isReduced">Whether our convolutions are in bfloat16.</param>
    /// <exception cref="ArgumentException">LibTorch sees no such device.</exception>
    /// <exception cref="InvalidDataException">The first loss is another.</exception>
    public static void Steps(GpuScope scope, TextWriter output, bool isReduced)
    {
        var precision = isReduced ? ConvolutionPrecision.BFloat16 : ConvolutionPrecision.Float32;
        var (milliseconds, loss) = TrainingBenchmark.StepOn(TorchDevice.Require(scope.Device), precision, scope.TrainingSteps);
        var (_, expected) = TrainingBenchmark.StepOn(TorchDevice.Require("cpu"), ConvolutionPrecision.Float32, 1);
        output.WriteLine(FormattableString.Invariant(
            $"  {precision} on {scope.Device}: {1000 / milliseconds:F1} steps a second, first loss {loss:G7} (the CPU's in float32: {expected:G7})"));
        if (!(Math.Abs(loss - expected) <= Tolerance * Math.Abs(expected)))
        {
            throw new InvalidDataException(FormattableString.Invariant($"Expected a first loss within {Tolerance:P0} of {expected:G7}, got {loss:G7}."));
        }
    }
}
