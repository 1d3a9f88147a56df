using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Workflows.Forecasting;

/// <summary>Leads in proportion to the time in which a record's system forgets its state, where nobody asks for others.</summary>
/// <param name="Steps">The leads, in steps, ascending from 0.</param>
/// <param name="Unit">What they are multiples of, in steps, also a fair time between two starts; <see langword="null"/> where the record does not
/// tell.</param>
/// <param name="Reason">Why these, in a sentence.</param>
public sealed record OwnLeads(IReadOnlyList<int> Steps, int? Unit, string Reason)
{
    private const int UnknownSteps = 10;
    private const int MostEntries = 1 << 18;
    private const int LeastLength = 2000;

    private static readonly double[] Multiples = [0, 0.5, 1, 2, 4, 6, 10];

    /// <summary>Chooses them from the observations, or else from the analyses.</summary>
    /// <param name="archive">The archive.</param>
    public static OwnLeads Of(ParquetArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var (time, record) = (new TimeAxis(archive.Description.StepLength), archive.Description.Steps.Count);
        var known = archive.HasTable(ArchiveTable.Observations) ? DecorrelationTime.InSteps(PlausibleObservations.Of(archive))
            : archive.HasTable(ArchiveTable.Analyses) ? DecorrelationTime.InSteps(Analyses(archive), 0)
            : null;
        var unit = Round(known ?? UnknownSteps);
        List<int> leads = [.. Multiples.Select(m => (int)Math.Ceiling(m * unit)).Distinct()];
        leads = [.. leads.Where(lead => lead < record || lead <= 1)];
        var why = known is { } steps
            ? FormattableString.Invariant($"about the time of {time.TimeOf(steps):G4} in which the record's autocorrelation falls below 1/e")
            : FormattableString.Invariant($"{unit} steps, for the record does not tell its decorrelation time");
        return new(
            leads, known is null ? null : unit, FormattableString.Invariant($"Leads are multiples of {time.TimeOf(unit):G4}, {why}; --leads takes others."));
    }

    // The least of 1, 2, 5, 10, 20, 50 ... that is no less.
    private static int Round(int steps)
    {
        for (var decade = 1; ; decade *= 10)
        {
            foreach (var digit in new[] { 1, 2, 5 })
            {
                if (digit * decade >= steps)
                {
                    return digit * decade;
                }
            }
        }
    }

    private static List<ObservationStretch> Analyses(ParquetArchive archive)
    {
        var (archived, size) = (archive.Description, archive.Description.Layout.Size);
        var steps = new StepRange(archived.Steps.Start, archived.Steps.Start + Math.Min(archived.Steps.Count, Math.Max(LeastLength, MostEntries / size)));
        var count = (int)Math.Clamp(MostEntries / (steps.Count * size), 1, archived.TrajectoryCount);
        var stretches = new List<ObservationStretch>();
        foreach (var blocks in archive.ReadStates(ArchiveTable.Analyses, new RecordRange(0, count, steps)).GroupBy(block => block.Trajectory))
        {
            var stretch = new ObservationStretch(blocks.Key, steps, blocks.First().StateSize);
            foreach (var block in blocks)
            {
                var first = (int)(block.FirstStep - steps.Start) * block.StateSize;
                block.States.Span.CopyTo(stretch.Values.AsSpan(first));
                stretch.Mask.AsSpan(first, block.States.Length).Fill(1);
            }

            stretches.Add(stretch);
        }

        return stretches;
    }
}
