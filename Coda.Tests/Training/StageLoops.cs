using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Training.Optimization;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>What training loops of every stage are held to.</summary>
internal static class StageLoops
{
    /// <summary>A run in one go.</summary>
    public static TrainedWeights Run(TrainingStage stage, int threads = 1)
    {
        using var folder = new TemporaryDirectory();
        using var loop = new TrainingLoop(stage, folder.File("checkpoint"), threads: threads);
        return loop.Run();
    }

    /// <summary>A run that is stopped after each of its first steps ends in the bits of one that is not.</summary>
    public static void InterruptionChangesNoBit(Func<TrainingStage> stage, string part, int threads)
    {
        using var folder = new TemporaryDirectory();
        for (var step = 1; step <= 5; step++)
        {
            using var loop = new TrainingLoop(stage(), folder.File("often"), threads: threads);
            Assert.ThrowsExactly<OperationCanceledException>(() => loop.Run(cancellation: new CancellationToken(canceled: true)));
            Assert.AreEqual(step, loop.Step);
        }

        using var last = new TrainingLoop(stage(), folder.File("often"), threads: threads);
        var (whole, often) = (Run(stage(), threads), last.Run());
        foreach (var (name, values) in whole.Parts[part])
        {
            CollectionAssert.AreEqual(values, often.Parts[part][name], name);
        }

        Assert.AreEqual(whole.Validation, often.Validation);
    }

    /// <summary>An experiment is refused before it is trained.</summary>
    public static void Refused(string what, Action require) =>
        Assert.Contains(what, Assert.ThrowsExactly<ArgumentException>(require).Message, StringComparison.OrdinalIgnoreCase);

    /// <summary>A twin's truth as states, of which the first steps of every trajectory are 1e6 large and said to be unsound.</summary>
    public static (MemoryArchive Archive, Reanalysis States) Spoilt(TwinExperiment twin, int steps)
    {
        var archive = twin.Archive();
        var size = archive.Description.Layout.Size;
        return (archive, new Reanalysis(
            archive.Description, size, twin.Truth().Select(Spoil),
            Enumerable.Range(0, archive.Description.TrajectoryCount).Select(t => (t, new StepRange(0, steps)))));

        StateBlock Spoil(StateBlock block)
        {
            var values = block.States.ToArray();
            values.AsSpan(0, (int)Math.Clamp(steps - block.FirstStep, 0, block.Count) * size).Fill(1e6f);
            return block with { States = values };
        }
    }
}
