using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>Errors of analyses and forecasts by wavelength, in one pass; memory does not grow with the record.</summary>
public static class ErrorSpectra
{
    /// <summary>Whether a field has a spectrum: it lies on evenly spaced sites, 4 to 2048 along each axis.</summary>
    /// <param name="field">The field.</param>
    public static bool IsPossible(StateField field) => WavePower.Has(field.Grid);

    /// <summary>The spectra of truth, estimates and errors.</summary>
    /// <param name="states">Analyses or forecasts, sorted by (trajectory, step, lead).</param>
    /// <param name="truth">The truth, sorted by (trajectory, step); read once.</param>
    /// <param name="archive">What the truth is of.</param>
    /// <param name="request">Layout, margin and steps; its scores and parts are not used.</param>
    /// <param name="every">Of how many steps one is taken, at least 1: neighbours in time tell little more.</param>
    /// <returns>Sorted by field, then lead; of fields on evenly spaced sites.</returns>
    /// <exception cref="ArgumentException">The states' layout is not in the truth's.</exception>
    public static IReadOnlyList<ErrorSpectrum> AgainstTruth(
        IEnumerable<StateBlock> states, IEnumerable<StateBlock> truth, ArchiveDescription archive, ScoreRequest? request = null, long every = 1)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        request ??= new ScoreRequest();
        var (steps, time) = (request.StepsOf(archive), new TimeAxis(archive.StepLength));
        using var window = new TruthWindow(truth);
        List<FieldSpectra>? fields = null;
        foreach (var block in states)
        {
            request.Cancellation.ThrowIfCancellationRequested();
            fields ??= Fields(archive, request, block.StateSize);
            for (var row = 0; row < block.Count; row++)
            {
                var start = block.FirstStep + row;
                if (steps.Contains(start) && (start - steps.Start) % every == 0
                    && window.At(block.Trajectory, start, start + block.Lead) is { IsEmpty: false } state)
                {
                    foreach (var field in fields)
                    {
                        field.Add(block.Lead, state, block.States.Span.Slice(row * block.StateSize, block.StateSize));
                    }
                }
            }
        }

        return [.. (fields ?? []).SelectMany(field => field.Results(lead => time.TimeOf(lead)))];
    }

    private static List<FieldSpectra> Fields(ArchiveDescription archive, ScoreRequest request, int stateSize)
    {
        var layout = request.Layout ?? LayoutMatch.Of(archive, stateSize);
        _ = LayoutMatch.Places(layout, archive.Layout); // each field is whole in the truth
        return
        [
            .. layout.Fields.Where(IsPossible).Select(field =>
                new FieldSpectra(field, archive.UnitOf(field), layout.OffsetOf(field.Name), archive.Layout.OffsetOf(field.Name))),
        ];
    }

    // A field's sums by lead.
    private sealed class FieldSpectra(StateField field, string unit, int offset, int truthOffset)
    {
        private readonly SortedDictionary<int, SpectrumSum> _sums = [];
        private WavePower? _power;

        public void Add(int lead, ReadOnlySpan<float> truth, ReadOnlySpan<float> state)
        {
            var known = truth.Slice(truthOffset, field.Size);
            _power ??= new WavePower(field.Grid, WavePower.Vanishes(field.Grid, known));
            if (!_sums.TryGetValue(lead, out var sums))
            {
                _sums.Add(lead, sums = new SpectrumSum(_power.Wavelengths.Count));
            }

            _power.Add(known, state.Slice(offset, field.Size), sums);
        }

        public IEnumerable<ErrorSpectrum> Results(Func<int, double> timeOf) =>
            _sums.Select(sum => sum.Value.Result(field.Name, unit, sum.Key, timeOf(sum.Key), _power!.Wavelengths));
    }
}
