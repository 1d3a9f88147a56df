using Coda.Data.Archives.Engines;
using Coda.Data.Time;

namespace Coda.Data.Archives.Parts;

/// <summary>Takes rows of observations, sorted by (trajectory, step, site), into dense stretches and checks each row on the way. For one thread.</summary>
internal sealed class ObservationCursor : IDisposable
{
    private readonly IColumnReader? _reader;
    private readonly ArchiveDescription _description;
    private readonly ObservationSubset _which;
    private readonly bool _hasSigma;
    private readonly float[]? _deviations;
    private readonly Func<ArchiveFormatException> _diagnose;
    private int _row;
    private int _trajectory;
    private long _lastKey = -1;

    /// <summary>Starts before the first row.</summary>
    /// <param name="reader">The rows; owned. None when there are none.</param>
    /// <param name="description">The archive's description.</param>
    /// <param name="which">The observations that are taken.</param>
    /// <param name="hasSigma">Whether the rows have the column sigma.</param>
    /// <param name="deviations">The standard deviation of the errors at each site, for rows without that column; nothing where one number serves.</param>
    /// <param name="diagnose">Finds the words for a fault, once it is known that there is one.</param>
    public ObservationCursor(
        IColumnReader? reader, ArchiveDescription description, ObservationSubset which, bool hasSigma, float[]? deviations,
        Func<ArchiveFormatException> diagnose)
    {
        (_reader, _description, _which, _hasSigma, _deviations, _diagnose) = (reader, description, which, hasSigma, deviations, diagnose);
    }

    /// <summary>Takes all rows that belong to a stretch; stretches come in the order of the rows.</summary>
    /// <param name="stretch">Where they go.</param>
    /// <exception cref="ArchiveFormatException">A row is out of order or range, doubled, without a value or not finite.</exception>
    public void Fill(ObservationStretch stretch)
    {
        if (stretch.Trajectory != _trajectory)
        {
            (_trajectory, _lastKey) = (stretch.Trajectory, -1);
        }

        while (_reader is not null && (_row < _reader.Rows || NextPiece()))
        {
            _row += Scatter(stretch);
            if (_row < _reader.Rows)
            {
                return;
            }
        }
    }

    /// <summary>Makes sure that no row is left.</summary>
    /// <exception cref="ArchiveFormatException">There is one, so it was out of order or range.</exception>
    public void ExpectEnd()
    {
        if (_reader is not null && (_row < _reader.Rows || NextPiece()))
        {
            throw _diagnose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();

    private bool NextPiece()
    {
        _row = 0;
        if (!_reader!.Next())
        {
            return false;
        }

        for (var column = 0; column < (_hasSigma ? 5 : 4); column++)
        {
            if (_reader.FirstNull(column) >= 0)
            {
                throw _diagnose();
            }
        }

        return true;
    }

    /// <summary>Takes rows of the current piece until one belongs to a later stretch.</summary>
    private int Scatter(ObservationStretch stretch)
    {
        var trajectories = _reader!.Column<int>(0)[_row..];
        var count = trajectories.Length;
        var steps = _reader.Column<long>(1).Slice(_row, count);
        var sites = _reader.Column<int>(2).Slice(_row, count);
        var observed = _reader.Column<float>(3).Slice(_row, count);
        var sigmas = _hasSigma ? _reader.Column<float>(4).Slice(_row, count) : default;
        var (values, mask, sigma) = (stretch.Values, stretch.Mask, stretch.Sigma);
        var range = stretch.Steps.Intersect(_description.Steps);
        var siteCount = _description.SiteCount;
        var origin = _description.Steps.Start;
        var offset = (stretch.Steps.Start - origin) * siteCount;
        var withheld = _which != ObservationSubset.All && _description.Withheld.Fraction > 0 ? _description.Withheld : null;
        var (keyStep, stepKey) = (long.MinValue, 0UL);
        var lastKey = _lastKey;
        var row = 0;
        for (; row < count; row++)
        {
            var (step, site, value) = (steps[row], sites[row], observed[row]);
            if (trajectories[row] > stretch.Trajectory || (trajectories[row] == stretch.Trajectory && step >= range.End))
            {
                break;
            }

            var key = ((step - origin) * siteCount) + site;
            if (trajectories[row] != stretch.Trajectory || step < range.Start || (uint)site >= (uint)siteCount || key <= lastKey
                || !float.IsFinite(value) || (_hasSigma && !(sigmas[row] > 0 && float.IsFinite(sigmas[row]))))
            {
                throw _diagnose();
            }

            lastKey = key;
            if (withheld is not null)
            {
                if (step != keyStep)
                {
                    (keyStep, stepKey) = (step, withheld.KeyOf(stretch.Trajectory, step));
                }

                if (withheld.Contains(stepKey, site) != (_which == ObservationSubset.Withheld))
                {
                    continue;
                }
            }

            var at = (int)(key - offset);
            values[at] = value;
            mask[at] = 1;
            if (sigma is not null)
            {
                sigma[at] = _hasSigma ? sigmas[row] : _deviations![site];
            }
        }

        _lastKey = lastKey;
        return row;
    }
}
