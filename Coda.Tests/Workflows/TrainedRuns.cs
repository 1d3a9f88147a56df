using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Twins;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Training.Experiments;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Tests.Workflows;

/// <summary>An archive of a twin experiment and what is trained on it, in a folder of its own.</summary>
internal sealed class TrainedRuns(TwinExperiment twin) : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private string? _archive;

    /// <summary>The archive, simulated when it is first asked for.</summary>
    public string Archive => _archive ??= Simulate("archive", hasTruth: true);

    public string File(string name) => _folder.File(name);

    public void Dispose() => _folder.Dispose();

    public ModelCard Train(Experiment experiment, string name, string? from = null)
    {
        using var archive = ParquetArchive.Open(Archive);
        return TrainWorkflow.Run(
            new TrainJob(experiment, archive, File(name)) { Threads = 1, From = from is null ? null : File(from) }, new SilentProgress());
    }

    /// <summary>Trains a model; its graphs of these roles agree with their references, and a reanalysis is there where that is the teacher.</summary>
    public ModelCard TrainAndCheck(Experiment experiment, string name, bool hasReanalysis, params string[] roles)
    {
        var card = Train(experiment, name);
        Assert.AreEqual(hasReanalysis, Directory.Exists(Path.Combine(File(name), TrainFolder.Reanalysis)));
        var differences = ReferenceCheck.Run(File(name));
        foreach (var role in roles)
        {
            Assert.IsLessThan(ReferenceCheck.Tolerance, differences[ModelRoles.FileName(role)]);
        }

        return card;
    }

    /// <summary>Analyses with a model, and their scores.</summary>
    public void AnalyzeAndScore(string name, params string[] options)
    {
        CommandRun.InProcess(["analyze", "--archive", Archive, "--model", File(name), "--output", File($"{name}-analyses"), .. options]).Succeeded();
        CommandRun.InProcess("score", "--archive", Archive, "--analyses", File($"{name}-analyses")).Succeeded();
    }

    /// <summary>A run whose card is lost is finished from its checkpoint, to the same bits; another goes on from its model, one of windows does not.</summary>
    public void GoOn(Experiment experiment, Experiment other, Experiment windows, string role)
    {
        var (graph, first) = (ModelRoles.FileName(role), Train(experiment, "once"));
        System.IO.File.Delete(File(Path.Combine("once", ModelFolder.Card)));
        Assert.AreEqual(first.Files[graph].Sha256, Train(experiment, "once").Files[graph].Sha256);
        Assert.AreNotEqual(first.Files[graph].Sha256, Train(other, "further", from: "once").Files[graph].Sha256);
        var refused = Assert.ThrowsExactly<ModelMismatchException>(() => Train(windows with { Name = "windows" }, "windows", from: "once"));
        StringAssert.Contains(refused.Message, "a network that reads windows");
    }

    /// <summary>An archive without a truth teaches none.</summary>
    public void RefuseTruth(Experiment experiment, string option)
    {
        using var archive = ParquetArchive.Open(Simulate("blind", hasTruth: false));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => TrainWorkflow.Run(new TrainJob(experiment, archive, File("none")), new SilentProgress())).Message,
            option);
    }

    private string Simulate(string name, bool hasTruth)
    {
        SimulateWorkflow.Run(new SimulateJob(twin, File(name)) { HasTruth = hasTruth }, new SilentProgress());
        return File(name);
    }
}
