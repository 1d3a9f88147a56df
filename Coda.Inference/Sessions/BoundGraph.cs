using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Coda.Inference.Sessions;

/// <summary>Inputs and outputs of fixed shapes, allocated and bound once, and the run that takes the ones to the others.</summary>
/// <remarks>
/// On the CPU the session reads and writes the buffers themselves. On a GPU it is bound to buffers of the device, whose addresses never change, and a run
/// copies what is written here to them and the outputs back: ONNX Runtime would copy a bound input of the host once, when it is bound, and not again. Not
/// thread-safe: one for each worker. Several can run on one session at the same time.
/// </remarks>
public sealed class BoundGraph : IDisposable
{
    private readonly Stack<IDisposable> _owned = [];
    private readonly OnnxSession _session;
    private readonly IReadOnlyList<TensorBinding> _inputBindings;
    private readonly RunOptions _options;
    private readonly OrtIoBinding _binding;
    private readonly OrtValue[] _inputs;
    private readonly OrtValue[] _outputs;
    private readonly OrtValue[] _boundInputs;
    private readonly OrtValue[] _boundOutputs;

    /// <summary>Allocates the buffers; the inputs start as zeros.</summary>
    /// <exception cref="DeviceMemoryException">The device has no memory for them.</exception>
    internal BoundGraph(OnnxSession session, IReadOnlyList<TensorBinding> inputs, IReadOnlyList<TensorBinding> outputs)
    {
        (_session, _inputBindings) = (session, inputs);
        try
        {
            _options = Owned(session.Options());
            _binding = Owned(session.Inner.CreateIoBinding());
            (_inputs, _outputs) = ([.. inputs.Select(OnHost)], [.. outputs.Select(OnHost)]);
            (_boundInputs, _boundOutputs) = (OnDevice(inputs, _inputs), OnDevice(outputs, _outputs));
            for (var i = 0; i < inputs.Count; i++)
            {
                _binding.BindInput(inputs[i].Name, _boundInputs[i]);
            }

            for (var i = 0; i < outputs.Count; i++)
            {
                _binding.BindOutput(outputs[i].Name, _boundOutputs[i]);
            }
        }
        catch (OnnxRuntimeException fault)
        {
            Dispose();
            throw OnnxFault.Running(fault, session.Source, session.Settings, inputs);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The entries of an input, to be written before <see cref="Run"/>, row-major.</summary>
    /// <param name="index">Its place in the list that was bound.</param>
    public Span<float> Input(int index) => _inputs[index].GetTensorMutableDataAsSpan<float>();

    /// <summary>The entries of an output, valid until the next <see cref="Run"/>, row-major.</summary>
    /// <param name="index">Its place in the list that was bound.</param>
    public ReadOnlySpan<float> Output(int index) => _outputs[index].GetTensorDataAsSpan<float>();

    /// <summary>The same, for who corrects them in place.</summary>
    /// <param name="index">Its place in the list that was bound.</param>
    internal Span<float> MutableOutput(int index) => _outputs[index].GetTensorMutableDataAsSpan<float>();

    /// <summary>Computes the outputs from the inputs.</summary>
    /// <exception cref="DeviceMemoryException">The device has no memory for what lies between them; a run of a smaller shape may do.</exception>
    /// <exception cref="InvalidDataException">The graph fails on these shapes.</exception>
    public void Run()
    {
        try
        {
            if (_session.OneAtATime is { } turn)
            {
                using var scope = turn.EnterScope();
                RunBound();
            }
            else
            {
                RunBound();
            }
        }
        catch (OnnxRuntimeException fault)
        {
            throw OnnxFault.Running(fault, _session.Source, _session.Settings, _inputBindings);
        }
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        while (_owned.TryPop(out var part))
        {
            part.Dispose();
        }
    }

    private void RunBound()
    {
        Copy(_inputs, _boundInputs);
        _session.Inner.RunWithBinding(_options, _binding);
        Copy(_boundOutputs, _outputs);
    }

    private OrtValue OnHost(TensorBinding binding)
    {
        var value = Owned(_session.Device?.OnHost(binding.Shape)
            ?? OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, binding.Shape));
        value.GetTensorMutableDataAsSpan<float>().Clear();
        return value;
    }

    private OrtValue[] OnDevice(IReadOnlyList<TensorBinding> bindings, OrtValue[] host) =>
        _session.Device is { } device ? [.. bindings.Select(b => Owned(device.OnDevice(b.Shape)))] : host;

    private T Owned<T>(T part)
        where T : IDisposable
    {
        _owned.Push(part);
        return part;
    }

    private void Copy(OrtValue[] from, OrtValue[] to)
    {
        if (from != to)
        {
            OrtEnv.Instance().CopyTensors(from, to, null!); // returns when they are there
        }
    }
}
