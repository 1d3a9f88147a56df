using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Cards;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>What a user may get wrong with models and archives: each an exit code and one line that says expected, got, cure.</summary>
[TestClass]
public sealed class BadInputTests
{
    private static TemporaryDirectory _folder = null!;

    private static string Archive => _folder.File("archive");

    private static string Model => _folder.File("model");

    [ClassInitialize]
    public static void MakeAModel(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(Archive)).Succeeded();
        CommandRun.InProcess(Tiny.Train(Archive, Model, "--steps", "10")).Succeeded();
    }

    [ClassCleanup]
    public static void RemoveIt() => _folder.Dispose();

    [TestMethod]
    public void AnArchiveOfOtherSitesIsAMismatch()
    {
        var other = _folder.File("other-sites");
        CommandRun.InProcess(Tiny.Simulate(other, "--set", "system.size=72", "operator.every=2")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", other, "--model", Model)
            .Failed(ExitCodes.ModelMismatch, "site count: expected 40 (card), got 36 (archive)");
    }

    [TestMethod]
    [DataRow("analyze")]
    [DataRow("forecast")]
    public void LessThanAStepIsNoInterval(string command) => CommandRun.InProcess(command, "--archive", Archive, "--model", Model, "--every", "0")
        .Failed(ExitCodes.Usage, "--every: expected at least a step");

    [TestMethod]
    public void ATrainingDoesNotStartFromTheFolderThatItFills() => CommandRun.InProcess(
        Tiny.Train(Archive, Model, "--from", Model + Path.DirectorySeparatorChar, "--set", "reanalysis.steps=1"))
            .Failed(ExitCodes.Usage, "--from: expected a model in another folder");

    [TestMethod]
    public void AnArchiveOfAnotherStepIsAMismatch()
    {
        var other = _folder.File("other-step");
        CommandRun.InProcess(Tiny.Simulate(other, "--step-length", "0.02")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", other, "--model", Model)
            .Failed(ExitCodes.ModelMismatch, "step length: expected 0.01 (card), got 0.02 (archive)");
    }

    [TestMethod]
    public void ADeviceThatIsNotThereIsSaidBeforeAnythingIsWritten()
    {
        // More devices than any machine has, so that the test fails the same on one with a GPU.
        var (analyses, model) = (_folder.File("no-analyses"), _folder.File("no-model"));
        CommandRun.InProcess("analyze", "--archive", Archive, "--model", Model, "--device", "cuda:201", "--output", analyses)
            .Failed(ExitCodes.Usage, "--device: Device cuda:201: expected ONNX Runtime's CUDA provider", "CODA_CUDA_PROVIDER", "or use the device cpu");
        foreach (var line in (string[][])[
            ["forecast", "--archive", Archive], ["compare", "--archive", Archive], ["tune", "--archive", Archive, "--method", "network"],
            ["estimate", "--archive", Archive], ["correction", "--archive", Archive], ["serve"]])
        {
            CommandRun.InProcess([.. line, "--model", Model, "--device", "cuda:201"]).Failed(ExitCodes.Usage, "--device: Device cuda:201");
        }

        CommandRun.InProcess(Tiny.Train(Archive, model, "--device", "cuda:201"))
            .Failed(ExitCodes.Usage, "--device cuda:201: expected a CUDA device", "CODA_TORCH_NATIVES", "--device cpu");
        Assert.IsFalse(Path.Exists(analyses));
        Assert.IsFalse(Path.Exists(model));
        CommandRun.InProcess("analyze", "--archive", Archive, "--model", Model, "--device", "gpu").Failed(ExitCodes.Usage, "cpu, cuda or cuda:n, got gpu");
        CommandRun.InProcess(Tiny.Train(Archive, model, "--device", "cuda:x")).Failed(ExitCodes.Usage, "expected cpu, cuda or cuda:N, got 'cuda:x'");
        CommandRun.InProcess("analyze", "--archive", Archive, "--method", "climatology", "--device", "cuda", "--output", analyses)
            .Failed(ExitCodes.Usage, "--device: expected cpu without --model");
    }

    [TestMethod]
    public void AFileThatIsNotTheCardsIsAMismatch()
    {
        var copy = _folder.File("changed");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(Model))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        File.AppendAllText(Path.Combine(copy, GraphFiles.Analysis), "x");
        CommandRun.InProcess("inspect", copy).Failed(ExitCodes.ModelMismatch, GraphFiles.Analysis, "SHA-256");
        CommandRun.InProcess("analyze", "--archive", Archive, "--model", copy).Failed(ExitCodes.ModelMismatch, GraphFiles.Analysis, "SHA-256");
    }

    [TestMethod]
    public void InspectSaysWhatAModelLacks()
    {
        var lacks = CommandRun.InProcess("inspect", Model, "--json").Succeeded().Json;
        Assert.IsEmpty(lacks["lacks"]!.AsArray());
        Assert.IsNotNull(lacks["differences"]![GraphFiles.Tangent], "The tangent model is run as well.");
        Assert.IsNotNull(lacks["differences"]![GraphFiles.Adjoint], "And so is the adjoint.");
        var copy = _folder.File("lacking");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(Model).Where(f => Path.GetFileName(f) != ModelFolder.Reference))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        File.WriteAllText(Path.Combine(copy, "other.onnx"), "");
        var path = Path.Combine(copy, ModelFolder.Card);
        var card = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        card["files"]!.AsObject().Remove(GraphFiles.Tangent);
        card["description"] = "\u001b[31mred\u009b";
        card.Remove("digest");
        File.WriteAllText(path, card.ToJsonString());
        var run = CommandRun.InProcess("inspect", copy).Succeeded();
        Assert.Contains("no-reference", run.Output);
        Assert.Contains("a graph for tangent: no methods that take derivatives", run.Output);
        Assert.Contains("a hash of other.onnx", string.Join(' ', run.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains("\\u001b[31mred", run.Output);
        Assert.IsFalse((run.Output + CommandRun.InProcess("inspect", copy, "--json").Succeeded().Output).Any(c => char.IsControl(c) && c != '\n'));
        Assert.DoesNotContain("\u001b", CommandRun.InProcess("models", "--folder", _folder.Path).Succeeded().Output);
    }

    [TestMethod]
    public void APluginThatIsNoAssemblyIsBadData()
    {
        var file = _folder.File("plugin.dll");
        File.WriteAllText(file, "no assembly");
        CommandRun.InProcess("systems", "--plugin", file).Failed(ExitCodes.BadData, file, "expected an assembly");
        CommandRun.InProcess("systems", "--plugin", file + ".none").Failed(ExitCodes.BadData, file);
    }

    [TestMethod]
    public void ACardThatContradictsItselfIsBadDataForEveryCommand()
    {
        var copy = _folder.File("contradicting");
        Directory.CreateDirectory(copy);
        var card = JsonNode.Parse(File.ReadAllText(Path.Combine(Model, ModelFolder.Card)))!.AsObject();
        (card["sigma"], card["climatologyDeviation"]![3]) = (0, -1);
        File.WriteAllText(Path.Combine(copy, ModelFolder.Card), card.ToJsonString());
        try
        {
            foreach (var command in new string[][]
            {
                ["inspect", copy], ["inspect", copy, "--no-verify"], ["analyze", "--archive", Archive, "--model", copy],
                    ["forecast", "--archive", Archive, "--model", copy], ["models", "--folder", _folder.Path],
                ["serve", "--model", copy],
            })
            {
                CommandRun.InProcess(command)
                    .Failed(ExitCodes.BadData,
                        Path.Combine(copy, ModelFolder.Card), "sigma: expected greater than 0, got 0; "
                            + "climatologyDeviation[3]: expected greater than 0, got -1.");
            }
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    [TestMethod]
    public void ARecordShorterThanHalfAWindowIsAMismatch()
    {
        var shorter = _folder.File("short");
        CommandRun.InProcess(Tiny.Simulate(shorter, 12, 5)).Succeeded();
        CommandRun.InProcess("analyze", "--archive", shorter, "--model", Model).Failed(ExitCodes.ModelMismatch, "at least 6 steps", "got 5");
    }

    [TestMethod]
    public void ATruncatedPartIsBadData()
    {
        var truncated = _folder.File("truncated");
        CommandRun.InProcess(Tiny.Simulate(truncated)).Succeeded();
        var part = Directory.GetFiles(Path.Combine(truncated, "observations")).Single();
        File.WriteAllBytes(part, File.ReadAllBytes(part)[..^100]);
        CommandRun.InProcess("analyze", "--archive", truncated, "--model", Model).Failed(ExitCodes.BadData, part);
    }

    [TestMethod]
    public void ARingThatTheNetworkCannotReadIsAUsageError()
    {
        var odd = _folder.File("odd");
        CommandRun.InProcess(Tiny.Simulate(odd, "--set", "system.size=42")).Succeeded();
        CommandRun.InProcess("train", "--archive", odd, "--experiment", "zinchenko-greenberg-2024", "--set", "system.size=42", "--output",
            _folder.File("odd-model"))
            .Failed(ExitCodes.Usage, "multiple of 4");
    }

    [TestMethod]
    public void AnExperimentThatDoesNotFitTheArchiveIsAUsageError() =>
        CommandRun.InProcess("train", "--archive", Archive, "--set", "system.size=36", "--output", _folder.File("unfit")).Failed(ExitCodes.Usage, "36", "40");

    [TestMethod]
    public void TrainingThatDivergesStopsAndSaysTheStep() =>
        CommandRun.InProcess(Tiny.Train(Archive, _folder.File("diverged"), "--steps", "20", "--set", "learningRate=1e18", "gradientNorm=1e18"))
            .Failed(ExitCodes.Diverged, "diverged at step");

    [TestMethod]
    public void ACheckpointOfAnotherExperimentIsBadData() =>
        CommandRun.InProcess(Tiny.Train(Archive, Model, "--steps", "9")).Failed(ExitCodes.BadData, "another experiment");

    [TestMethod]
    [DataRow("nosuch", "Unknown experiment 'nosuch'")]
    [DataRow("lorentz96", "Did you mean 'lorenz96'?")]
    public void AnUnknownExperimentIsAUsageError(string name, string said) =>
        CommandRun.InProcess("train", "--archive", Archive, "--experiment", name).Failed(ExitCodes.Usage, said);

    [TestMethod]
    public void AnExperimentMayComeFromAFileThatOverridesANamedOne()
    {
        var file = _folder.File("mine.json");
        File.WriteAllText(file, """{ "base": "lorenz96", "name": "mine", "description": "of my own", "steps": 3 }""");
        var card = CommandRun.InProcess(Tiny.Train(Archive, _folder.File("mine"), "--experiment", file, "--json")).Succeeded().Json["card"]!;
        Assert.AreEqual("mine", (string)card["name"]!);
        File.WriteAllText(file, """{ "base": "lorenz96", "stepps": 3 }""");
        CommandRun.InProcess("train", "--archive", Archive, "--experiment", file).Failed(ExitCodes.BadData, file, "stepps");
    }

    [TestMethod]
    public void AMethodWithoutItsModelIsAUsageError()
    {
        CommandRun.InProcess("analyze", "--archive", Archive).Failed(ExitCodes.Usage, "--model DIR or --method NAME");
        CommandRun.InProcess("analyze", "--archive", Archive, "--method", "network").Failed(ExitCodes.Usage, "--model DIR");
        CommandRun.InProcess("analyze", "--archive", Archive, "--method", "climatologie").Failed(ExitCodes.Usage, "Did you mean 'climatology'?");
        CommandRun.InProcess("forecast", "--archive", Archive, "--method", "hybird").Failed(ExitCodes.Usage, "Did you mean 'hybrid'?");
    }

    [TestMethod]
    public void ForecastsAndScoresNeedAnalyses()
    {
        CommandRun.InProcess("forecast", "--archive", Archive, "--model", Model).Failed(ExitCodes.BadData, "coda analyze");
        CommandRun.InProcess("score", "--archive", Archive).Failed(ExitCodes.BadData, "coda analyze");
    }

    [TestMethod]
    public void ALeadBetweenStepsIsAUsageError() =>
        CommandRun.InProcess("forecast", "--archive", Archive, "--model", Model, "--leads", "0.015").Failed(ExitCodes.Usage, "multiple of the step length");

    [TestMethod]
    public void AnOutputOfAnotherRecordIsRefused()
    {
        var other = _folder.File("another-record");
        CommandRun.InProcess(Tiny.Simulate(other, 2, 100)).Succeeded();
        CommandRun.InProcess("analyze", "--archive", Archive, "--model", Model, "--output", other).Failed(ExitCodes.BadData, "Choose another --output");
    }

    [TestMethod]
    public void AFileThatIsNoOnnxFileIsBadData()
    {
        var file = _folder.File("not.onnx");
        File.WriteAllText(file, "no network");
        CommandRun.InProcess("inspect", file).Failed(ExitCodes.BadData, file);
    }
}
