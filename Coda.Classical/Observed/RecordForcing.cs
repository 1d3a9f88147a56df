using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;

namespace Coda.Classical.Observed;

/// <summary>The forcing of a record as methods over stretches of it take it. Safe for use from several threads.</summary>
/// <param name="series">The series.</param>
/// <param name="record">The record's steps; no other is needed, and what steps beyond them take is that at their end.</param>
internal sealed class RecordForcing(ForcingSeries series, StepRange record)
{
    /// <summary>The number of values over one step.</summary>
    public int Length => 2 * series.Channels;

    /// <summary>The forcing of an archive.</summary>
    /// <param name="definitions">What the model reads.</param>
    /// <param name="archive">The record.</param>
    /// <returns>Nothing where the model reads none.</returns>
    /// <exception cref="ArgumentException">The archive has no such forcing.</exception>
    public static RecordForcing? Of(IReadOnlyList<ForcingDefinition> definitions, IObservationArchive archive) =>
        ForcingSeries.Of(definitions, archive) is { } series ? new(series, archive.Description.Steps) : null;

    /// <summary>The forcing over the step into the first of some steps, and over that after each of them. [time + 1, 2, channel]</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="steps">The steps.</param>
    /// <exception cref="InvalidDataException">The table does not cover the record.</exception>
    public double[] Over(int trajectory, StepRange steps)
    {
        var values = new double[(steps.Count + 1) * Length];
        for (var row = 0; row < 2 * (steps.Count + 1); row++)
        {
            var step = Math.Clamp(steps.Start - 1 + ((row + 1) / 2), record.Start, record.End - 1);
            series.Fill(trajectory, step, values.AsSpan(row * series.Channels, series.Channels));
        }

        return values;
    }
}
