using Coda.Data.Time;

namespace Coda.Classical.Variational.Costs;

/// <summary>Where a stretch may be cut: at its gaps, the runs of steps without any observation that are long beside the rest.</summary>
internal static class ObservedBlocks
{
    private const int LeastGap = 25; // steps
    private const double TimesSpacing = 10;

    /// <summary>The blocks of a stretch, in order and without holes; one where it has no gap.</summary>
    /// <param name="observations">What the stretch observed.</param>
    /// <param name="steps">Its steps.</param>
    public static IReadOnlyList<ObservedBlock> Of(ObservationTerms observations, StepRange steps)
    {
        var observed = Enumerable.Range(0, (int)steps.Count).Where(row => observations.At(row) is var (start, end) && end > start)
            .Select(row => steps.Start + row).ToList();
        if (observed.Count == 0)
        {
            return [];
        }

        var least = Math.Max(LeastGap, TimesSpacing * steps.Count / observed.Count);
        var blocks = new List<ObservedBlock>();
        if (observed[0] - steps.Start >= least)
        {
            blocks.Add(new(new(steps.Start, steps.Start), new(steps.Start, observed[0])));
        }

        var first = blocks.Count > 0 ? observed[0] : steps.Start;
        for (var i = 0; i < observed.Count; i++)
        {
            var next = i + 1 < observed.Count ? observed[i + 1] : steps.End;
            if (next - observed[i] > least || next == steps.End)
            {
                blocks.Add(new(new(first, next - observed[i] > least ? observed[i] + 1 : next), new(first, next)));
                first = next;
            }
        }

        return blocks;
    }
}
