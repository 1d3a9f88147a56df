using Coda.Data.Cards;
using Microsoft.ML.OnnxRuntime;
#if !CODA_PACKAGES
using Coda.Data.Native;
#endif

namespace Coda.Inference.Sessions;

/// <summary>A model's folder, opened: its card, and one ONNX Runtime session for each file that is used.</summary>
/// <remarks>Sessions are made on first use and kept until the model is disposed. Safe for use from several threads.</remarks>
public sealed class OnnxModel : IDisposable
{
    private readonly Dictionary<string, Lazy<OnnxSession>> _sessions;
    private bool _isDisposed;

    private OnnxModel(string folder, ModelCard card, SessionSettings settings)
    {
        (Folder, Card, Settings) = (Path.GetFullPath(folder), card, settings);
        _sessions = card.Files.Keys.ToDictionary(f => f, f => new Lazy<OnnxSession>(() => OpenSession(Path.Combine(folder, f), settings)));
    }

    /// <summary>The model's folder, from the root.</summary>
    public string Folder { get; }

    /// <summary>What the model is.</summary>
    public ModelCard Card { get; }

    /// <summary>Where and how it computes.</summary>
    public SessionSettings Settings { get; }

    /// <summary>Opens a model and checks its files against its card.</summary>
    /// <param name="folder">The model's folder, or the name of a released model (see <see cref="ReleasedModels"/>).</param>
    /// <param name="settings">Device and threads; the defaults if none are given.</param>
    /// <exception cref="FileNotFoundException">There is no card, or a file that it names is missing.</exception>
    /// <exception cref="ModelMismatchException">A file's hash differs from the card's.</exception>
    /// <exception cref="ArgumentException">Settings out of range.</exception>
    public static OnnxModel Open(string folder, SessionSettings? settings = null)
    {
        settings ??= new SessionSettings();
        settings.Check();
        folder = ReleasedModels.Find(folder);
        return new OnnxModel(folder, ModelFolder.ReadCard(folder), settings);
    }

    /// <summary>Whether the model has a file.</summary>
    /// <param name="file">A name from <see cref="ModelFolder"/>.</param>
    public bool Has(string file) => _sessions.ContainsKey(file);

    /// <summary>Makes buffers of fixed shapes on which one file can be run again and again, by one thread at a time.</summary>
    /// <param name="file">A name from <see cref="ModelFolder"/>.</param>
    /// <param name="inputs">Every input with its shape.</param>
    /// <param name="outputs">The outputs wanted, with their shapes.</param>
    /// <exception cref="ModelMismatchException">The model has no such file, or the file no such tensor.</exception>
    /// <exception cref="InvalidOperationException">The device cannot be used; the message names what to install.</exception>
    /// <exception cref="DeviceMemoryException">The device has no memory for the file or the buffers.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library is missing; the message names the command that provides it.</exception>
    public OnnxRun Bind(string file, IReadOnlyList<TensorBinding> inputs, IReadOnlyList<TensorBinding> outputs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_sessions.TryGetValue(file, out var lazy))
        {
            throw new ModelMismatchException($"Model '{Card.Name}': expected {file}, got only {string.Join(", ", _sessions.Keys)}; export the model again.");
        }

        var session = lazy.Value;
        Require(file, "inputs", session.Inner.InputNames, inputs);
        Require(file, "outputs", session.Inner.OutputNames, outputs);
        return new OnnxRun(session, inputs, outputs);
    }

    /// <summary>Refuses a device that cannot be used, before anything is computed; sessions do so when they are first used.</summary>
    /// <exception cref="InvalidOperationException">The device cannot be used; the message names what to install.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library is missing; the message names the command that provides it.</exception>
    public void RequireDevice()
    {
        if (Settings.CudaDevice is { } number)
        {
#if !CODA_PACKAGES
            NativeLibraries.Resolve("libonnxruntime.so");
#endif
            _ = CudaDevice.Find(number);
        }
    }

    /// <summary>Closes the sessions.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var session in _sessions.Values.Where(s => s.IsValueCreated))
        {
            session.Value.Dispose();
        }
    }

    private void Require(string file, string kind, IReadOnlyList<string> known, IReadOnlyList<TensorBinding> wanted)
    {
        if (wanted.Any(w => !known.Contains(w.Name)))
        {
            throw new ModelMismatchException(
                $"Model '{Card.Name}', {file}: expected {kind} {string.Join(", ", wanted.Select(w => w.Name))}, got {string.Join(", ", known)}; export the model again.");
        }
    }

    private static OnnxSession OpenSession(string path, SessionSettings settings)
    {
#if !CODA_PACKAGES
        // The API wraps a missing library into a TypeInitializationException; this one is clear.
        NativeLibraries.Resolve("libonnxruntime.so");
#endif
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = settings.Threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        if (!ByteProducts.AreExact)
        {
            // Exact kernels for integers. ONNX Runtime would take them wherever it is asked to, also where the fast ones are exact: 162 µs an analysis instead of 99.
            options.AddSessionConfigEntry("session.x64quantprecision", "1");
        }

        var device = settings.CudaDevice is { } number ? CudaDevice.Find(number) : null;
        device?.AddTo(options, settings);
        settings.Configure?.Invoke(options);
        try
        {
            return new OnnxSession(new InferenceSession(path, options), device, settings);
        }
        catch (OnnxRuntimeException fault) when (DeviceMemoryException.Tells(fault))
        {
            throw new DeviceMemoryException(settings.Device, fault);
        }
    }
}
