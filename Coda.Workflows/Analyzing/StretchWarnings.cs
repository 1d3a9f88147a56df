using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Workflows.Analyzing;

/// <summary>What stretches that did not end as they should say against the analyses.</summary>
public static class StretchWarnings
{
    /// <summary>Tells of unsound stretches, and adds the warnings; where every stretch failed, the run has.</summary>
    /// <param name="request">Whom to tell.</param>
    /// <param name="method">Which method iterated.</param>
    /// <param name="reports">The report of every stretch.</param>
    public static void Add(AnalysisRequest request, string method, IReadOnlyList<StretchReport> reports)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(reports);
        foreach (var unsound in reports.Where(r => !r.IsSound))
        {
            request.Unsound?.Invoke(new(unsound.Trajectory, unsound.Steps,
                unsound.Outcome == StretchOutcome.Failed ? StretchFault.Failed : StretchFault.Relaxed));
        }

        if (reports.Count > 0 && reports.All(r => r.Outcome == StretchOutcome.Failed))
        {
            request.Warnings?.Add(new ResultWarning(
                "failed-stretches",
                $"Method '{method}': expected stretches that converge, got {Of(reports.Count, reports.Count)} that failed; the analyses are the first guess. "
                + "A larger model error variance or a better first guess helps.")
            {
                IsFailure = true,
            });
        }
        else if (reports.Count(r => !r.IsSound) is var unsound and > 0)
        {
            request.Warnings?.Add(
                "unsound-stretches",
                $"Method '{method}': expected stretches that converge, got {Of(unsound, reports.Count)} that did not; "
                + "their analyses are the first guess, or a larger model error's than was asked for.");
        }

        if (reports.Count(r => r.IsSound && r.UnsolvedEquations > 0) is var unsolved and > 0)
        {
            request.Warnings?.Add(
                "unsolved-equations",
                $"Method '{method}': linear equations of {Of(unsolved, reports.Count)} stretches were not solved to their tolerance; "
                + "larger tiles, more solverIterations or solver=dense solve them.");
        }
    }

    /// <summary>A share of stretches in words.</summary>
    /// <param name="some">How many.</param>
    /// <param name="all">Of how many.</param>
    public static string Of(int some, int all) => FormattableString.Invariant($"{some:N0} of {all:N0}");
}
