using System.Diagnostics;
using System.Globalization;
using Coda.Benchmarks.Training;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Coda.Training.Natives;
using static TorchSharp.torch;

namespace Coda.Benchmarks.Devices;

/// <summary>
/// Everything that Coda computes on a GPU, against the same on the CPU, in one table: what runs, how fast, how far off. What does not run says why, and the
/// whole is not proven then.
/// </summary>
internal static class GpuBenchmark
{
    private const double Seconds = 2; // a row
    private static readonly int[] Batches = [1, 16, 64, 256, 1024];

    /// <summary>Prints the table.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="modelName">A model with an analysis network.</param>
    /// <returns>Whether every row was proven.</returns>
    public static bool Run(TextWriter output, string modelName)
    {
        LibTorch.Load();
        using var model = OnnxModel.Open(modelName, new SessionSettings { Device = "cuda" });
        output.WriteLine($"{model.Card.Name}, {ModelRoles.Analysis}: analyses of windows on the device cuda against one thread of the CPU; "
            + $"{Environment.ProcessorCount} cores");
        var isProven = Row(output, "the provider", () =>
        {
            model.RequireDevice();
            return "  is there";
        });
        return (isProven && Inference(output, model)) & Training(output);
    }

    private static bool Inference(TextWriter output, OnnxModel model)
    {
        output.WriteLine("  rows   precision   CUDA graph   device, a second   CPU, a second   largest difference from the CPU's float32");
        var isProven = true;
        var file = Path.Combine(model.Folder, model.Card.FileOf(ModelRoles.Analysis)!);
        var (whole, half) = (File.ReadAllBytes(file), HalfGraph.Of(file));
        foreach (var rows in Batches)
        {
            var windows = Windows(model.Card, rows);
            var (expected, cpuRate) = Measure(whole, model.Card, windows, new());
            foreach (var (bytes, precision) in new[] { (whole, "float32"), (half, "float16") })
            {
                foreach (var usesGraph in new[] { false, true })
                {
                    isProven &= Row(output, FormattableString.Invariant($"{rows,6}   {precision,-9}   {(usesGraph ? "on" : "off"),-10}"), () =>
                    {
                        var (states, rate) = Measure(bytes, model.Card, windows, new() { Device = "cuda", UsesCudaGraph = usesGraph });
                        return FormattableString.Invariant($"{rate,16:N0} {cpuRate,15:N0}   {states.Zip(expected, (a, b) => Math.Abs(a - b)).Max():E1}");
                    });
                }
            }
        }

        return isProven;
    }

    private static bool Training(TextWriter output)
    {
        output.WriteLine("training step of the demo's network, batch 64, rollout 25");
        output.WriteLine("device   steps a second   loss of the first step");
        return Row(output, "cpu   ", () => Step(CPU)) & Row(output, "cuda  ", () => cuda.is_available() ? Step(CUDA) : throw new InvalidOperationException(
            $"expected a LibTorch {LibTorch.Version} that sees a GPU, got one that sees none: name its folder in {LibTorch.FolderVariable}, for the build and "
                + "for the run"));
    }

    private static string Step(Device device)
    {
        var (milliseconds, loss) = TrainingBenchmark.StepOn(device);
        return FormattableString.Invariant($"{1000 / milliseconds,15:F1}   {loss:G9}");
    }

    private static bool Row(TextWriter output, string name, Func<string> measure)
    {
        try
        {
            output.WriteLine($"{name} {measure()}");
            return true;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            output.WriteLine($"{name}   NOT PROVEN: {fault.Message.ReplaceLineEndings(" ")}");
            return false;
        }
    }

    private static (float[] States, double Rate) Measure(byte[] file, ModelCard card, float[] windows, SessionSettings settings)
    {
        var length = (2 * card.HalfWidth) + 1;
        var rows = windows.Length / (2 * length * card.SiteCount);
        using var session = OnnxModel.OpenSession(file, settings);
        using var run =
            new BoundGraph(session, [new(ModelFolder.Observations, rows, 2, length, card.SiteCount)], [new(ModelFolder.State, rows, card.Layout.Size)]);
        windows.CopyTo(run.Input(0));
        run.Run(); // allocates, chooses kernels, captures
        run.Run();
        var (watch, runs) = (Stopwatch.StartNew(), 0);
        while (watch.Elapsed.TotalSeconds < Seconds)
        {
            run.Run();
            runs++;
        }

        return (run.Output(0).ToArray(), runs * rows / watch.Elapsed.TotalSeconds);
    }

    private static float[] Windows(ModelCard card, int rows)
    {
        var size = ((2 * card.HalfWidth) + 1) * card.SiteCount;
        var (windows, random) = (new float[rows * 2 * size], new CounterRandom(1));
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < size; i++)
            {
                if (random.NextUniform() < 0.25)
                {
                    windows[(2 * row * size) + i] = (float)(card.ClimatologyMean[0] + (card.ClimatologyDeviation[0] * random.NextGaussian()));
                    windows[(((2 * row) + 1) * size) + i] = 1;
                }
            }
        }

        return windows;
    }
}
