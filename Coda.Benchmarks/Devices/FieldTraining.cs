using System.Diagnostics;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Natives;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Benchmarks.Devices;

/// <summary>Trains on a field within a time: some steps tell the rate, and then as many more are made as there is time for. A checkpoint is left, from which
/// <c>coda train</c> goes on elsewhere.</summary>
internal static class FieldTraining
{
    /// <summary>What it is called on the command line.</summary>
    public const string Verb = "gpu-training";

    private const double Share = 0.9; // of the time that is left, for steps: rates vary

    /// <summary>Simulates, trains and exports.</summary>
    /// <param name="output">Told what was done, and how to go on.</param>
    /// <param name="settings">What, where, for how long.</param>
    /// <returns>The steps that the model has.</returns>
    public static int Run(TextWriter output, FieldTrainingSettings settings)
    {
        var clock = Stopwatch.StartNew();
        TorchDevice.Require(settings.Device);
        SimulateWorkflow.Run(new SimulateJob(settings.Twin, settings.Archive) { HasTruth = false, Overwrite = true }, new SilentProgress());
        CodaJson.Write(settings.ExperimentFile, settings.Experiment);
        Say($"observed {settings.Twin.TrajectoryCount} x {settings.Twin.StepCount} steps in {settings.Archive}");
        using var archive = ParquetArchive.Open(settings.Archive);

        var first = Math.Min(settings.FirstSteps, settings.Experiment.Steps);
        var seconds = Train(first);
        Say(FormattableString.Invariant($"{first} steps and a model after {seconds:F1} s"));

        // Besides its steps, the second run takes as long as the first, whose kernels were chosen and whose graphs were checked for the first time.
        var rate = Rate(settings.Model);
        var left = settings.Seconds - clock.Elapsed.TotalSeconds - Math.Max(0, seconds - (first / rate));
        var steps = Math.Min(settings.Experiment.Steps, first + (int)Math.Max(0, Share * left * rate));
        if (steps > first)
        {
            seconds = Train(steps);
            Say(FormattableString.Invariant($"{steps - first} steps more in {seconds:F1} s, {(steps - first) / seconds:F2} a second"));
        }

        output.WriteLine($"With more time: {settings.Continuation(2 * steps)}");
        return steps;

        double Train(int count)
        {
            var start = Stopwatch.GetTimestamp();
            TrainWorkflow.Run(
                new TrainJob(settings.Experiment with { Steps = count }, archive, settings.Model)
                {
                    Device = settings.Device, Command = settings.Continuation(count),
                    IsRestarted = count == Math.Min(settings.FirstSteps, settings.Experiment.Steps),
                },
                new SilentProgress());
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        void Say(string text) => output.WriteLine(FormattableString.Invariant($"{clock.Elapsed.TotalSeconds,6:F1} s  {settings.Device}: {text}"));
    }

    // Steps a second, without the first quarter of them.
    private static double Rate(string folder)
    {
        var history = TrainingHistory.Read(folder)!;
        var (steps, seconds) = (history.Steps, history.Column(TrainingHistory.Seconds));
        var from = steps.Count / 4;
        return (steps[^1] - steps[from]) / Math.Max(1e-6, seconds[^1] - seconds[from]);
    }
}
