using System.Numerics.Tensors;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Tables;

namespace Coda.Data.Archives.Parts;

/// <summary>The observed entries of dense stretches, as rows.</summary>
internal sealed class ObservationRows : PartRows
{
    private readonly ArchiveDescription _description;
    private readonly IEnumerator<ObservationStretch> _stretches;
    private readonly bool _hasSigma;
    private ObservationStretch? _current;
    private int _position;
    private (int Trajectory, long End) _last = (0, long.MinValue);

    /// <summary>Starts before the first stretch.</summary>
    /// <param name="description">The archive's description.</param>
    /// <param name="stretches">Dense stretches in order, without overlap.</param>
    public ObservationRows(ArchiveDescription description, IEnumerable<ObservationStretch> stretches)
    {
        _description = description;
        Metadata = TableMeaning.Of(description, ArchiveTable.Observations);
        _stretches = stretches.GetEnumerator();
        _ = HasRows();
        _hasSigma = _current?.Sigma is not null;
    }

    /// <inheritdoc/>
    public override int RowGroupSize => 122880;

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Columns =>
        _hasSigma ? [.. TableFormat.Required(ArchiveTable.Observations), TableFormat.Sigma] : TableFormat.Required(ArchiveTable.Observations);

    /// <inheritdoc/>
    public override void Dispose() => _stretches.Dispose();

    /// <inheritdoc/>
    protected override bool HasRows()
    {
        while (true)
        {
            if (_current is not null)
            {
                var next = _current.Mask.AsSpan(_position).IndexOfAnyExcept(0f);
                if (next >= 0)
                {
                    _position += next;
                    return true;
                }
            }

            var isFirst = _current is null && _last.End == long.MinValue;
            if (!_stretches.MoveNext())
            {
                _current = null;
                return false;
            }

            (_current, _position) = (_stretches.Current, 0);
            Check(_current, isFirst);
        }
    }

    /// <inheritdoc/>
    protected override int FillRows(IColumnSink sink, int room)
    {
        var trajectories = sink.Column<int>(0);
        var steps = sink.Column<long>(1);
        var sites = sink.Column<int>(2);
        var values = sink.Column<float>(3);
        var sigmas = _hasSigma ? sink.Column<float>(4) : default;
        var rows = 0;
        do
        {
            var stretch = _current!;
            var first = rows;
            var strange = 0u;
            while (rows < room && _position < stretch.Mask.Length)
            {
                var (step, site) = Math.DivRem(_position, stretch.SiteCount);
                var before = rows;
                var taken = Compress(
                    stretch, _position, sites[rows..room], values[rows..room], _hasSigma ? sigmas[rows..room] : default, site, ref rows, ref strange);
                _position += taken;
                steps[before..rows].Fill(stretch.Steps.Start + step);
            }

            trajectories[first..rows].Fill(stretch.Trajectory);
            if (strange != 0 || !TensorPrimitives.IsFiniteAll(values[first..rows]) || (rows > first && !(Contains(steps[first]) && Contains(steps[rows - 1])))
                || (_hasSigma && !IsPositive(sigmas[first..rows])))
            {
                throw FirstFault(stretch);
            }
        }
        while (rows < room && HasRows());
        return rows;
    }

    /// <summary>Takes the observed entries of one step from a position on, until the room is full.</summary>
    /// <returns>The number of entries that were looked at.</returns>
    private static int Compress(
        ObservationStretch stretch, int position, Span<int> sites, Span<float> values, Span<float> sigmas, int site, ref int rows, ref uint strange)
    {
        var mask = stretch.Mask.AsSpan(position, stretch.SiteCount - site);
        var from = stretch.Values.AsSpan(position, mask.Length);
        var sigma = stretch.Sigma is null ? default : stretch.Sigma.AsSpan(position, mask.Length);
        var count = 0;
        var at = 0;

        // Every entry is written, and the next one overwrites it unless it is observed: no branch to mispredict, twice as fast.
        for (; at < mask.Length && count < sites.Length; at++)
        {
            sites[count] = site + at;
            values[count] = from[at];
            if (!sigma.IsEmpty)
            {
                sigmas[count] = sigma[at];
            }

            strange |= BitConverter.SingleToUInt32Bits(mask[at] * (mask[at] - 1)) & 0x7FFFFFFF;
            count += mask[at] != 0 ? 1 : 0;
        }

        rows += count;
        return at;
    }

    private static bool IsPositive(ReadOnlySpan<float> sigmas) => sigmas.IsEmpty || (TensorPrimitives.IsFiniteAll(sigmas) && TensorPrimitives.Min(sigmas) > 0);

    private bool Contains(long step) => _description.Steps.Contains(step);

    private ArgumentException FirstFault(ObservationStretch stretch)
    {
        for (var i = 0; ; i++)
        {
            var (step, site, mask) = (stretch.Steps.Start + (i / stretch.SiteCount), i % stretch.SiteCount, stretch.Mask[i]);
            var (expected, got) =
                mask is not (0 or 1) ? ("a mask of 0 or 1", mask)
                : mask == 0 ? (null, 0)
                : !Contains(step) ? ($"nothing observed outside the record {_description.Steps}", stretch.Values[i])
                : !float.IsFinite(stretch.Values[i]) ? ("a finite value", stretch.Values[i])
                : stretch.Sigma is { } sigma && !(sigma[i] > 0 && float.IsFinite(sigma[i])) ? ("a finite sigma greater than 0", sigma[i])
                : (null, 0);
            if (expected is not null)
            {
                return new ArgumentException(FormattableString.Invariant(
                    $"Observation at trajectory {stretch.Trajectory}, step {step}, site {site}: expected {expected}, got {got}."));
            }
        }
    }

    private void Check(ObservationStretch stretch, bool isFirst)
    {
        var fault =
            stretch.SiteCount != _description.SiteCount ? $"expected {_description.SiteCount} sites, got {stretch.SiteCount}"
            : stretch.Trajectory < 0 || stretch.Trajectory >= _description.TrajectoryCount
                ? $"expected a trajectory in [0, {_description.TrajectoryCount}), got {stretch.Trajectory}"
            : (stretch.Trajectory, stretch.Steps.Start).CompareTo(_last) < 0
                ? $"expected stretches in order and without overlap, got this one after trajectory {_last.Trajectory}, step {_last.End - 1}"
            : !isFirst && stretch.Sigma is not null != _hasSigma ? "expected sigma in every stretch or in none, got a mixture"
            : null;
        if (fault is not null)
        {
            throw new ArgumentException($"Stretch {stretch.Steps} of trajectory {stretch.Trajectory}: {fault}.");
        }

        _last = (stretch.Trajectory, stretch.Steps.End);
    }
}
