using Coda.Data.Archives;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>Scores analyses and forecasts against the truth of a twin experiment; besides <see cref="CouplingScoring"/>, nothing else in Coda reads a
/// truth.</summary>
public static class TruthScoring
{
    /// <summary>Scores states by lead. A forecast is compared with the truth at its start plus its lead; those that end beyond the truth do not
    /// count.</summary>
    /// <param name="states">Analyses or forecasts, sorted by (trajectory, step, lead).</param>
    /// <param name="truth">The truth, sorted by (trajectory, step); each block is read once.</param>
    /// <param name="archive">The observations, for the record's length and, if asked for, which sites were seen.</param>
    /// <param name="request">What to score.</param>
    /// <returns>Sorted by score, sites and lead.</returns>
    /// <exception cref="ArgumentException">The states' layout has no field of the truth's, or no state can be scored.</exception>
    public static IReadOnlyList<ScoreResult> Score(
        IEnumerable<StateBlock> states, IEnumerable<StateBlock> truth, IObservationArchive archive, ScoreRequest? request = null) =>
        Report(states, truth, archive, request).Scores;

    /// <summary>As <see cref="Score"/>, with the calibration of estimates that have a spread, in the same pass.</summary>
    /// <inheritdoc cref="Score" path="//param"/>
    /// <exception cref="ArgumentException">As in <see cref="Score"/>.</exception>
    public static ScoreReport Report(IEnumerable<StateBlock> states, IEnumerable<StateBlock> truth, IObservationArchive archive, ScoreRequest? request = null)
    {
        request ??= new ScoreRequest();
        var book = new ScoreBook(archive.Description, request);
        var steps = request.StepsOf(archive.Description);
        using var window = new TruthWindow(truth);
        var observations = new ObservationWindow(archive, ObservationSubset.Input);
        int[]? places = null;
        if (request.Layout is { } given)
        {
            (states, given) = LayoutMatch.Known(states, given, archive.Description.Layout);
            request = request with { Layout = given };
        }

        foreach (var block in states)
        {
            request.Cancellation.ThrowIfCancellationRequested();
            if (places is null)
            {
                var layout = request.Layout ?? LayoutMatch.Of(archive.Description, block.StateSize);
                places = LayoutMatch.Places(layout, archive.Description.Layout);
                book.Parts = ScoreParts.OfStates(archive.Description, layout, request.By);
            }

            Require(block, places);
            var seen = request.SplitsSites && block.Lead == 0 ? Seen(archive.Description, observations, block, places) : null;
            var errors = new float[block.StateSize];
            for (var row = 0; row < block.Count; row++)
            {
                var start = block.FirstStep + row;
                if (steps.Contains(start) && Compare(block, row, window.At(block.Trajectory, start, start + block.Lead), places, errors))
                {
                    book.Add(
                        block.Trajectory, start, block.Lead, errors, RowOf(block.Spread, row, block.StateSize),
                        seen.AsSpan(seen is null ? 0 : row * block.StateSize, seen is null ? 0 : block.StateSize), RowOf(block.Band, row, block.StateSize));
                }
            }
        }

        return book.Report();
    }

    private static ReadOnlySpan<float> RowOf(ReadOnlyMemory<float>? values, int row, int size) =>
        values is { } given ? given.Span.Slice(row * size, size) : default;

    private static void Require(StateBlock block, int[] places)
    {
        if (block.StateSize != places.Length)
        {
            throw new ArgumentException(
                $"Expected states of {places.Length} entries, got {block.StateSize} at trajectory {block.Trajectory}, step {block.FirstStep}.");
        }
    }

    private static bool Compare(StateBlock block, int row, ReadOnlySpan<float> truth, int[] places, float[] errors)
    {
        if (truth.IsEmpty)
        {
            return false;
        }

        var state = block.States.Span.Slice(row * block.StateSize, block.StateSize);
        for (var i = 0; i < errors.Length; i++)
        {
            errors[i] = state[i] - truth[places[i]];
        }

        return true;
    }

    // Which entries of the states have an observation at their step. [time, space]
    private static bool[] Seen(ArchiveDescription description, ObservationWindow observations, StateBlock block, int[] places)
    {
        var locations = ObservationOperator.Catalog.Create(description.Operator, description.Layout).Locations;
        var (stretch, offset) = observations.At(block.Trajectory, block.FirstStep, new StepRange(block.FirstStep, block.FirstStep + block.Count));
        var entries = new int[description.Layout.Size];
        Array.Fill(entries, -1);
        for (var i = 0; i < places.Length; i++)
        {
            entries[places[i]] = i;
        }

        var seen = new bool[block.Count * block.StateSize];
        for (var i = 0; i < block.Count * stretch.SiteCount; i++)
        {
            var entry = entries[locations[i % stretch.SiteCount]];
            if (stretch.Mask[offset + i] != 0 && entry >= 0)
            {
                seen[(i / stretch.SiteCount * block.StateSize) + entry] = true;
            }
        }

        return seen;
    }
}
