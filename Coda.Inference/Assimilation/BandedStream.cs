using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation;

/// <summary>Streams of observations to analyses with bands, each observation held to its band before the analysis sees it.</summary>
/// <remarks>
/// The estimate that observations are compared with is that of their step (of a method of windows: of the window that they come in) by the same analysis from
/// the same position, without them, so that each is analyzed twice; the analyses have the bits that they have without bands. A band has the factor that
/// observations up to its step ask for. Steps are compared once a stream has settled. Immutable; safe to share among threads that have an analysis each.
/// </remarks>
public sealed class BandedStream
{
    private readonly ModelCard _card;
    private readonly UnseenObservations _unseen;

    /// <summary>Makes it.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="coverage">The bands, and how they follow.</param>
    /// <exception cref="ArgumentException">The model's operator does more than select entries, or its states have another size than the bands'.</exception>
    public BandedStream(ModelCard card, AdaptiveCoverage coverage)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(coverage);
        (_card, Coverage, _unseen) = (card, coverage, new UnseenObservations(card));
        new Faults(nameof(BandedStream)).Require(
            coverage.Bands.StateSize == card.Layout.Size, nameof(coverage), $"bands of {card.Layout.Size} entries", coverage.Bands.StateSize).ThrowIfAny();
    }

    /// <summary>The bands, and how they follow.</summary>
    public AdaptiveCoverage Coverage { get; }

    /// <summary>Takes a stream further by what has arrived.</summary>
    /// <param name="analysis">Takes it further.</param>
    /// <param name="from">Where the stream stands; <see langword="null"/> to begin.</param>
    /// <param name="known">What is known of its bands; <see langword="null"/> at the beginning.</param>
    /// <param name="arrived">The observations from the stream's next step on, on the scale of their errors.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>The analyses as coordinates, with the bands of their values; where the stream stands then; what is known of its bands.</returns>
    /// <inheritdoc cref="StreamAnalysis.Advance" path="//exception"/>
    public BandedStep Advance(
        StreamAnalysis analysis, StreamPosition? from, AdaptiveState? known, ObservationStretch arrived, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(arrived);
        var (position, state, blocks, changes) = (from, known ?? Coverage.Start, new List<StateBlock>(), new List<ResultWarning>());
        var (inside, outside) = (0L, 0L);
        for (var start = arrived.Steps.Start; start < arrived.Steps.End; start = position.Step + 1)
        {
            var (steps, isCompared) = Next(analysis, position, arrived, start);
            var some = Part(arrived, steps, isSeen: true);
            var before = isCompared ? analysis.Advance(position, Part(arrived, steps, isSeen: false), cancellation).Analyses.ToPhysical(_card.Layout) : null;
            (var analyses, position) = analysis.Advance(position, some, cancellation);
            var banded = steps.Start;
            for (var row = 0; row < before?.Count; row++)
            {
                if (_unseen.At(before.Row(row), some) is { Count: > 0 } residuals)
                {
                    Add(blocks, analyses, new(banded, steps.Start + row), state); // which have not seen it
                    banded = steps.Start + row;
                    var next = Coverage.Next(state, steps.Start + row, residuals);
                    changes.AddRange(Coverage.Change(state, next) is { } change ? [change] : Array.Empty<ResultWarning>());
                    (state, inside, outside) = (next, inside + next.Newest[^1].Hits, outside + next.Newest[^1].Count - next.Newest[^1].Hits);
                }
            }

            Add(blocks, analyses, new(banded, steps.End), state);
        }

        return new(Joined(blocks), position!, state, changes) { Inside = inside, Outside = outside };
    }

    private void Add(List<StateBlock> blocks, StateBlock analyses, StepRange steps, AdaptiveState known)
    {
        if (steps.Count > 0)
        {
            var some = analyses.Rows(steps);
            blocks.Add(some with { Band = Coverage.On(some.ToPhysical(_card.Layout), known).Band });
        }
    }

    // Steps that are analyzed together, or those up to the next with observations.
    private static (StepRange Steps, bool IsCompared) Next(StreamAnalysis analysis, StreamPosition? position, ObservationStretch arrived, long start)
    {
        var (first, all) = (position?.FirstStep ?? start, arrived.Steps);
        var settled = first + Math.Max(1, analysis.SettlingSteps);
        if (start < settled)
        {
            return (new(start, Math.Min(settled, all.End)), false);
        }

        var together = analysis.StepsTogether(first, start);
        var seen = Array.IndexOf(arrived.Mask, 1f, checked((int)(start - all.Start) * arrived.SiteCount));
        var end = Math.Min(all.End, together > 1 ? start + together : seen < 0 ? all.End : all.Start + (seen / arrived.SiteCount) + 1);
        return (new(start, end), seen >= 0 && seen / arrived.SiteCount < end - all.Start);
    }

    private static ObservationStretch Part(ObservationStretch arrived, StepRange steps, bool isSeen)
    {
        var (part, at) = (
            new ObservationStretch(arrived.Trajectory, steps, arrived.SiteCount)
            {
                Sigma = arrived.Sigma is null ? null : new float[checked((int)steps.Count * arrived.SiteCount)],
            },
            checked((int)(steps.Start - arrived.Steps.Start) * arrived.SiteCount));
        if (isSeen)
        {
            Array.Copy(arrived.Values, at, part.Values, 0, part.Values.Length);
            Array.Copy(arrived.Mask, at, part.Mask, 0, part.Mask.Length);
            arrived.Sigma?.AsSpan(at, part.Sigma!.Length).CopyTo(part.Sigma);
        }

        return part;
    }

    private static StateBlock Joined(List<StateBlock> blocks) => blocks is [var only] ? only : blocks[0] with
    {
        States = blocks.SelectMany(b => b.States.ToArray()).ToArray(), Spread = blocks.SelectMany(b => b.Spread!.Value.ToArray()).ToArray(),
        Band = blocks.SelectMany(b => b.Band!.Value.ToArray()).ToArray(),
    };
}
