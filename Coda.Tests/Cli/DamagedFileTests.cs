using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Classical.Tuning;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Pipelines.Functions;
using Coda.Pipelines.Saving;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Training.Optimization;
using Coda.Training.Stages;

namespace Coda.Tests.Cli;

/// <summary>Whatever is wrong with a file, a command ends with a code of its own and a line for a person: no word of .NET or of a library beneath, and no
/// control character.</summary>
[TestClass]
public sealed class DamagedFileTests
{
    private static readonly string[] Foreign =
    [
        "System.", "BytePositionInLine", "LineNumber:", ".NET", "Value cannot be null", "Object reference", "Exception", "given key", "Index was", "must be "
            + "less than", "must be non-negative",
        "Specified argument", "Nullable object", "Sequence contains", "Arithmetic operation", "Destination is too "
            + "short", "unexpected ", "[ErrorCode", "Protobuf", "(Parameter", "could not be converted",
        "Input string", "same key has already", "Value was either", "null characters", "Unable to "
            + "cast", "ParseExact", "JsonElement", "onnxruntime", "Non-zero status", "initializer",
    ];

    private static readonly int[] Good = [ExitCodes.Success, ExitCodes.Usage, ExitCodes.BadData, ExitCodes.ModelMismatch, ExitCodes.Diverged];

    private static TemporaryDirectory _folder = null!;

    private static string Archive => _folder.File("archive");

    private static string Model => _folder.File("model");

