using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Training.Export;

namespace Coda.Cli.Commands;

/// <summary><c>coda quantize</c>: adds a network's stretch form in eight-bit integers to a model.</summary>
internal sealed class QuantizeCommand : CodaCommand
{
    /// <summary>The number of steps that are looked at by default.</summary>
    public const int DefaultSteps = 4000;

    private const int StretchLength = 200;

    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string> _model = new("--model", "-m") { Description = "The trained model: its folder, or the name of a released one ('coda models').", HelpName = "DIR|NAME", Required = true };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Another folder for the model, a copy of it; by default the file is added to the model's own.", HelpName = "DIR" };
    private readonly Option<int> _steps = new("--steps") { Description = "The number of the archive's steps whose observations tell the ranges.", DefaultValueFactory = _ => DefaultSteps };

    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();

    /// <summary>Declares the command.</summary>
    public QuantizeCommand()
        : base(
            "quantize",
            "Adds the network with convolutions in eight-bit integers to a model, from the ranges that an archive's observations show; 'coda analyze --set precision=int8' takes it. "
            + "Says how far its analyses are from those in float32.",
            "coda quantize --model lorenz96 --archive out/training --output out/lorenz96-int8")
    {
        foreach (Option option in new Option[] { _archive, _noVerify, _model, _output, _steps, _grossCheck })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        var observations = new PlausibleObservations(archive, CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)));
        var outcome = Quantize(arguments.GetRequiredValue(_model), observations, arguments.GetValue(_output), arguments.GetValue(_steps), cancellation);
        terminal.Result(outcome, console => console.Facts(
            $"Model {outcome.Model}",
            ("file", $"{ModelFolder.AnalysisStretchInt8}, {Tables.Count(outcome.Bytes)} bytes ({ModelFolder.AnalysisStretch}: {Tables.Count(outcome.BytesInFloat32)})"),
            ("tensors", $"{outcome.Tensors} in integers"),
            ("difference", $"{Tables.Number(outcome.Difference, 4)} RMS from the analyses in float32, in state units")));
    }

    /// <summary>Adds the file.</summary>
    /// <param name="name">The model's folder or name.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="output">The folder of a copy; <see langword="null"/> for the model itself.</param>
    /// <param name="steps">How many steps to look at, at most.</param>
    /// <param name="cancellation">Cancelled by Ctrl-C.</param>
    internal static Outcome Quantize(string name, IObservationArchive archive, string? output, int steps, CancellationToken cancellation)
    {
        var folder = ReleasedModels.Find(name);
        var card = ModelFolder.ReadCard(folder);
        new Faults("quantize")
            .Require(steps >= 1, nameof(steps), "at least 1", steps)
            .Require(card.Files.ContainsKey(ModelFolder.AnalysisStretch), nameof(card.Files), $"a model with {ModelFolder.AnalysisStretch}", string.Join(", ", card.Files.Keys))
            .ThrowIfAny();
        card.Require(archive.Description);
        var target = output ?? folder;
        using var held = ModelLock.Take(target);
        if (output is not null)
        {
            Copy(folder, card, output);
        }

        var (source, made) = (Path.Combine(target, ModelFolder.AnalysisStretch), Path.Combine(target, ModelFolder.AnalysisStretchInt8));
        var probe = AtomicFile.TemporaryName(Path.Combine(target, "probe"));
        int tensors;
        try
        {
            var names = QuantizedGraph.WriteProbe(source, probe);
            var ranges = TensorRanges.Of(probe, ModelFolder.Observations, names, QuantizedGraph.Least, QuantizedGraph.Greatest, Inputs(archive, card, steps), cancellation);
            QuantizedGraph.Write(source, made, ranges);
            tensors = names.Count;
        }
        finally
        {
            File.Delete(probe);
        }

        var file = card.Files[ModelFolder.AnalysisStretch] with { Sha256 = ModelFolder.Hash(made) };
        CodaJson.WriteWithDigest(Path.Combine(target, ModelFolder.Card), card with { Files = new SortedDictionary<string, ModelFile>(card.Files.ToDictionary(), StringComparer.Ordinal) { [ModelFolder.AnalysisStretchInt8] = file } });
        return new Outcome(target, tensors, new FileInfo(made).Length, new FileInfo(source).Length, Difference(target, archive, steps, cancellation));
    }

    private static void Copy(string folder, ModelCard card, string output)
    {
        if (Directory.EnumerateFileSystemEntries(output).Any(path => Path.GetFileName(path) != ModelLock.FileName))
        {
            throw new IOException($"{output}: expected an empty directory or none, got one with files. Choose another --output.");
        }

        foreach (var file in card.Files.Keys.Append(ModelFolder.Reference).Append(ModelFolder.Weights).Append("README.md").Where(f => File.Exists(Path.Combine(folder, f))))
        {
            File.Copy(Path.Combine(folder, file), Path.Combine(output, file));
        }
    }

    private static IEnumerable<(float[] Values, long[] Shape)> Inputs(IObservationArchive archive, ModelCard card, int steps)
    {
        foreach (var stretch in archive.ReadStretches(StretchLength, card.HalfWidth).Take((int)((steps + (long)StretchLength - 1) / StretchLength)))
        {
            var deviations = new float[card.ReadsSigma ? stretch.Mask.Length : 0];
            stretch.CopyDeviations(0, (float)(archive.Description.Sigma ?? card.Sigma), deviations);
            yield return ([.. stretch.Values, .. stretch.Mask, .. deviations], [card.InputChannels, stretch.Steps.Count, card.SiteCount]);
        }
    }

    private static double Difference(string folder, IObservationArchive archive, int steps, CancellationToken cancellation)
    {
        using var model = OnnxModel.Open(folder);
        var record = archive.Description.Steps;
        var request = new AnalysisRequest
        {
            Trajectories = [.. Enumerable.Range(0, (int)Math.Min(archive.Description.TrajectoryCount, (steps + record.Count - 1) / record.Count))],
            Steps = new StepRange(record.Start, Math.Min(record.End, record.Start + steps)),
            Cancellation = cancellation,
        };
        var (sum, count) = (0.0, 0L);
        foreach (var (exact, rounded) in Analyses(NetworkPrecision.Float32).Zip(Analyses(NetworkPrecision.Int8)))
        {
            for (var i = 0; i < exact.States.Length; i++)
            {
                var difference = (double)exact.States.Span[i] - rounded.States.Span[i];
                sum += difference * difference;
            }

            count += exact.States.Length;
        }

        return Math.Sqrt(sum / count);

        IEnumerable<StateBlock> Analyses(NetworkPrecision precision) =>
            new NetworkMethod(new AnalysisContext(archive, model), new() { Precision = precision }).Analyze(archive, request);
    }

    /// <summary>What was added.</summary>
    /// <param name="Model">The model's folder.</param>
    /// <param name="Tensors">The number of tensors in integers, inputs and outputs of convolutions.</param>
    /// <param name="Bytes">The file's size.</param>
    /// <param name="BytesInFloat32">That of the file in float32.</param>
    /// <param name="Difference">The root mean square difference of the analyses, in state units.</param>
    internal sealed record Outcome(string Model, int Tensors, long Bytes, long BytesInFloat32, double Difference);
}
