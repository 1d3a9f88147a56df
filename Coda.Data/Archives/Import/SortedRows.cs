using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Tables;

namespace Coda.Data.Archives.Import;

/// <summary>Sorted rows of an import on their way into an archive; finds duplicates, which are neighbours now.</summary>
/// <param name="sorted">trajectory, step, site, value, sigma, file, row; owned.</param>
/// <param name="options">What to do with duplicates, and whether there is a sigma.</param>
/// <param name="nameOf">What a trajectory is called.</param>
/// <param name="cancellation">Stops the writing.</param>
internal sealed class SortedRows(DuckDbResult sorted, ImportOptions options, Func<int, string> nameOf, CancellationToken cancellation) : PartRows
{
    private readonly bool _hasSigma = options.SigmaColumn is not null;
    private int _row;

    /// <summary>The number of rows that went into a mean, less one for each.</summary>
    public long Combined { get; private set; }

    /// <inheritdoc/>
    public override int RowGroupSize => 122880;

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Columns =>
        _hasSigma ? [.. TableFormat.Required(ArchiveTable.Observations), TableFormat.Sigma] : TableFormat.Required(ArchiveTable.Observations);

    /// <inheritdoc/>
    public override void Dispose() => sorted.Dispose();

    /// <inheritdoc/>
    protected override bool HasRows()
    {
        if (_row < sorted.Rows)
        {
            return true;
        }

        _row = 0;
        return sorted.Next();
    }

    /// <inheritdoc/>
    protected override int FillRows(IColumnSink sink, int room)
    {
        cancellation.ThrowIfCancellationRequested();
        var trajectories = sink.Column<int>(0);
        var steps = sink.Column<long>(1);
        var sites = sink.Column<int>(2);
        var values = sink.Column<float>(3);
        var sigmas = _hasSigma ? sink.Column<float>(4) : default;
        var rows = 0;
        for (; rows < room && HasRows(); rows++)
        {
            var key = Key();
            var (sum, weights, count) = (0.0, 0.0, 0);
            var first = Place();
            var last = default((float Value, float Sigma));
            do
            {
                if (count > 0 && options.Duplicates == DuplicateRule.Error)
                {
                    throw Duplicate(key, first, Place());
                }

                last = (sorted.Column<float>(3)[_row], sorted.Column<float>(4)[_row]);
                var weight = _hasSigma ? Math.Pow(last.Sigma, -2) : 1;
                sum += weight * last.Value;
                weights += weight;
                count++;
                _row++;
            }
            while (HasRows() && Key() == key);
            (trajectories[rows], steps[rows], sites[rows]) = key;
            values[rows] = count == 1 ? last.Value : (float)(sum / weights);
            if (_hasSigma)
            {
                sigmas[rows] = count == 1 ? last.Sigma : (float)Math.Sqrt(1 / weights);
            }

            Combined += count - 1;
        }

        return rows;
    }

    private (int Trajectory, long Step, int Site) Key() => (sorted.Column<int>(0)[_row], sorted.Column<long>(1)[_row], sorted.Column<int>(2)[_row]);

    private (int File, long Row) Place() => (sorted.Column<int>(5)[_row], sorted.Column<long>(6)[_row]);

    private InvalidDataException Duplicate((int Trajectory, long Step, int Site) key, (int File, long Row) first, (int File, long Row) second) => new(
        $"{options.Files[second.File]}, data row {second.Row}: expected one value for trajectory {nameOf(key.Trajectory)}, step {key.Step}, site {key.Site}, "
        + $"got a second one after {options.Files[first.File]}, data row {first.Row}. Leave one out, or take their mean with --combine mean.");
}