    [ClassInitialize]
    public static void MakeWhatIsDamaged(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(Archive, 2, 20, "--set", "system.size=8")).Succeeded();
        Directory.CreateDirectory(Model);
        ExampleModels.Write(Model);
    }

    [ClassCleanup]
    public static void RemoveIt() => _folder.Dispose();

    [TestMethod]
    public void AnArchiveDescription() => Damage(Path.Combine(Archive, "archive.json"), 40, "inspect", Archive);

    [TestMethod]
    public void AnArchiveDescriptionThatIsAnalyzed() =>
        Damage(Path.Combine(Archive, "archive.json"), 20, "analyze", "--archive", Archive, "--model", Model, "--output", _folder.File("analyses"), "--restart");

    [TestMethod]
    public void ACard() => Damage(Path.Combine(Model, ModelFolder.Card), 60, "inspect", Model);

    [TestMethod]
    public void ACardThatAnalyzes() =>
        Damage(Path.Combine(Model, ModelFolder.Card), 20, "analyze", "--archive", Archive, "--model", Model, "--output",
            _folder.File("more-analyses"), "--restart");

    [TestMethod]
    [DataRow(GraphFiles.Analysis)]
    [DataRow(GraphFiles.AnalysisStretch)]
    [DataRow(GraphFiles.Forecast)]
    [DataRow(GraphFiles.Tangent)]
    [DataRow(GraphFiles.Adjoint)]
    public void AGraphWithTheHashOfItsCard(string file)
    {
        var (path, cardPath) = (Path.Combine(Model, file), Path.Combine(Model, ModelFolder.Card));
        var (whole, card) = (File.ReadAllBytes(path), File.ReadAllText(cardPath));
        var members = JsonNode.Parse(card)!;
        try
        {
            for (var seed = 0UL; seed < 16; seed++)
            {
                File.WriteAllBytes(path, Mutation.OfGraph(whole, seed));
                members["files"]![file]!["sha256"] = ModelFolder.Hash(path);
                File.WriteAllText(cardPath, members.ToJsonString());
                Judge($"{file}, seed {seed}", CommandRun.InProcess("inspect", Model));
                if (file == GraphFiles.Analysis || file == GraphFiles.AnalysisStretch)
                {
                    Judge($"{file}, seed {seed}",
                        CommandRun.InProcess("analyze", "--archive", Archive, "--model", Model, "--output", _folder.File("other-analyses"), "--restart"));
                }
            }
        }
        finally
        {
            File.WriteAllBytes(path, whole);
            File.WriteAllText(cardPath, card);
        }
    }

    [TestMethod]
    public void AFileByItself()
    {
        var path = _folder.File("alone.onnx");
        File.Copy(Path.Combine(Model, GraphFiles.Forecast), path);
        Damage(path, 20, "inspect", path);
    }

    [TestMethod]
    public void APlanOrManifestOfARun()
    {
        var root = _folder.File("run");
        var description = ArchiveExamples.Description(steps: 100, trajectories: 2);
        using (var run = Run(root, description))
        {
            run.Commit(run.Stage(run.Pending[0], [ArchiveExamples.Block(0, 0, 60, 5)]));
        }

        foreach (var name in new[] { "plan.json", "part-00000.json" })
        {
            var path = Path.Combine(root, "analyses", "run", name);
            var whole = File.ReadAllText(path);
            Damage(path, whole, 40, () => RunCheck.Check(root, ArchiveTable.Analyses));
            File.WriteAllText(path, whole);
        }
    }

    [TestMethod]
    public void ATunedMethod()
    {
        var path = _folder.File("tuned.json");
        CodaJson.Write(path, new TunedMethod { Method = new Component("climatology"), Misfit = 1, Tried = [new(new JsonObject { ["a"] = 1 }, 1)] });
        Damage(path, 20, "analyze", "--archive", Archive, "--method", path, "--output", _folder.File("tuned"), "--restart");
    }

    [TestMethod]
    public void AnExperimentOrTwin()
    {
        var path = _folder.File("experiment.json");
        var experiment = NamedExperiment.Named("lorenz96") with { Reanalysis = new ReanalysisFit() };
        Damage(path, JsonSerializer.Serialize(experiment, CodaJson.Options), 60, () => NamedExperiment.Read(path).Check());
        Damage(path, JsonSerializer.Serialize(new TwinExperiment(), CodaJson.Options), 40, () => CodaJson.Read<TwinExperiment>(path));
    }

    [TestMethod]
    public void ACheckpoint()
    {
        var path = _folder.File("checkpoint");
        new Checkpoint { Step = 3, Identity = "of this", Parameters = new() { ["F"] = new(1, 2, 3) } }
            .Write(path, new Dictionary<string, float[]> { ["w"] = [1, 2], ["v"] = [3] });
        var whole = File.ReadAllBytes(path);
        for (var seed = 0UL; seed < 60; seed++)
        {
            File.WriteAllBytes(path, Mutation.OfBytes(whole, seed));
            Judge($"checkpoint, seed {seed}", () => Checkpoint.Read(path));
        }
    }

    [TestMethod]
    public void ASavedPipelinesSettings()
    {
        var record = new SavedRecord("output", "input", new FunctionRecord("/models/a", GraphFiles.Forecast, new string('0', 64), [0, 3], "cpu", 1));
        var whole = Uri.UnescapeDataString(record.ToText());
        for (var seed = 0UL; seed < 40; seed++)
        {
            var text = Uri.EscapeDataString(System.Text.Encoding.UTF8.GetString(Mutation.OfJson(whole, seed)));
            try
            {
                SavedRecord.Parse(text);
            }
            catch (InvalidOperationException fault)
            {
                RequireWords($"settings, seed {seed}", fault.Message);
            }
        }
    }

    [TestMethod]
    public void SettingsOfACommand()
    {
        string[] members =
            ["steps", "sigma", "network", "network.width", "loss", "loss.consistency", "loss.consistency.alpha", "parameters", "reanalysis",
                "reanalysis.steps", "seed", "precision", "", "."];
        string[] values = ["null", "-1", "1e999", "[]", "{}", "[null]", "{\"a\":1,\"a\":2}", "\"\\ud800\"", "\u001b[31m", "99999999999999999999", "{", ""];
        foreach (var (member, value) in members.SelectMany(m => values.Select(v => (m, v))))
        {
            Judge($"{member}={value}", () => MemberSettings.Apply(NamedExperiment.Named("lorenz96"), [$"{member}={value}"]).Check());
        }
    }

    private static TableRun Run(string root, ArchiveDescription description) => TableRun.Open(
        root, ArchiveTable.Analyses, new(
            description, new(StringComparer.Ordinal) { ["method"] = "a" },
                [new RunPart(0, new(0, 1, new StepRange(0, 60))), new RunPart(1, new(0, 1, new StepRange(60, 100)))]));

    private static void Damage(string path, string json, ulong count, Action read)
    {
        for (var seed = 0UL; seed < count; seed++)
        {
            File.WriteAllBytes(path, Mutation.OfJson(json, seed));
            Judge($"{path}, seed {seed}", read);
        }
    }

    private static void Damage(string path, ulong count, params string[] command)
    {
        var whole = File.ReadAllBytes(path);
        var isJson = path.EndsWith(".json", StringComparison.Ordinal);
        try
        {
            for (var seed = 0UL; seed < count; seed++)
            {
                File.WriteAllBytes(path, isJson ? Mutation.OfJson(System.Text.Encoding.UTF8.GetString(whole), seed) : Mutation.OfGraph(whole, seed));
                Judge($"{path}, seed {seed}", CommandRun.InProcess(command));
            }
        }
        finally
        {
            File.WriteAllBytes(path, whole);
        }
    }

    private static void Judge(string what, Action read)
    {
        try
        {
            read();
        }
        catch (Exception fault)
        {
            var (code, message) = ErrorHandling.Describe(fault);
            Judge(what, new CommandRun(code, "", $"error: {message}\n"));
        }
    }

    private static void Judge(string what, CommandRun run)
    {
        CollectionAssert.Contains(Good, run.ExitCode, $"{what}: {run.Error}");
        if (run.ExitCode != ExitCodes.Success)
        {
            Assert.StartsWith("error: ", run.Error.TrimEnd().Split('\n')[^1], what);
        }

        RequireWords(what, run.Error);
        Assert.IsFalse(run.Output.Any(c => char.IsControl(c) && c is not '\n' and not '\r'), $"{what}: {run.Output}");
    }

    private static void RequireWords(string what, string said)
    {
        Assert.IsFalse(said.Any(c => (char.IsControl(c) && c is not '\n' and not '\r') || c == '\u202e'), $"{what}: {said}");
        foreach (var words in Foreign)
        {
            Assert.DoesNotContain(words, said, what);
        }
    }
}
