using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Coda.Inference.Sessions;

/// <summary>Inputs and outputs of fixed shapes, allocated once, and the run that takes the ones to the others.</summary>
/// <remarks>Not thread-safe: one for each worker. Several can run on one session at the same time.</remarks>
public sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _inputs;
    private readonly OrtValue[] _outputs;

    /// <summary>Allocates the buffers; the inputs start as zeros.</summary>
    internal OnnxRun(InferenceSession session, IReadOnlyList<TensorBinding> inputs, IReadOnlyList<TensorBinding> outputs)
    {
        _session = session;
        (_inputNames, _outputNames) = ([.. inputs.Select(i => i.Name)], [.. outputs.Select(o => o.Name)]);
        (_inputs, _outputs) = ([.. inputs.Select(Allocate)], [.. outputs.Select(Allocate)]);
    }

    /// <summary>The entries of an input, to be written before <see cref="Run"/>, row-major.</summary>
    /// <param name="index">Its place in the list that was bound.</param>
    public Span<float> Input(int index) => _inputs[index].GetTensorMutableDataAsSpan<float>();

    /// <summary>The entries of an output, valid until the next <see cref="Run"/>, row-major.</summary>
    /// <param name="index">Its place in the list that was bound.</param>
    public ReadOnlySpan<float> Output(int index) => _outputs[index].GetTensorDataAsSpan<float>();

    /// <summary>Computes the outputs from the inputs.</summary>
    public void Run() => _session.Run(_options, _inputNames, _inputs, _outputNames, _outputs);

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        foreach (var value in _inputs.Concat(_outputs))
        {
            value.Dispose();
        }

        _options.Dispose();
    }

    private static OrtValue Allocate(TensorBinding binding)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, binding.Shape);
        value.GetTensorMutableDataAsSpan<float>().Clear();
        return value;
    }
}
