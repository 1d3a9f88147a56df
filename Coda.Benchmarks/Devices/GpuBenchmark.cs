using System.Diagnostics;
using Coda.Training.Natives;

namespace Coda.Benchmarks.Devices;

/// <summary>
/// Everything that Coda computes on a GPU, against the CPU and PyTorch, part by part: what runs, how fast, how far off. A part that does not run says why, and
/// the whole is not proven then. In its dry mode the CPU takes the card's place, and each part says what it would have measured.
/// </summary>
internal static class GpuBenchmark
{
    /// <summary>What it is called on the command line.</summary>
    public const string Verb = "gpu";

    /// <summary>The argument of the dry mode.</summary>
    public const string Dry = "--dry";

    /// <summary>Runs the plan.</summary>
    /// <param name="output">Told of each part.</param>
    /// <param name="scope">On what.</param>
    /// <param name="steps">The parts; all of <see cref="GpuPlan"/> by default.</param>
    /// <returns>Whether every part was proven; in the dry mode, whether none failed that could be tried.</returns>
    public static bool Run(TextWriter output, GpuScope scope, IReadOnlyList<GpuStep>? steps = null)
    {
        LibTorch.Load();
        steps ??= GpuPlan.Steps;
        output.WriteLine(scope.IsDry
            ? $"DRY: no card is asked for; {steps.Count} parts run on the CPU, in small, where they can. No figure here is one of a GPU."
            : $"{steps.Count} parts on the device {scope.Device}, {scope.ModelName}");
        var outcomes = steps.Select((step, i) => (step.Name, Outcome: RunStep(output, scope, step, $"{i + 1}/{steps.Count}"))).ToList();
        output.WriteLine();
        foreach (var group in outcomes.GroupBy(o => o.Outcome).OrderBy(g => g.Key))
        {
            output.WriteLine($"{Word(group.Key, scope)}: {string.Join(", ", group.Select(o => o.Name))}");
        }

        return outcomes.All(o => o.Outcome == Outcome.Proven || (scope.IsDry && o.Outcome == Outcome.NotTried));
    }

    private enum Outcome
    {
        Proven,
        NotTried,
        Failed,
    }

    private static Outcome RunStep(TextWriter output, GpuScope scope, GpuStep step, string number)
    {
        output.WriteLine($"\n[{number}] {step.Name}: {step.Measures}");
        if (scope.IsDry)
        {
            output.WriteLine($"  instead: {step.Instead}");
        }

        var clock = Stopwatch.StartNew();
        try
        {
            if (step.Lacks(scope) is { } lacks)
            {
                output.WriteLine($"  NOT TRIED: {lacks.TrimEnd('.')}.");
                return Outcome.NotTried;
            }

            step.Run(scope, output);
            output.WriteLine(FormattableString.Invariant($"  {(scope.IsDry ? "ran" : "PROVEN")}, {clock.Elapsed.TotalSeconds:F1} s"));
            return Outcome.Proven;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            output.WriteLine($"  {(scope.IsDry ? "FAILED" : "NOT PROVEN")}: {fault.Message.ReplaceLineEndings(" ")}");
            return Outcome.Failed;
        }
    }

    private static string Word(Outcome outcome, GpuScope scope) => outcome switch
    {
        Outcome.Proven => scope.IsDry ? "Ran on the CPU" : "Proven",
        Outcome.NotTried => "Could not be tried",
        _ => scope.IsDry ? "Failed" : "Not proven",
    };
}
