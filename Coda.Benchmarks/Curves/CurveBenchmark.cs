using System.Diagnostics;
using Coda.Benchmarks.Cost;
using Coda.Data.Foundation;

namespace Coda.Benchmarks.Curves;

/// <summary>The processor's time of analyses, training, polish, filters and solvers against what they are of, and whether any grows faster than it
/// must.</summary>
internal static class CurveBenchmark
{
    /// <summary>What it is called on the command line.</summary>
    public const string Verb = "curves";

    /// <summary>How it is called.</summary>
    public const string Usage = "curves [--quick] [--output FOLDER] [--only WORD]...";

    private const string DefaultFolder = "out/curves";

    /// <summary>Times, prints, and writes what was measured as JSON and pictures.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="modelName">A model of a ring with a forecast.</param>
    /// <param name="arguments">See <see cref="Usage"/>.</param>
    /// <returns>0; 1 where something grows faster than it must; 2 where the arguments say nothing that can be done.</returns>
    public static int Run(TextWriter output, string modelName, string[] arguments)
    {
        if (!TryParse(arguments, out var isQuick, out var folder, out var only))
        {
            output.WriteLine($"Expected {Usage}, got '{string.Join(' ', arguments)}'.");
            return 2;
        }

        var cases = CurvePlan.Of(modelName, isQuick, only);
        if (cases.Count == 0)
        {
            output.WriteLine($"Expected a word of some case after --only, got '{string.Join(", ", only)}'.");
            return 2;
        }

        var (timer, curves, clock) = (isQuick ? new CurveTimer(2, 10_000) : new CurveTimer(5, 40_000), new List<CostCurve>(), Stopwatch.StartNew());
        CurveReport.WriteHead(output);
        var memory = timer.Time(MemoryGrowth.Case);
        CurveReport.Write(output, memory with { Memory = MemoryGrowth.Of(memory) });
        foreach (var what in cases)
        {
            if (what.Lacks() is { } lacks)
            {
                output.WriteLine($"| {what.Operation} | left out: {lacks} |");
                continue;
            }

            // Noise of a busy machine only ever adds: what seems to grow too fast is timed again, and the least counts.
            var curve = timer.Time(what) with { Memory = MemoryGrowth.Of(memory) };
            curve = curve.IsTooFast ? curve.Least(timer.Time(what)) : curve;
            curves.Add(curve);
            CurveReport.Write(output, curve);
        }

        CurveReport.Save(folder, curves);
        var fast = curves.Count(curve => curve.IsTooFast);
        output.WriteLine(FormattableString.Invariant(
            $"\n{curves.Count} curves in {clock.Elapsed.TotalMinutes:F1} min; {fast} grow faster than they must. Numbers and pictures: {folder}"));
        return fast == 0 ? 0 : 1;
    }

    private static bool TryParse(string[] arguments, out bool isQuick, out string folder, out List<string> only)
    {
        (isQuick, folder, only) = (false, DefaultFolder, []);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--quick")
            {
                isQuick = true;
            }
            else if (arguments[i] is "--output" or "--only" && i + 1 < arguments.Length)
            {
                (folder, only) = arguments[i] == "--output" ? (arguments[i + 1], only) : (folder, [.. only, arguments[i + 1]]);
                i++;
            }
            else
            {
                return false;
            }
        }

        return true;
    }
}
