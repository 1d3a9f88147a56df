using System.Text.Json.Nodes;
using Coda.Tests.Archives;
using Coda.Training.Optimization;
using TorchSharp;

namespace Coda.Tests.Training;

/// <summary>Which checkpoints a run goes on from, and which it refuses.</summary>
[TestClass]
[DoNotParallelize]
public sealed class CheckpointTests
{
    [TestMethod]
    public void ACheckpointOfAnotherExperimentOrArchiveIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var (path, archive) = (folder.File("c"), TrainingExamples.Record());
        _ = TrainingExamples.Train(TrainingExamples.Experiment, archive, path);
        var before = File.ReadAllBytes(path);
        StringAssert.Contains(TrainingExamples.Refused(TrainingExamples.Experiment with { Seed = 2 }, archive,
            path), "belongs to another experiment or archive, or to another reanalysis of it; delete it to start anew");
        StringAssert.Contains(TrainingExamples.Refused(
            TrainingExamples.Experiment, TrainingExamples.Record(TrainingExamples.Twin with { Seed = 9 }), path), "another experiment or archive");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(path));
    }

    [TestMethod]
    public void ACheckpointOutlivesWordsAndMembersThatCameLater()
    {
        // As an earlier version wrote it: without a member that has its default here, and with other words.
        using var folder = new TemporaryDirectory();
        var (path, archive) = (folder.File("c"), TrainingExamples.Record());
        var expected = TrainingExamples.Train(TrainingExamples.Experiment, archive, path);
        var (checkpoint, arrays) = Checkpoint.Read(path);
        var identity = JsonNode.Parse(checkpoint.Identity)!;
        Assert.IsTrue(identity["experiment"]!.AsObject().Remove("nowcastProbability"));
        identity["experiment"]!["description"] = "Another description.";
        identity["archive"]!["provenance"] = "another command";
        (checkpoint with { Identity = identity.ToJsonString() }).Write(path, arrays);
        TrainingExamples.Same(expected, TrainingExamples.Train(TrainingExamples.Experiment, archive, path));

        identity["experiment"]!["memberOfALaterVersion"] = 1;
        (checkpoint with { Identity = identity.ToJsonString() }).Write(path, arrays);
        StringAssert.Contains(TrainingExamples.Refused(TrainingExamples.Experiment, archive, path), "another experiment or archive");
    }

    [TestMethod]
    public void ADamagedCheckpointIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var (path, archive) = (folder.File("c"), TrainingExamples.Record());
        _ = TrainingExamples.Train(TrainingExamples.Experiment, archive, path);
        var whole = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 5, 8, 300, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            StringAssert.Contains(TrainingExamples.Refused(TrainingExamples.Experiment, archive, path), path, $"{length} bytes of {whole.Length}");
        }

        foreach (var at in new[] { 3, 9, 40, 200, 3000, whole.Length - 3 })
        {
            byte[] flipped = [.. whole];
            flipped[at] ^= 0x21;
            File.WriteAllBytes(path, flipped);
            StringAssert.Contains(TrainingExamples.Refused(TrainingExamples.Experiment, archive, path), path, $"byte {at} flipped");
        }
    }

    [TestMethod]
    public void ARefusedCheckpointLeavesNoTensor()
    {
        using var folder = new TemporaryDirectory();
        var (path, archive) = (folder.File("c"), TrainingExamples.Record());
        File.WriteAllText(path, "no checkpoint");
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        _ = TrainingExamples.Refused(TrainingExamples.Corrected, archive, path);
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    [DataRow("averaged/", float.NaN)]
    [DataRow("best/", float.PositiveInfinity)]
    public void ACheckpointOfADivergedRunIsRefused(string prefix, float number)
    {
        using var folder = new TemporaryDirectory();
        var (path, archive) = (folder.File("c"), TrainingExamples.Record());
        _ = TrainingExamples.Train(TrainingExamples.Experiment, archive, path);
        var (checkpoint, arrays) = Checkpoint.Read(path);
        var name = arrays.Keys.First(n => n.StartsWith(prefix[..^1], StringComparison.Ordinal));
        arrays[name][1] = number;
        checkpoint.Write(path, arrays);
        var message = TrainingExamples.Refused(TrainingExamples.Experiment, archive, path);
        Assert.StartsWith(path, message);
        StringAssert.Contains(message, "[1]: expected a finite number, got");
        StringAssert.Contains(message, "Delete it to start anew.");
    }

    [TestMethod]
    public void ACheckpointWithoutArraysOrParametersIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var (path, archive) = (folder.File("c"), TrainingExamples.Record());
        _ = TrainingExamples.Train(TrainingExamples.Experiment, archive, path);
        var (checkpoint, arrays) = Checkpoint.Read(path);
        checkpoint.Write(path, arrays.Where(a => !a.Key.StartsWith("best", StringComparison.Ordinal)).ToDictionary());
        StringAssert.Contains(TrainingExamples.Refused(TrainingExamples.Experiment, archive, path), $"{path}: best: expected ");
        (checkpoint with { Parameters = [] }).Write(path, arrays);
        StringAssert.Contains(
            TrainingExamples.Refused(TrainingExamples.Experiment, archive, path), $"{path}: checkpoint: parameters: expected those of F, got none");
        (checkpoint with { BestParameters = [] }).Write(path, arrays);
        StringAssert.Contains(
            TrainingExamples.Refused(TrainingExamples.Experiment, archive, path), $"{path}: checkpoint: bestParameters: expected those of F, got none");
    }
}
