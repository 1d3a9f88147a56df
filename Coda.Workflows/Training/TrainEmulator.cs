using System.Globalization;
using System.Text.Json;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Networks;
using Coda.Training.Stages;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Training;

/// <summary>An emulator trained cycle by cycle: the model that there is analyzes the record, the next one is fitted to the analyses; goes on after the last
/// whole cycle, and from the checkpoint of the one after.</summary>
internal sealed class TrainEmulator : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model)
    {
        var experiment = run.Job.Experiment;
        EmulatorStage.Require(experiment, run.Observations); // before states are made
        var note = new CycleNote(
            run.Job.Archive.Description.DigestOf(ArchiveTable.Observations),
            JsonSerializer.Serialize(experiment with { Emulator = experiment.Emulator! with { Cycles = 1 }, Description = "" }, CodaJson.Options),
            run.Job.From is { } from ? ModelFolder.Hash(Path.Combine(from, ModelFolder.Card)) : null);
        for (var cycle = 0; cycle < experiment.Emulator.Cycles; cycle++)
        {
            var (folder, teacher) = (run.At(TrainFolder.Cycle(cycle)), cycle == 0 ? run.Job.From : run.At(TrainFolder.Cycle(cycle - 1)));
            if (run.OnFirst(_ => IsDone(folder, note)))
            {
                model = ModelWeights.Read(folder, experiment, run.Job.Archive.Description);
                continue;
            }

            model = Train(run, model, teacher, cycle);
            run.OnFirst(_ => CodaJson.WriteWithDigest(Path.Combine(folder, TrainFolder.CycleNote), note));
        }

        return model!;
    }

    private static bool IsDone(string folder, CycleNote note)
    {
        var path = Path.Combine(folder, TrainFolder.CycleNote);
        return File.Exists(path) && File.Exists(Path.Combine(folder, ModelFolder.Card)) && CodaJson.Read<CycleNote>(path) == note;
    }

    private static TrainedModel Train(TrainState run, TrainedModel? model, string? teacher, int cycle)
    {
        var (folder, fit) = (run.At(TrainFolder.Cycle(cycle)), run.Job.Experiment.Emulator!);
        run.OnFirst(_ =>
        {
            Directory.CreateDirectory(folder);
            File.Delete(Path.Combine(folder, TrainFolder.CycleNote));
        });
        var states = Analyze(run, teacher);
        var experiment = run.Job.Experiment with
        {
            Steps = cycle > 0 && fit.LaterSteps is { } later ? later : run.Job.Experiment.Steps,
            Seed = run.Job.Experiment.Seed + (ulong)cycle,
        };
        var stage = new EmulatorStage(experiment, run.Observations, states, fit.KeepsWeights ? model : null);
        var trained = run.Train(
            stage, stage.End, string.Create(CultureInfo.InvariantCulture, $"cycle {cycle + 1} of {fit.Cycles}"), $"cycle-{cycle}",
            Path.Combine(TrainFolder.Cycle(cycle), TrainFolder.Checkpoint));
        run.OnFirst(first => ModelExport.Write(trained, folder, first.Command));
        run.Progress.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"Cycle {cycle + 1} of {fit.Cycles}: forecasts miss held-out analyses by {Math.Sqrt(trained.Validation):G3} deviations of the climatology."));
        return trained;
    }

    // The states of the system, without a memory; every rank computes the same.
    private static Reanalysis Analyze(TrainState run, string? teacher)
    {
        var (experiment, archive) = (run.Job.Experiment, run.Job.Archive.Description);
        using var opened = teacher is null ? null : run.Progress.OpenModel(teacher);
        var component = ReanalysisMethod.OfEmulator(experiment, run.Sigma, isFirst: opened is null);
        var method = AssimilationMethod.Catalog.Create(component, new AnalysisContext(run.Observations, opened));
        var (layout, unsound) = (DynamicalSystem.Catalog.Create(experiment.System).Layout, new List<(int, StepRange)>());
        var request = new AnalysisRequest
        {
            Workers = run.Job.Threads, Warnings = run.Progress.Warnings, NameOf = archive.NameOf, Cancellation = run.Cancellation,
            Unsound = stretch =>
            {
                lock (unsound)
                {
                    unsound.Add((stretch.Trajectory, stretch.Steps));
                }
            },
        };
        return run.Progress.Run($"analyze ({component.Name})", state =>
        {
            var reported = request with { Progress = new Relay<double>(share => state.Report(new(share))) };
            return new Reanalysis(
                archive, layout.Size, method.Compute(run.Observations, reported).Select(block => Leading(block, layout.Size)),
                unsound.Concat(ReanalysisTeacher.SpinUps(archive, experiment.Emulator!.SpinUpSteps)));
        });
    }

    private static StateBlock Leading(StateBlock block, int size)
    {
        if (block.StateSize == size)
        {
            return block;
        }

        var states = new float[block.Count * size];
        for (var row = 0; row < block.Count; row++)
        {
            block.States.Span.Slice(row * block.StateSize, size).CopyTo(states.AsSpan(row * size));
        }

        return new StateBlock(block.Trajectory, block.FirstStep, size, states, null, block.Lead);
    }
}
