using System.Diagnostics;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Coda.Benchmarks.Devices;

/// <summary>Analyses of windows on ONNX Runtime: rates on a device, and what they differ by from one thread of the CPU.</summary>
internal static class GpuInference
{
    private static readonly Dictionary<Precision, double> Tolerances = new() // in deviations of the climatology, of the largest difference
    {
        [Precision.Float32] = 1e-3, [Precision.TensorFloat32] = 0.1, [Precision.Float16] = 0.2,
    };

    /// <summary>In which numbers a network computes.</summary>
    internal enum Precision
    {
        /// <summary>24 bits of mantissa.</summary>
        Float32,

        /// <summary>11 bits of mantissa in products, sums in float32.</summary>
        TensorFloat32,

        /// <summary>11 bits of mantissa everywhere.</summary>
        Float16,
    }

    /// <summary>Asks for the device.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="output">Told.</param>
    public static void Provider(GpuScope scope, TextWriter output)
    {
        using var model = OnnxModel.Open(scope.ModelName, scope.Session);
        model.RequireDevice();
        output.WriteLine($"  {model.Card.Name} opens on the device {scope.Device}; {Environment.ProcessorCount} cores");
    }

    /// <summary>Rates by batch.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="output">Takes the rows.</param>
    /// <param name="precision">In which numbers.</param>
    /// <param name="usesGraph">Whether launches are captured.</param>
    /// <exception cref="InvalidDataException">States are not those of the CPU to the precision.</exception>
    public static void Analyses(GpuScope scope, TextWriter output, Precision precision, bool usesGraph)
    {
        using var model = OnnxModel.Open(scope.ModelName);
        var file = FileOf(model);
        var whole = File.ReadAllBytes(file);
        var bytes = precision == Precision.Float16 ? HalfGraph.Of(file) : whole;
        foreach (var rows in scope.Batches)
        {
            var windows = Windows(model.Card, rows);
            var (expected, cpuRate) = Bound(whole, model.Card, windows, new(), scope.Seconds);
            var (states, rate) = Bound(
                bytes, model.Card, windows,
                scope.Session with { UsesCudaGraph = usesGraph, UsesTensorFloats = precision == Precision.TensorFloat32 }, scope.Seconds);
            var difference = states.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
            output.Write(FormattableString.Invariant(
                $"  {rows,5} windows, {precision}{(usesGraph ? ", CUDA graph" : "")}: {rate,10:N0} a second on {scope.Device}, "));
            output.WriteLine(FormattableString.Invariant($"{cpuRate,8:N0} on one thread of the CPU; differ by {difference:E1}"));
            var most = Tolerances[precision] * model.Card.ClimatologyDeviation.Max();
            if (!(difference <= most))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{precision}: expected states within {most:G2} of the CPU's, got a difference of {difference:G3} at {rows} windows."));
            }
        }
    }

    /// <summary>Rates of all precisions with captured launches.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="output">Takes the rows.</param>
    public static void Graphs(GpuScope scope, TextWriter output)
    {
        foreach (var precision in Enum.GetValues<Precision>())
        {
            Analyses(scope, output, precision, usesGraph: true);
        }
    }

    /// <summary>Rates with bound buffers and with values handed over.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="output">Takes the rows.</param>
    /// <exception cref="InvalidDataException">The two ways differ in a bit.</exception>
    public static void Binding(GpuScope scope, TextWriter output)
    {
        using var model = OnnxModel.Open(scope.ModelName);
        var bytes = File.ReadAllBytes(FileOf(model));
        foreach (var rows in scope.Batches)
        {
            var windows = Windows(model.Card, rows);
            var (bound, boundRate) = Bound(bytes, model.Card, windows, scope.Session, scope.Seconds);
            var (handed, handedRate) = Handed(bytes, model.Card, windows, scope.Session, scope.Seconds);
            output.WriteLine(FormattableString.Invariant(
                $"  {rows,5} windows: bound {boundRate,10:N0} a second, handed over {handedRate,10:N0}, ratio {boundRate / handedRate:F2}"));
            if (!bound.SequenceEqual(handed))
            {
                throw new InvalidDataException($"Expected the same bits from bound buffers and values handed over, got others at {rows} windows.");
            }
        }
    }

    /// <summary>Windows of noise, a quarter of the entries seen. [row, 2, time, site]</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="rows">How many.</param>
    public static float[] Windows(ModelCard card, int rows)
    {
        var size = LengthOf(card) * card.SiteCount;
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

    /// <summary>The steps of a window.</summary>
    /// <param name="card">The model's card.</param>
    public static int LengthOf(ModelCard card) => (2 * card.HalfWidth) + 1;

    /// <summary>The states of windows on one thread of the CPU.</summary>
    /// <param name="model">The model.</param>
    /// <param name="windows">The windows.</param>
    public static float[] Expected(OnnxModel model, float[] windows) => Bound(File.ReadAllBytes(FileOf(model)), model.Card, windows, new(), 0).States;

    private static string FileOf(OnnxModel model) => Path.Combine(model.Folder, model.Card.FileOf(ModelRoles.Analysis)!);

    private static (float[] States, double Rate) Bound(byte[] file, ModelCard card, float[] windows, SessionSettings settings, double seconds)
    {
        var rows = windows.Length / (2 * LengthOf(card) * card.SiteCount);
        using var session = OnnxModel.OpenSession(file, settings);
        using var run = new BoundGraph(
            session, [new(ModelFolder.Observations, rows, 2, LengthOf(card), card.SiteCount)], [new(ModelFolder.State, rows, card.Layout.Size)]);
        windows.CopyTo(run.Input(0));
        var rate = Rate(run.Run, seconds) * rows;
        return (run.Output(0).ToArray(), rate);
    }

    private static (float[] States, double Rate) Handed(byte[] file, ModelCard card, float[] windows, SessionSettings settings, double seconds)
    {
        var rows = windows.Length / (2 * LengthOf(card) * card.SiteCount);
        using var session = OnnxModel.OpenSession(file, settings);
        using var input = OrtValue.CreateTensorValueFromMemory(windows, [rows, 2, LengthOf(card), card.SiteCount]);
        using var options = new RunOptions();
        float[] states = [];
        var rate = Rate(() =>
        {
            using var results = session.Inner.Run(options, [ModelFolder.Observations], [input], [ModelFolder.State]);
            states = results[0].GetTensorDataAsSpan<float>().ToArray();
        }, seconds) * rows;
        return (states, rate);
    }

    // The first runs allocate, choose kernels and capture.
    private static double Rate(Action run, double seconds)
    {
        run();
        run();
        var (watch, runs) = (Stopwatch.StartNew(), 0);
        do
        {
            run();
            runs++;
        }
        while (watch.Elapsed.TotalSeconds < seconds);
        return runs / watch.Elapsed.TotalSeconds;
    }
}
