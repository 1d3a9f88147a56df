using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Scoring;

namespace Coda.Data.Coverage;

/// <summary>Holds the bands that estimates have to what they are to cover, by lead, with intervals.</summary>
/// <remarks>Where the half-width is 0, there is no band, and the entry is left out; one that is no number covers nothing.</remarks>
public static class HeldBands
{
    /// <summary>The share of the truth that the bands of states cover.</summary>
    /// <param name="states">Estimates with bands, sorted by (trajectory, step, lead).</param>
    /// <param name="truth">The truth, sorted likewise; read once.</param>
    /// <param name="archive">What the truth is of.</param>
    /// <param name="request">Layout, margin and cancellation; the rest is not used.</param>
    /// <returns>For each lead the share with its 95 % interval of as many draws as those at the times, which may depend on those before, are worth.</returns>
    /// <exception cref="ArgumentException">The states' layout is not in the truth's, or they have no bands.</exception>
    public static IReadOnlyList<(int Lead, BinomialInterval Share)> ToTruth(
        IEnumerable<StateBlock> states, IEnumerable<StateBlock> truth, ArchiveDescription archive, ScoreRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(archive);
        request ??= new ScoreRequest();
        var (steps, tallies) = (request.StepsOf(archive), new SortedDictionary<int, List<(int Hits, int Count)>>());
        using var window = new TruthWindow(truth);
        int[]? places = null;
        foreach (var block in states)
        {
            request.Cancellation.ThrowIfCancellationRequested();
            places ??= LayoutMatch.Places(request.Layout ?? LayoutMatch.Of(archive, block.StateSize), archive.Layout);
            var band = Required(block.Band);
            for (var row = 0; row < block.Count; row++)
            {
                var start = block.FirstStep + row;
                if (steps.Contains(start) && window.At(block.Trajectory, start, start + block.Lead) is { IsEmpty: false } state)
                {
                    Add(tallies, block.Lead, Covered(block.Row(row).States.Span, state, places, band.Span.Slice(row * block.StateSize, block.StateSize)));
                }
            }
        }

        return Shares(tallies);
    }

    /// <summary>The share of withheld observations within √(b² + z² σ²) of estimates with bands of half-width b, where σ is their error's and z the normal
    /// quantile of the level: that of the level where errors are Gaussian and bands are right.</summary>
    /// <param name="states">Estimates with bands, sorted by (trajectory, step, lead).</param>
    /// <param name="archive">The observations.</param>
    /// <param name="level">The bands' level.</param>
    /// <param name="request">Layout, margin and cancellation; the rest is not used.</param>
    /// <returns>As for <see cref="ToTruth"/>.</returns>
    /// <exception cref="ArgumentException">As for <see cref="WithheldResiduals.Read"/>, or the states have no bands.</exception>
    public static IReadOnlyList<(int Lead, BinomialInterval Share)> ToWithheld(
        IEnumerable<StateBlock> states, IObservationArchive archive, double level, ScoreRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(states);
        request ??= new ScoreRequest();
        var z = ConformalQuantile.OfNormal(level);
        var tallies = new SortedDictionary<int, List<(int Hits, int Count)>>();
        var (last, hits, count) = ((Trajectory: -1, Step: 0L, Lead: 0), 0, 0);
        foreach (var (lead, residual) in WithheldResiduals.Read(states.Select(AsSpread), archive, request.Layout, request.Margin))
        {
            request.Cancellation.ThrowIfCancellationRequested();
            if ((residual.Trajectory, residual.Step, lead) is var time && time != last)
            {
                Keep();
                (last, hits, count) = (time, 0, 0);
            }

            if (residual.Spread > float.Epsilon) // else there is no band
            {
                (hits, count) = (hits + (double.IsFinite(residual.Spread) && residual.Nonconformity <= z ? 1 : 0), count + 1);
            }
        }

        Keep();
        return Shares(tallies);

        void Keep() => Add(tallies, last.Lead, (hits, count));

        // What is no number stays apart from what has no band.
        StateBlock AsSpread(StateBlock block) => block with
        {
            Spread = Array.ConvertAll(
                Required(block.Band).ToArray(), width => float.IsNaN(width) ? float.PositiveInfinity : (float)Math.Min(width / z, float.MaxValue)),
        };
    }

    private static ReadOnlyMemory<float> Required(ReadOnlyMemory<float>? band) => band ?? throw new ArgumentException(
        "Expected estimates with bands, got some without. Make them with --bands.");

    private static (int Hits, int Count) Covered(ReadOnlySpan<float> state, ReadOnlySpan<float> truth, int[] places, ReadOnlySpan<float> band)
    {
        var (hits, count) = (0, 0);
        for (var i = 0; i < band.Length; i++)
        {
            count += band[i] == 0 ? 0 : 1;
            hits += band[i] > 0 && Math.Abs(state[i] - truth[places[i]]) <= band[i] ? 1 : 0;
        }

        return (hits, count);
    }

    private static void Add(SortedDictionary<int, List<(int Hits, int Count)>> tallies, int lead, (int Hits, int Count) time)
    {
        if (time.Count > 0)
        {
            (tallies.TryGetValue(lead, out var own) ? own : tallies[lead] = []).Add(time);
        }
    }

    private static IReadOnlyList<(int Lead, BinomialInterval Share)> Shares(SortedDictionary<int, List<(int Hits, int Count)>> tallies) =>
        [.. tallies.Select(t => (t.Key, BinomialInterval.OfTimes(t.Value)))];
}
