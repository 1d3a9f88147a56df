using Microsoft.ML.OnnxRuntime;

namespace Coda.Inference.Sessions;

/// <summary>One file of a model, opened on a device.</summary>
/// <param name="inner">ONNX Runtime's session, owned.</param>
/// <param name="device">The device; <see langword="null"/> for the CPU.</param>
/// <param name="settings">What the session was opened with.</param>
/// <param name="source">The file, for messages.</param>
internal sealed class OnnxSession(InferenceSession inner, CudaDevice? device, SessionSettings settings, string source) : IDisposable
{
    private int _runs;

    /// <summary>ONNX Runtime's session.</summary>
    public InferenceSession Inner => inner;

    /// <summary>The device; <see langword="null"/> for the CPU.</summary>
    public CudaDevice? Device => device;

    /// <summary>What the session was opened with.</summary>
    public SessionSettings Settings => settings;

    /// <summary>The file, for messages.</summary>
    public string Source => source;

    /// <summary>Held while a run is under way, where only one may be: a captured graph is replayed by one thread at a time.</summary>
    public Lock? OneAtATime { get; } = device is not null && settings.UsesCudaGraph ? new() : null;

    /// <summary>Options of a run; where graphs are captured, each set of buffers has a graph of its own.</summary>
    public RunOptions Options()
    {
        var options = new RunOptions();
        if (OneAtATime is not null)
        {
            options.AddRunConfigEntry("gpu_graph_id", FormattableString.Invariant($"{Interlocked.Increment(ref _runs)}"));
        }

        return options;
    }

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
