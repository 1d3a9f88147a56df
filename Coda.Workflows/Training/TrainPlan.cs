using System.Globalization;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Training;

/// <summary>What a training is about to do, in a few lines, before it does it.</summary>
internal static class TrainPlan
{
    /// <summary>Says it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="progress">Who is told.</param>
    public static void Say(TrainJob job, IWorkflowProgress progress)
    {
        var (experiment, archive) = (job.Experiment, job.Archive.Description);
        progress.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"Trains {Network(experiment).Name} ({Options(experiment)}) from {archive.TrajectoryCount} x {archive.Steps.Count} steps of {archive.StepLength} "
            + $"at {archive.SiteCount} sites ({job.Archive.Path}) into {job.Folder}."));
        progress.Say($"System {experiment.System.Name}; {Parameters(experiment)}{(job.From is { } from ? $"; from the model {from}" : "")}.");
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"{Work(job)}; --set changes any of it."));
        if (job.Ranks.Size > 1)
        {
            progress.Say($"{job.Ranks.Size} ranks of {job.Threads} thread{(job.Threads == 1 ? "" : "s")} each divide every batch. Should one be lost, all end, "
                + "and the same command goes on from the last checkpoint.");
        }
    }

    private static Component Network(Experiment experiment) => experiment.TrainedNetwork;

    private static string Options(Experiment experiment) => Network(experiment).DescribeOptions() is { Length: > 0 } options ? options : "its defaults";

    private static string Parameters(Experiment experiment) => experiment.Parameters.Count == 0
        ? "parameters stay as they are"
        : "estimates " + string.Join(", ", experiment.Parameters.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Name} from {p.Start:G6}")));

    private static FormattableString Work(TrainJob job)
    {
        var (experiment, fit) = (job.Experiment, job.Experiment.Reanalysis);
        return experiment.Emulator is { } emulator
            ? (FormattableString)$"{Cycles(experiment, emulator)} steps of {experiment.BatchSize} sequences over {emulator.Length} states"
            : experiment.Score is { } score
            ? (FormattableString)$"{experiment.Steps} steps of {experiment.BatchSize} segments of the {Teacher(score.Teacher)}"
            : experiment.AutoEncoder is { } encoder
            ? (FormattableString)$"{experiment.Steps} steps of {experiment.BatchSize} states of the {Teacher(encoder.Teacher)}"
            : experiment.Cycle is { } cycle
            ? (FormattableString)$"{experiment.Steps} steps of {experiment.BatchSize} rows over {cycle.Length} cycles, fitted to the {Teacher(cycle.Teacher)}"
            : job.From is not null && fit is not null
            ? (FormattableString)$"{fit.Steps} steps of {fit.BatchSize} windows, fitted to the {Teacher(fit.Teacher)}"
            : $"{experiment.Steps} steps of {experiment.BatchSize} rollouts over {experiment.RolloutLength} steps{Fit(fit)}";
    }

    private static string Cycles(Experiment experiment, EmulatorFit fit) => string.Create(
        CultureInfo.InvariantCulture,
        $"{fit.Cycles} cycle{(fit.Cycles == 1 ? "" : "s")} of {fit.Method.Name} and {experiment.Steps}"
        + $"{(fit.LaterSteps is { } later ? $", then {later}," : "")}");

    private static string Teacher(CycleTeacher teacher) => teacher switch
    {
        CycleTeacher.Truth => "truth of this twin experiment",
        CycleTeacher.Observations => "observations",
        _ => "reanalysis",
    };

    private static string Teacher(StateTeacher teacher) =>
        Teacher(teacher == StateTeacher.Truth ? CycleTeacher.Truth : CycleTeacher.Reanalysis);

    private static string Fit(ReanalysisFit? fit) => fit is null ? "" : $", then {fit.Steps} that fit the {Teacher(fit.Teacher)}";
}
