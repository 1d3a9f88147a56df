using System.Collections.Concurrent;
using Coda.Data.Cards;
using Coda.Data.Graphs;
using Coda.Inference.Sessions.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Coda.Inference.Sessions;

/// <summary>A model's folder, opened: its card, and one ONNX Runtime session for each file that is used.</summary>
/// <remarks>Sessions are made on first use and kept until the model is disposed. Safe for use from several threads.</remarks>
public sealed class OnnxModel : IDisposable
{
    private readonly Dictionary<string, Lazy<OnnxSession>> _sessions;
    private readonly ConcurrentDictionary<string, Lazy<(RingGraph Graph, Lazy<OnnxSession> Session)>> _rings = [];
    private readonly ConcurrentDictionary<(string File, bool IsResized), Lazy<OnnxSession>> _loops = [];
    private bool _isDisposed;

    private OnnxModel(string folder, ModelCard card, SessionSettings settings, (string File, byte[] Onnx)? more = null)
    {
        (Folder, Card, Settings) = (Path.GetFullPath(folder), card, settings);
        _sessions = card.Files.Keys.ToDictionary(
            f => f, f => new Lazy<OnnxSession>(() => f == more?.File ? OpenSession(more.Value.Onnx, settings, PathOf(f)) : OpenSession(f)));
    }

    /// <summary>The same model with one more graph that its folder does not hold. Both are to be disposed.</summary>
    /// <param name="file">What a card would say of it, with a role that the model has no graph for.</param>
    /// <param name="onnx">The graph's bytes.</param>
    /// <exception cref="ArgumentException">The model has such a graph.</exception>
    public OnnxModel With(ModelFile file, byte[] onnx)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (Has(file.Role!))
        {
            throw new ArgumentException($"Model '{Card.Name}': expected a graph for something new, got one for {file.Role}.", nameof(file));
        }

        var name = ModelRoles.FileName(file.Role!);
        var files = new SortedDictionary<string, ModelFile>(Card.Files, StringComparer.Ordinal) { [name] = file };
        return new(Folder, Card with { Files = files }, Settings, (name, onnx));
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
    /// <exception cref="InvalidDataException">The card is damaged, or contradicts itself.</exception>
    /// <exception cref="ModelMismatchException">A file's hash differs from the card's.</exception>
    /// <exception cref="ArgumentException">Settings out of range.</exception>
    public static OnnxModel Open(string folder, SessionSettings? settings = null)
    {
        settings ??= new SessionSettings();
        settings.Check();
        folder = ReleasedModels.Find(folder);
        return new OnnxModel(folder, ModelFolder.ReadCard(folder), settings);
    }

    /// <summary>Whether the model has a graph for something.</summary>
    /// <param name="role">One of <see cref="ModelRoles"/>, or a word of a plug-in's own.</param>
    public bool Has(string role) => Card.FileOf(role) is not null;

    /// <summary>Opens every file, which else is done on first use, and compares what its graph takes and gives with the card.</summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="ModelMismatchException">A graph is not what the card says.</exception>
    public void RequireFiles()
    {
        foreach (var session in _sessions.Values)
        {
            _ = session.Value;
        }
    }

