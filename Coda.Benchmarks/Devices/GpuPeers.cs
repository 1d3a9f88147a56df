using System.Globalization;
using System.Runtime.InteropServices;
using Coda.Benchmarks.Cost;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Graphs;
using Coda.Inference.Sessions;

namespace Coda.Benchmarks.Devices;

/// <summary>The same network and the same training step in PyTorch, on the same device.</summary>
internal static class GpuPeers
{
    private const string Probe = "peer_probe.py";

    /// <summary>Why PyTorch cannot be compared with here; nothing where it can.</summary>
    /// <param name="scope">Where.</param>
    public static string? Lacks(GpuScope scope)
    {
        var (text, fault) = PeerScript.RunIn("Devices", Probe, scope.Device);
        return text is not null ? null
            : $"no PyTorch that computes on {scope.Device} at {PeerScript.Python} ({PeerScript.PythonVariable} names another): {fault}";
    }

    /// <summary>Why its compiler cannot.</summary>
    /// <param name="scope">Where.</param>
    public static string? LacksCompiler(GpuScope scope)
    {
        if (Lacks(scope) is { } lacks)
        {
            return lacks;
        }

        var (text, _) = PeerScript.RunIn("Devices", Probe, scope.Device);
        return text!.Contains("compile", StringComparison.Ordinal) ? null : $"PyTorch {text} has no torch.compile, which 2.0 brought";
    }

    /// <summary>Rates of the network by batch and precision.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="output">Takes the rows.</param>
    /// <param name="isCompiled">Whether it is compiled.</param>
    /// <exception cref="InvalidDataException">The script fails, or its states in float32 are others than ONNX Runtime's.</exception>
    public static void Analyses(GpuScope scope, TextWriter output, bool isCompiled)
    {
        using var model = OnnxModel.Open(scope.ModelName);
        var folder = Directory.CreateTempSubdirectory("coda-peer-").FullName;
        try
        {
            var rows = scope.Batches[^1];
            var windows = GpuInference.Windows(model.Card, rows);
            Write(folder, "windows", windows);
            Write(folder, "states", GpuInference.Expected(model, windows));
            WriteWeights(folder, model);
            Print(output, PeerScript.RunIn(
                "Devices", "peer_analyses.py", folder, scope.Device, isCompiled ? "compiled" : "eager", scope.Seconds,
                GpuInference.LengthOf(model.Card), model.Card.SiteCount, string.Join(',', scope.Batches)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Training steps.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="output">Takes the rows.</param>
    /// <exception cref="InvalidDataException">A script fails.</exception>
    public static void Training(GpuScope scope, TextWriter output)
    {
        var ways = scope.IsDry ? ["eager float32"] : new[] { "eager float32", "eager bfloat16", "compiled float32", "compiled bfloat16" };
        foreach (var way in ways)
        {
            var (text, fault) = PeerScript.RunIn("Training", "train_step.py", Environment.ProcessorCount, scope.TrainingSteps, scope.Device, way);
            var rate = 1000 / double.Parse(text ?? throw new InvalidDataException($"PyTorch, {way}: {fault}"), CultureInfo.InvariantCulture);
            output.WriteLine(FormattableString.Invariant($"  PyTorch, {way}, on {scope.Device}: {rate:F1} steps a second"));
        }
    }

    // The weights of the convolutions in their order, so that Python needs no reader of ONNX files: sizes in a text beside the numbers.
    private static void WriteWeights(string folder, OnnxModel model)
    {
        var graph = OnnxFormat.ReadWhole(Path.Combine(model.Folder, model.Card.FileOf(ModelRoles.AnalysisStretch) ?? throw new InvalidDataException(
            $"{model.Folder}: expected a model with {ModelRoles.AnalysisStretch}, whose weights the peer takes."))).Graph;
        var arrays = graph.Initializer.ToDictionary(i => i.Name);
        List<string> names =
        [
            .. graph.Node.Where(n => n.OpType == "Conv").SelectMany(n => new[] { n.Input[1], n.Input[2] }),
            graph.Node.First(n => n.OpType == "Sub").Input[1], graph.Node.First(n => n.OpType == "Div").Input[1],
        ];
        Write(folder, "weights", [.. names.SelectMany(name => TensorEntries.Floats(arrays[name]).ToArray())]);
        AtomicFile.WriteText(Path.Combine(folder, "shapes"), string.Join('\n', names.Select(name => string.Join(' ', arrays[name].Dims))));
    }

    private static void Write(string folder, string name, float[] values) =>
        File.WriteAllBytes(Path.Combine(folder, name), MemoryMarshal.AsBytes<float>(values).ToArray());

    private static void Print(TextWriter output, (string? Text, string Fault) result)
    {
        foreach (var line in (result.Text ?? throw new InvalidDataException($"PyTorch: {result.Fault}")).Split('\n'))
        {
            output.WriteLine($"  {line}");
        }
    }
}
