using Coda.Data.Observations;

namespace Coda.Data.Archives;

/// <summary>Observations as methods compare them with states: y, or ln y where errors are multiplicative. Safe for use from several threads.</summary>
public sealed class WorkingObservations : ObservationView
{
    private WorkingObservations(IObservationArchive archive)
        : base(archive)
    {
    }

    /// <inheritdoc/>
    public override ErrorModel Errors => ErrorModel.Additive;

    /// <summary>An archive's observations; the archive itself where errors are additive.</summary>
    /// <param name="archive">The archive.</param>
    public static IObservationArchive Of(IObservationArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        return archive.Errors == ErrorModel.Additive ? archive : new WorkingObservations(archive);
    }

    /// <inheritdoc/>
    protected override ObservationStretch View(ObservationStretch stretch)
    {
        var result = new ObservationStretch(stretch.Trajectory, stretch.Steps, stretch.SiteCount) { Sigma = stretch.Sigma };
        stretch.Mask.CopyTo(result.Mask, 0);
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            if (stretch.Mask[i] == 0)
            {
                continue;
            }

            result.Values[i] = stretch.Values[i] > 0 ? MathF.Log(stretch.Values[i]) : throw new InvalidDataException(
                FormattableString.Invariant($"Trajectory {stretch.Trajectory}, step {stretch.Steps.Start + (i / stretch.SiteCount)}, ")
                + FormattableString.Invariant($"site {i % stretch.SiteCount}: expected an observation greater than 0, got {stretch.Values[i]}; ")
                + "errors are multiplicative: leave it out when the record is imported (--valid-range), or import it with additive errors.");
        }

        return result;
    }
}
