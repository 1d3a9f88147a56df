using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Observations;

namespace Coda.Data.Scoring;

/// <summary>Errors of analyses by time and by place, in one pass; memory does not grow with the record.</summary>
public static class ErrorProfiles
{
    /// <summary>The errors against a truth.</summary>
    /// <param name="analyses">Analyses, sorted by (trajectory, step).</param>
    /// <param name="truth">The truth, sorted likewise; read once.</param>
    /// <param name="archive">What the truth is of.</param>
    /// <param name="request">Layout, margin and steps; its scores and parts are not used.</param>
    /// <returns>A profile for each field of the analyses.</returns>
    /// <exception cref="ArgumentException">The analyses' layout is not in the truth's.</exception>
    public static IReadOnlyList<ErrorProfile> AgainstTruth(
        IEnumerable<StateBlock> analyses, IEnumerable<StateBlock> truth, ArchiveDescription archive, ScoreRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(analyses);
        ArgumentNullException.ThrowIfNull(archive);
        request ??= new ScoreRequest();
        var steps = request.StepsOf(archive);
        using var window = new TruthWindow(truth);
        (int Offset, ErrorProfileSum Sum, int[] Places)[]? fields = null;
        foreach (var block in analyses)
        {
            request.Cancellation.ThrowIfCancellationRequested();
            fields ??= Fields(archive, request, block.StateSize);
            for (var row = 0; row < block.Count; row++)
            {
                var step = block.FirstStep + row;
                var state = steps.Contains(step) ? window.At(block.Trajectory, step, step) : default;
                foreach (var (offset, sum, places) in state.IsEmpty ? [] : fields)
                {
                    var at = (row * block.StateSize) + offset;
                    var spread = block.Spread is { } given ? RootMeanSquare(given.Span.Slice(at, places.Length)) : double.NaN;
                    Add(sum, block.Trajectory, step, block.States.Span.Slice(at, places.Length), state, places, spread);
                }
            }
        }

        return [.. (fields ?? []).Select(f => f.Sum.Result())];
    }

    /// <summary>The misfits against withheld observations.</summary>
    /// <param name="analyses">Analyses, sorted by (trajectory, step).</param>
    /// <param name="archive">The observations.</param>
    /// <param name="request">Layout, margin and steps; its scores and parts are not used.</param>
    /// <returns>A profile for each field of which something is observed; places are sites.</returns>
    /// <exception cref="ArgumentException">H does not apply to the analyses.</exception>
    public static IReadOnlyList<ErrorProfile> AgainstWithheld(IEnumerable<StateBlock> analyses, IObservationArchive archive, ScoreRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(analyses);
        ArgumentNullException.ThrowIfNull(archive);
        request ??= new ScoreRequest();
        var (description, ops) = (archive.Description, new BufferAlgebra<float>());
        var steps = request.StepsOf(description);
        var withheld = new ObservationWindow(WorkingObservations.Of(archive), ObservationSubset.Withheld);
        var (sums, partOf, placeOf) = Sites(description, request);
        ObservationOperator? h = null;
        foreach (var block in analyses)
        {
            request.Cancellation.ThrowIfCancellationRequested();
            h ??= WorkingOperator.OnValues(
                description.Operator, request.Layout ?? LayoutMatch.Of(description, block.StateSize), description.ErrorModels());
            var estimates = h.Apply(ops, ops.From(block.States.Span, block.Count, block.StateSize)).Span;
            var (stretch, first) = withheld.At(block.Trajectory, block.FirstStep, new(block.FirstStep, block.FirstStep + block.Count));
            for (var i = 0; i < estimates.Length; i++)
            {
                var (step, site) = (block.FirstStep + (i / stretch.SiteCount), i % stretch.SiteCount);
                if (stretch.Mask[first + i] != 0 && steps.Contains(step))
                {
                    var misfit = (double)estimates[i] - stretch.Values[first + i];
                    sums[partOf[site]].Add(block.Trajectory, step, misfit * misfit, double.NaN);
                    sums[partOf[site]].AddPlace(placeOf[site], misfit * misfit);
                }
            }

            ops.Recycle();
        }

        return [.. sums.Select(s => s.Result()).Where(p => p.Count > 0)];
    }

    private static void Add(
        ErrorProfileSum sum, int trajectory, long step, ReadOnlySpan<float> estimate, ReadOnlySpan<float> truth, int[] places, double spread)
    {
        var squares = 0.0;
        for (var i = 0; i < places.Length; i++)
        {
            var error = (double)estimate[i] - truth[places[i]];
            squares += error * error;
        }

        sum.Add(trajectory, step, Math.Sqrt(squares / places.Length), spread);
        for (var i = 0; i < places.Length; i++)
        {
            sum.AddPlace(i, Math.Abs((double)estimate[i] - truth[places[i]]));
        }
    }

    private static (int Offset, ErrorProfileSum Sum, int[] Places)[] Fields(ArchiveDescription archive, ScoreRequest request, int stateSize)
    {
        var layout = request.Layout ?? LayoutMatch.Of(archive, stateSize);
        var places = LayoutMatch.Places(layout, archive.Layout);
        return
        [
            .. layout.Fields.Select(field =>
            {
                var offset = layout.OffsetOf(field.Name);
                var sum = new ErrorProfileSum(field.Name, archive.UnitOf(field), [.. Enumerable.Range(0, field.Size)], archive.Steps, takesRoots: false);
                return (offset, sum, places.AsSpan(offset, field.Size).ToArray());
            }),
        ];
    }

    // For each site the number of its field's sum, and its number among the field's sites.
    private static (ErrorProfileSum[] Sums, int[] PartOf, int[] PlaceOf) Sites(ArchiveDescription archive, ScoreRequest request)
    {
        var parts = ScoreParts.OfSites(archive, ScoreBy.Field);
        var placeOf = new int[archive.SiteCount];
        foreach (var (place, site) in parts.Places.SelectMany(sites => sites.Index()))
        {
            placeOf[site] = place;
        }

        return
        (
            [.. parts.Parts.Select((part, i) => new ErrorProfileSum(part.Field, part.Unit, parts.Places[i], archive.Steps, takesRoots: true))],
            parts.PartOf, placeOf
        );
    }

    private static double RootMeanSquare(ReadOnlySpan<float> values)
    {
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (double)value * value;
        }

        return Math.Sqrt(squares / values.Length);
    }
}