    /// <summary>Finds out which rings the model can be taken to, from the graphs of all of its files.</summary>
    /// <returns>Their sizes; <see langword="null"/> where only the card's sites are read.</returns>
    public RingSizes? OtherRings()
    {
        if (!Card.IsOfAnyRing)
        {
            return null;
        }

        try
        {
            RingGraph[] graphs = [.. Card.Files.Where(f => f.Value.Role is not (ModelRoles.AnalysisStretchInt8 or ModelRoles.Impact))
                .Select(f => Ring(f.Key).Graph)];
            return new RingSizes(graphs.Max(g => g.LeastSites), graphs.Max(g => g.Period));
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Makes buffers of fixed shapes on which one graph can be run again and again, by one thread at a time.</summary>
    /// <param name="role">What the graph is for, one of <see cref="ModelRoles"/> or a word of a plug-in's own.</param>
    /// <param name="inputs">Every input with its shape.</param>
    /// <param name="outputs">The outputs wanted, with their shapes.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="ModelMismatchException">The model has no such graph, or the graph no such tensor, or one of other axes than the card says.</exception>
    /// <exception cref="InvalidOperationException">The device cannot be used; the message names what to install.</exception>
    /// <exception cref="DeviceMemoryException">The device has no memory for the file or the buffers.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library is missing; the message names the package that brings it.</exception>
    public BoundGraph Bind(string role, IReadOnlyList<TensorBinding> inputs, IReadOnlyList<TensorBinding> outputs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var file = FileOf(role);
        return Bind(file, _sessions[file].Value, inputs, outputs);
    }

    /// <summary>As <see cref="Bind(string, IReadOnlyList{TensorBinding}, IReadOnlyList{TensorBinding})"/>, for a ring of any size: the last axes of all tensors
    /// have as many sites as the caller likes.</summary>
    /// <param name="role">What the graph is for.</param>
    /// <param name="inputs">Every input with its shape.</param>
    /// <param name="outputs">The outputs wanted, with their shapes.</param>
    /// <exception cref="ModelMismatchException">As there; or the graph is not the same everywhere on a ring, or the ring is too small or of a size that
    /// it does not divide.</exception>
    public BoundGraph BindRing(string role, IReadOnlyList<TensorBinding> inputs, IReadOnlyList<TensorBinding> outputs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var file = FileOf(role);
        RequireRing(role, checked((int)inputs[0].Shape[^1]));
        return Bind(file, Ring(file).Session.Value, inputs, outputs);
    }

    /// <summary>As <see cref="Bind(string, IReadOnlyList{TensorBinding}, IReadOnlyList{TensorBinding})"/>, for a graph of one step, which is run as often as a
    /// second input says: one number.</summary>
    /// <param name="role">What the graph is for; it has one input and one output, of one shape.</param>
    /// <param name="input">The input with its shape; a ring of another size than the card's is taken as in <see cref="BindRing"/>.</param>
    /// <param name="output">The output with its shape.</param>
    /// <exception cref="ModelMismatchException">As there.</exception>
    internal BoundGraph BindLoop(string role, TensorBinding input, TensorBinding output)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var file = FileOf(role);
        var sites = checked((int)input.Shape[^1]);
        var isResized = sites != Card.Layout.Size;
        if (isResized)
        {
            RequireRing(role, sites);
        }

        var session = _loops.GetOrAdd((file, isResized), _ => new(() => OpenSession(
            StepGraph.Loop(isResized ? OnnxFormat.Parse(Ring(file).Graph.Model, file) : ReadGraph(file, OnnxFormat.ReadWhole)), Settings, PathOf(file))));
        return Bind(file, session.Value, [input, new TensorBinding(StepGraph.Steps, 1)], [output]);
    }

    /// <summary>How a graph spans a ring, for a ring of some size.</summary>
    /// <param name="role">What the graph is for.</param>
    /// <param name="sites">The number of sites.</param>
    /// <exception cref="ModelMismatchException">The graph is not the same everywhere on a ring, or the ring is too small or of a size that it does not
    /// divide.</exception>
    internal RingGraph RequireRing(string role, int sites)
    {
        var file = FileOf(role);
        RingGraph graph;
        try
        {
            graph = Ring(file).Graph;
        }
        catch (NotSupportedException fault)
        {
            throw new ModelMismatchException(
                $"Model '{Card.Name}', {file}: expected {Card.SiteCount} sites (card), got {sites}; rings of other sizes want a network "
                    + $"that is the same everywhere on the ring, and here {fault.Message}. Train a model on such observations, or choose another.");
        }

        return sites >= graph.LeastSites && sites % graph.Period == 0 ? graph : throw new ModelMismatchException(
            $"Model '{Card.Name}', {file}: expected {Card.SiteCount} sites (card), or any {(graph.Period > 1 ? $"multiple of {graph.Period}" : "number")} "
                + $"from {graph.LeastSites} on, got {sites}. Train a model on such observations, or choose another.");
    }

    /// <summary>Refuses a device that cannot be used, before anything is computed; sessions do so when they are first used.</summary>
    /// <exception cref="InvalidOperationException">The device cannot be used; the message names what to install.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library is missing; the message names the package that brings it.</exception>
    public void RequireDevice()
    {
        if (Settings.CudaDevice is { } number)
        {
            OnnxLibrary.Require();
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

        foreach (var session in _loops.Values.Where(s => s.IsValueCreated))
        {
            session.Value.Dispose();
        }

        foreach (var ring in _rings.Values.Where(r => r.IsValueCreated && r.Value.Session.IsValueCreated))
        {
            ring.Value.Session.Value.Dispose();
        }
    }

    private BoundGraph Bind(string file, OnnxSession session, IReadOnlyList<TensorBinding> inputs, IReadOnlyList<TensorBinding> outputs)
    {
        Require(file, "inputs", session.Inner.InputNames, inputs);
        Require(file, "outputs", session.Inner.OutputNames, outputs);
        return new BoundGraph(session, inputs, outputs);
    }

    private string FileOf(string role) => Card.FileOf(role) ?? throw new ModelMismatchException(
        $"Model '{Card.Name}': expected a graph for {role}, got only {string.Join(", ", Card.Files.Values.Select(f => f.Role))}; export the model again.");

    private (RingGraph Graph, Lazy<OnnxSession> Session) Ring(string file) =>
        _rings.GetOrAdd(file, _ => new(() =>
        {
            var graph = RingGraph.Of(ReadGraph(file, OnnxFormat.Read), Card.SiteCount);
            return (graph, new(() => OpenSession(graph.Model, Settings, PathOf(file))));
        })).Value;

    private void Require(string file, string kind, IReadOnlyList<string> known, IReadOnlyList<TensorBinding> wanted)
    {
        if (wanted.Any(w => !known.Contains(w.Name)))
        {
            throw new ModelMismatchException(
                $"Model '{Card.Name}', {file}: expected {kind} {string.Join(", ", wanted.Select(w => w.Name))}, got {string.Join(", ", known)}; "
                    + "export the model again.");
        }
    }

    private string PathOf(string file) => Path.Combine(Folder, file);

    private ModelProto ReadGraph(string file, Func<string, ModelProto> read)
    {
        var model = read(PathOf(file));
        CardGraph.Require(Card, file, PathOf(file), GraphTensor.Of(model.Graph.Input), GraphTensor.Of(model.Graph.Output));
        return model;
    }

    // What lies in other files the card's hash says nothing of.
    private void RequireWhole(string file)
    {
        if (ExternalData.FirstTensor(OnnxFormat.Read(PathOf(file))) is { } tensor)
        {
            throw new InvalidDataException(
                $"{PathOf(file)}: expected a file that holds all of its tensors, "
                    + $"for the card's hash says nothing of others, got '{tensor}' with external data; save the model as one file.");
        }
    }

    private OnnxSession OpenSession(string file)
    {
        RequireWhole(file);
        var session = OpenSession(options => new InferenceSession(PathOf(file), options), Settings, PathOf(file));
        try
        {
            CardGraph.Require(Card, file, PathOf(file), GraphTensor.Of(session.Inner.InputMetadata), GraphTensor.Of(session.Inner.OutputMetadata));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file that is in memory, as the files of a model are opened.</summary>
    /// <param name="model">Its bytes.</param>
    /// <param name="settings">Where and how it runs.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    internal static OnnxSession OpenSession(byte[] model, SessionSettings settings, string source = "the file in memory") =>
        OpenSession(options => new InferenceSession(model, options), settings, source);

    private static OnnxSession OpenSession(Func<SessionOptions, InferenceSession> open, SessionSettings settings, string source)
    {
        OnnxLibrary.Require();
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = settings.Threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // what fails is thrown, and told in other words
        };
        if (!ByteProducts.AreExact)
        {
            // Exact kernels for integers. ONNX Runtime would take them wherever it is asked to, also where the fast ones are exact: 162 µs an analysis instead
            // of 99.
            options.AddSessionConfigEntry("session.x64quantprecision", "1");
        }

        var device = settings.CudaDevice is { } number ? CudaDevice.Find(number) : null;
        device?.AddTo(options, settings);
        settings.Configure?.Invoke(options);
        try
        {
            return new OnnxSession(open(options), device, settings, source);
        }
        catch (OnnxRuntimeException fault)
        {
            throw OnnxFault.Opening(fault, source, settings);
        }
    }
}
