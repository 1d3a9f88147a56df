using System.Diagnostics;
using System.Globalization;
using Coda.Data.Cards;
using Coda.Inference.Sessions.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Coda.Benchmarks.Inference;

/// <summary>Steps of a hybrid forecast by one run of the session for each, by blocks of steps, and by a loop inside one run; on bare ONNX Runtime, one thread. The ways take turns; the best of several rounds counts.</summary>
public static class ForecastBenchmark
{
    private const int Rounds = 7;
    private const int Steps = 96;

    /// <summary>Runs the comparison.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="modelFolder">A model with a forecast.</param>
    public static void Run(TextWriter output, string modelFolder)
    {
        var card = ModelFolder.ReadCard(modelFolder);
        var file = File.ReadAllBytes(Path.Combine(modelFolder, ModelFolder.Forecast));
        output.WriteLine($"Forecasts of {card.Name}, thousand steps times starts a second; in brackets, times the first way");
        output.WriteLine("     batch        one a run       blocks of 4       blocks of 8      blocks of 16      blocks of 32              loop");
        foreach (var batch in new[] { 1, 16, 128, 256, 1024 })
        {
            Way[] ways = [new(file, 1, card, batch), .. new[] { 4, 8, 16, 32 }.Select(n => new Way(StepGraph.Block(file, n), n, card, batch)), new(StepGraph.Loop(file), 0, card, batch)];
            var best = new double[ways.Length];
            for (var round = 0; round < Rounds; round++)
            {
                for (var way = 0; way < ways.Length; way++)
                {
                    var watch = Stopwatch.StartNew();
                    ways[way].Forecast();
                    best[way] = Math.Max(best[way], Steps * batch / watch.Elapsed.TotalMilliseconds);
                }
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{batch,10}") + string.Concat(best.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b,10:f1} ({b / best[0]:f2})"))));
            Array.ForEach(ways, w => w.Dispose());
        }
    }

    private sealed class Way : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly OrtValue[] _inputs;
        private readonly OrtValue[] _outputs;
        private readonly RunOptions _options = new();
        private readonly int _runs;

        public Way(byte[] file, int stepsPerRun, ModelCard card, int batch)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            _session = new InferenceSession(file, options);
            _runs = stepsPerRun == 0 ? 1 : Steps / stepsPerRun;
            var state = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [batch, card.Layout.Size]);
            var values = state.GetTensorMutableDataAsSpan<float>();
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(card.ClimatologyMean[0] + (card.ClimatologyDeviation[0] * Math.Sin(i * 0.7)));
            }

            _inputs = stepsPerRun == 0 ? [state, OrtValue.CreateTensorValueFromMemory<long>([Steps], [])] : [state];
            _outputs = [OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [batch, card.Layout.Size])];
        }

        public void Forecast()
        {
            string[] names = _inputs.Length == 1 ? [ModelFolder.State] : [ModelFolder.State, StepGraph.Steps];
            for (var run = 0; run < _runs; run++)
            {
                _session.Run(_options, names, _inputs, [ModelFolder.NextState], _outputs);
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
