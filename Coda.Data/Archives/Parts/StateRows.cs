using System.Numerics.Tensors;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Tables;

namespace Coda.Data.Archives.Parts;

/// <summary>The states of blocks, as rows.</summary>
internal sealed class StateRows : PartRows
{
    private readonly ArchiveTable _table;
    private readonly ArchiveDescription _description;
    private readonly IEnumerator<StateBlock> _blocks;
    private readonly int _width;
    private readonly bool _hasSpread;
    private readonly bool _hasBand;
    private StateBlock? _current;
    private int _row;
    private (int Trajectory, long Step, int Lead)? _previous;

    /// <summary>Starts before the first block.</summary>
    /// <param name="table">The table that is written.</param>
    /// <param name="description">The archive's description.</param>
    /// <param name="blocks">The blocks, sorted by (trajectory, step, lead).</param>
    /// <param name="note">What the table says of itself, where that is known.</param>
    public StateRows(ArchiveTable table, ArchiveDescription description, IEnumerable<StateBlock> blocks, TableNote? note = null)
    {
        (_table, _description) = (table, description);
        _blocks = blocks.GetEnumerator();
        try
        {
            if (HasRows())
            {
                _width = _current!.StateSize;
                (_hasSpread, _hasBand) = (_current.Spread is not null, _current.Band is not null);
                Metadata = TableMeaning.Of(description, table, _width, note?.Layout).Concat(TableFormat.Metadata(note)).ToDictionary(m => m.Key, m => m.Value);
                if ((_hasSpread || _hasBand) && TableFormat.Optional(table).Count == 0)
                {
                    throw new ArgumentException($"Expected a {PartNames.Folder(table)} without spread, got one with it.");
                }
            }
        }
        catch
        {
            _blocks.Dispose(); // there is no object that somebody could dispose
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A row group holds about a million values, whatever the length of a state: a range of steps reads few beside its own.</remarks>
    public override int RowGroupSize => Math.Clamp((1 << 20) / Math.Max(1, _width), 1, 122880);

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Columns =>
    [
        .. TableFormat.Required(_table),
        .. TableFormat.Optional(_table).Where(column => (column == TableFormat.Spread && _hasSpread) || (column == TableFormat.Band && _hasBand)),
    ];

    /// <inheritdoc/>
    public override void Dispose() => _blocks.Dispose();

    /// <inheritdoc/>
    protected override bool HasRows()
    {
        while (_current is null || _row == _current.Count)
        {
            if (!_blocks.MoveNext())
            {
                _current = null;
                return false;
            }

            (_current, _row) = (_blocks.Current, 0);
            Check(_current);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override int FillRows(IColumnSink sink, int room)
    {
        // Of long states no more than a row group: the engine holds a piece several times over.
        room = Math.Min(room, RowGroupSize);
        var hasLead = _table == ArchiveTable.Forecasts;
        var trajectories = sink.Column<int>(0);
        var steps = sink.Column<long>(1);
        var leads = hasLead ? sink.Column<int>(2) : default;
        var states = sink.Lists(hasLead ? 3 : 2, room, _width);
        var first = hasLead ? 4 : 3;
        var spreads = _hasSpread ? sink.Lists(first, room, _width) : default;
        var bands = _hasBand ? sink.Lists(first + (_hasSpread ? 1 : 0), room, _width) : default;
        var rows = 0;
        do
        {
            var block = _current!;
            var count = Math.Min(room - rows, block.Count - _row);
            block.States.Span.Slice(_row * _width, count * _width).CopyTo(states[(rows * _width)..]);
            if (_hasSpread)
            {
                block.Spread!.Value.Span.Slice(_row * _width, count * _width).CopyTo(spreads[(rows * _width)..]);
            }

            if (_hasBand)
            {
                block.Band!.Value.Span.Slice(_row * _width, count * _width).CopyTo(bands[(rows * _width)..]);
            }

            trajectories.Slice(rows, count).Fill(block.Trajectory);
            for (var i = 0; i < count; i++)
            {
                steps[rows + i] = block.FirstStep + _row + i;
            }

            if (hasLead)
            {
                leads.Slice(rows, count).Fill(block.Lead);
            }

            rows += count;
            _row += count;
        }
        while (rows < room && HasRows());
        return rows;
    }

    private void Check(StateBlock block)
    {
        var first = (block.Trajectory, block.FirstStep, block.Lead);
        var last = block.FirstStep + block.Count - 1;
        var width = _previous is null ? block.StateSize : _width;
        var fault =
            block.StateSize < 1 || block.States.Length % block.StateSize != 0
                ? $"expected whole states of {block.StateSize} values, got {block.States.Length} values"
            : block.StateSize != width ? $"expected states of {width} values, got {block.StateSize}"
            : TableFormat.Width(_table, _description) is { } fixedWidth && width != fixedWidth
                ? $"expected states of the {(_table == ArchiveTable.Truth ? "layout" : "description")}'s {fixedWidth} values, got {width}"
            : block.Spread is { } spread && spread.Length != block.States.Length ? $"expected a spread of {block.States.Length} values, got {spread.Length}"
            : _previous is not null && block.Spread is not null != _hasSpread ? "expected a spread in every block or in none, got a mixture"
            : block.Band is { } band && band.Length != block.States.Length ? $"expected a band of {block.States.Length} values, got {band.Length}"
            : _previous is not null && block.Band is not null != _hasBand ? "expected a band in every block or in none, got a mixture"
            : block.Trajectory < 0 || block.Trajectory >= _description.TrajectoryCount
                ? $"expected a trajectory in [0, {_description.TrajectoryCount}), got {block.Trajectory}"
            : _table != ArchiveTable.Forcing && block.Count > 0
                && !(_description.Steps.Contains(block.FirstStep) && _description.Steps.Contains(last))
                ? $"expected steps in {_description.Steps}, got {block.FirstStep} to {last}"
            : block.Lead < 0 || (block.Lead > 0 && _table != ArchiveTable.Forecasts)
                ? $"expected a lead of 0{(_table == ArchiveTable.Forecasts ? " or more" : "")}, got {block.Lead}"
            : _previous is { } previous && first.CompareTo(previous) <= 0 ? $"expected blocks sorted by (trajectory, step, lead), got this one after {previous}"
            : FirstNotFinite(block);
        if (fault is not null)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Block of {_table.ToString().ToLowerInvariant()} at trajectory {block.Trajectory}, step {block.FirstStep}, lead {block.Lead}: {fault}."));
        }

        if (block.Count > 0)
        {
            _previous = (block.Trajectory, last, block.Lead);
        }
    }

    private static string? FirstNotFinite(StateBlock block) =>
        FirstNotFinite(block, block.States.Span, "state") ?? (block.Spread is { } spread ? FirstNotFinite(block, spread.Span, "spread") : null)
        ?? (block.Band is { } band ? FirstNotFinite(block, band.Span, "band") : null);

    private static string? FirstNotFinite(StateBlock block, ReadOnlySpan<float> values, string name)
    {
        if (TensorPrimitives.IsFiniteAll(values))
        {
            return null;
        }

        var at = 0;
        while (float.IsFinite(values[at]))
        {
            at++;
        }

        return FormattableString.Invariant(
            $"expected a finite {name}, got {values[at]} at step {block.FirstStep + (at / block.StateSize)}, site {at % block.StateSize}");
    }
}
