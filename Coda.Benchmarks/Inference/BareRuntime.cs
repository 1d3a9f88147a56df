using Coda.Data.Cards;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Coda.Benchmarks.Inference;

/// <summary>ONNX Runtime by itself: buffers filled once, then only runs.</summary>
internal sealed class BareRuntime : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtValue[][] _inputs;
    private readonly OrtValue[][] _outputs;
    private readonly RunOptions _options = new();

    public BareRuntime(string path, long[] input, long[] output, int threads)
    {
        using var options =
            new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(path, options);
        (_inputs, _outputs) = ([Allocate(input), Allocate(input)], [Allocate(output), Allocate(output)]);
    }

    public void RunMany(int callers, int runs)
    {
        var threads = Enumerable.Range(0, callers).Select(caller => new Thread(() =>
        {
            for (var run = caller; run < runs; run += callers)
            {
                _session.Run(_options, [ModelFolder.Observations], _inputs[caller], [ModelFolder.State], _outputs[caller]);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
    }

    public void Dispose()
    {
        foreach (var value in _inputs.Concat(_outputs).SelectMany(v => v))
        {
            value.Dispose();
        }

        _options.Dispose();
        _session.Dispose();
    }

    private static OrtValue[] Allocate(long[] shape)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shape);
        value.GetTensorMutableDataAsSpan<float>().Fill(1);
        return [value];
    }
}
