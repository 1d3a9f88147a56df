using Coda.Data.Observations;

namespace Coda.Data.Archives;

/// <summary>Observations as methods compare them with states: on the scale on which the errors of their site are additive (<see cref="ErrorScale"/>). Safe for
/// use from several threads.</summary>
public sealed class WorkingObservations : ObservationView
{
    private readonly IReadOnlyList<ErrorModel> _errors; // one for all, or one for each site

    private WorkingObservations(IObservationArchive archive)
        : base(archive) => _errors = archive.Description.ErrorModels();

    /// <inheritdoc/>
    public override bool IsOnErrorScale => true;

    /// <summary>An archive's observations; the archive itself where it is on that scale, as where all errors are additive.</summary>
    /// <param name="archive">The archive.</param>
    public static IObservationArchive Of(IObservationArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        return archive.IsOnErrorScale ? archive : new WorkingObservations(archive);
    }

    /// <inheritdoc/>
    protected override ObservationStretch View(ObservationStretch stretch)
    {
        var result = new ObservationStretch(stretch.Trajectory, stretch.Steps, stretch.SiteCount) { Sigma = stretch.Sigma };
        stretch.Mask.CopyTo(result.Mask, 0);
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            if (stretch.Mask[i] != 0)
            {
                var errors = _errors[_errors.Count == 1 ? 0 : i % stretch.SiteCount];
                result.Values[i] = errors.Contains(stretch.Values[i]) ? errors.ToScale(stretch.Values[i]) : throw new InvalidDataException(
                    FormattableString.Invariant($"Trajectory {stretch.Trajectory}, step {stretch.Steps.Start + (i / stretch.SiteCount)}, ")
                    + FormattableString.Invariant($"site {i % stretch.SiteCount}: expected an observation {errors.Expected()}, got {stretch.Values[i]}; ")
                    + $"errors are {errors.Word()}: leave it out when the record is imported (--valid-range), or import it with additive errors.");
            }
        }

        return result;
    }
}
