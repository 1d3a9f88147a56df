using System.Diagnostics;
using System.Globalization;
using Coda.Data.Cards;
using Coda.Data.Graphs;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Inference.Sessions.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Coda.Benchmarks.Inference;

/// <summary>
/// Steps of a hybrid forecast by one run of the session for each, by blocks of steps and by a loop inside one run, on bare ONNX Runtime with one thread; and
/// the forecast model itself, step by step and by its loop. Counted is processor time; the ways take turns, and the best of several rounds counts.
/// </summary>
public static class ForecastBenchmark
{
    private const int Rounds = 7;
    private const int Steps = 96;

    private static readonly int[] Blocks = [8, 16];

    /// <summary>Runs the comparison.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="modelFolder">A model with a forecast.</param>
    public static void Run(TextWriter output, string modelFolder)
    {
        using var model = OnnxModel.Open(modelFolder);
        using var hybrid = new HybridModel(model);
        var path = Path.Combine(modelFolder, model.Card.FileOf(ModelRoles.Forecast)!);
        output.WriteLine($"Forecasts by {model.Card.Name}, thousand steps times starts a second of processor time; in brackets, times the first way");
        string[] names = ["one a run", .. Blocks.Select(n => $"blocks of {n}"), "loop", "HybridModel", "its loop"];
        output.WriteLine($"     batch{string.Concat(names.Select(n => $"{n,17}"))}");
        foreach (var batch in new[] { 1, 16, 128, 256, 1024 })
        {
            var start = Start(model.Card, batch);
            using var one = new Bare(File.ReadAllBytes(path), 1, start, batch);
            using var loop = new Bare(StepGraph.Loop(OnnxFormat.Read(path)), 0, start, batch);
            Bare[] blocks = [.. Blocks.Select(n => new Bare(StepBlocks.Of(OnnxFormat.Read(path), n), n, start, batch))];
            var next = new float[start.Length];
            var rates = Rates(
                [one.Forecast, .. blocks.Select(b => (Action)b.Forecast), loop.Forecast, () => StepByStep(hybrid, [.. start], next, batch), () =>
                    hybrid.Advance(start, next, batch, Steps)], batch);
            Array.ForEach(blocks, b => b.Dispose());
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{batch,10}")
                + string.Concat(rates.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r,10:f1} ({r / rates[0]:f2})"))));
        }
    }

    private static double[] Rates(Action[] ways, int batch)
    {
        using var process = Process.GetCurrentProcess();
        var (times, best) = (Math.Max(1, 4096 / (16 + batch)), new double[ways.Length]);
        for (var round = 0; round < Rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                process.Refresh();
                var before = process.TotalProcessorTime;
                for (var time = 0; time < times; time++)
                {
                    ways[way]();
                }

                process.Refresh();
                best[way] = Math.Max(best[way], Steps * times * batch / (process.TotalProcessorTime - before).TotalMilliseconds);
            }
        }

        return best;
    }

    private static void StepByStep(HybridModel hybrid, float[] states, float[] next, int batch)
    {
        for (var step = 0; step < Steps; step++)
        {
            hybrid.Advance(states, next, batch);
            (states, next) = (next, states);
        }
    }

    private static float[] Start(ModelCard card, int batch) =>
        [.. Enumerable.Range(0, batch * card.Layout.Size).Select(i => (float)(card.ClimatologyMean[0] + (card.ClimatologyDeviation[0] * Math.Sin(i * 0.7))))];

    /// <summary>ONNX Runtime by itself: one start, run again and again.</summary>
    private sealed class Bare : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly OrtValue[] _inputs;
        private readonly OrtValue[] _outputs;
        private readonly RunOptions _options = new();
        private readonly string[] _names;
        private readonly int _runs;

        public Bare(byte[] file, int stepsPerRun, float[] start, int batch)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            _session = new InferenceSession(file, options);
            long[] shape = [batch, start.Length / batch];
            var (state, isLoop) = (OrtValue.CreateTensorValueFromMemory<float>(start, shape), stepsPerRun == 0);
            _runs = isLoop ? 1 : Steps / stepsPerRun;
            _names = isLoop ? [ModelFolder.State, StepGraph.Steps] : [ModelFolder.State];
            _inputs = isLoop ? [state, OrtValue.CreateTensorValueFromMemory<float>([Steps], [1])] : [state];
            _outputs = [OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shape)];
        }

        public void Forecast()
        {
            for (var run = 0; run < _runs; run++)
            {
                _session.Run(_options, _names, _inputs, [ModelFolder.NextState], _outputs);
            }
        }

        public void Dispose()
        {
            Array.ForEach([.. _inputs, .. _outputs], v => v.Dispose());
            _options.Dispose();
            _session.Dispose();
        }
    }
}
