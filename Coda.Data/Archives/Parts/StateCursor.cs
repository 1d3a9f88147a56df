using System.Numerics.Tensors;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Tables;

namespace Coda.Data.Archives.Parts;

/// <summary>Takes rows of states into blocks of consecutive steps and checks each row on the way. For one thread.</summary>
/// <param name="parts">The table.</param>
/// <param name="description">The archive's description.</param>
/// <param name="filter">The rows to read.</param>
/// <param name="content">What to read of them; no other column is.</param>
internal sealed class StateCursor(TableParts parts, ArchiveDescription description, RowFilter filter, StateContent content = StateContent.All) : IDisposable
{
    private const int MaxRows = 1024;
    private const int MaxValues = 1 << 22;

    private readonly IReadOnlyList<Column> _columns = [.. parts.Columns.Where(c => IsWanted(c, content))];
    private readonly IColumnReader? _reader = parts.Read(filter, [.. parts.Columns.Where(c => IsWanted(c, content))]);
    private readonly bool _hasLead = parts.Table == ArchiveTable.Forecasts;
    private readonly bool _hasState = content.HasFlag(StateContent.State);
    private readonly bool _hasSpread = content.HasFlag(StateContent.Spread) && parts.Has(TableFormat.Spread);
    private readonly bool _hasBand = content.HasFlag(StateContent.Band) && parts.Has(TableFormat.Band);
    private int _row;
    private int _width = content.HasFlag(StateContent.State) ? TableFormat.Width(parts.Table, description) ?? 0 : 0;
    private (int Trajectory, long Step, int Lead)? _previous;

    private int FirstList => _hasLead ? 3 : 2;

    private int SpreadColumn => FirstList + (_hasState ? 1 : 0);

    private int BandColumn => SpreadColumn + (_hasSpread ? 1 : 0);

    /// <summary>The next rows of consecutive steps; <see langword="null"/> when there are none.</summary>
    /// <exception cref="ArchiveFormatException">A row is out of order or range, doubled, or not a finite vector of the table's length.</exception>
    public SelectedStates? Next()
    {
        if (!HasRow())
        {
            return null;
        }

        var first = Key();
        var capacity = Capacity();
        var states = _hasState ? new float[capacity * _width] : null;
        var spread = _hasSpread ? new float[capacity * _width] : null;
        var band = _hasBand ? new float[capacity * _width] : null;
        var count = 0;
        do
        {
            CheckOrder(Key());
            Copy(FirstList, "state", states, count);
            Copy(SpreadColumn, "spread", spread, count);
            Copy(BandColumn, "band", band, count);

            count++;
            _row++;
        }
        while (count < capacity && HasRow() && Key() == (first.Trajectory, first.Step + count, first.Lead));
        var length = count * _width;
        return new SelectedStates(first.Trajectory, first.Step, count, _width, Part(states), Part(spread), first.Lead) { Band = Part(band) };

        ReadOnlyMemory<float>? Part(float[]? values) => values is null ? default(ReadOnlyMemory<float>?) : values.AsMemory(0, length);
    }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();

    private bool HasRow()
    {
        if (_reader is null || _row < _reader.Rows)
        {
            return _reader is not null;
        }

        _row = 0;
        if (!_reader.Next())
        {
            return false;
        }

        for (var column = 0; column < _columns.Count; column++)
        {
            if (_reader.FirstNull(column) is >= 0 and var row)
            {
                throw new ArchiveFormatException(
                    $"{Folder}: expected a value in column '{_columns[column].Name}', "
                        + $"got none near trajectory {_reader.Column<int>(0)[row]}, step {_reader.Column<long>(1)[row]}. Write the table anew.");
            }
        }

        return true;
    }

    private string Folder => Path.GetDirectoryName(parts.All[0].Place)!;

    private int Capacity()
    {
        if (_width == 0 && (_hasState || _hasSpread || _hasBand))
        {
            _width = _reader!.List(FirstList, _row).Length;
        }

        // A run of consecutive steps in this piece; the blocks of scattered starts stay small.
        var run = 1;
        var (trajectory, step, lead) = Key();
        while (_row + run < _reader!.Rows && KeyAt(_row + run) == (trajectory, step + run, lead))
        {
            run++;
        }

        return _row + run < _reader.Rows ? Math.Min(run, Limit()) : Limit();
    }

    private int Limit() => Math.Clamp(MaxValues / Math.Max(1, _width), 1, MaxRows);

    private (int Trajectory, long Step, int Lead) Key() => KeyAt(_row);

    private (int Trajectory, long Step, int Lead) KeyAt(int row) =>
        (_reader!.Column<int>(0)[row], _reader.Column<long>(1)[row], _hasLead ? _reader.Column<int>(2)[row] : 0);

    private void CheckOrder((int Trajectory, long Step, int Lead) key)
    {
        var isWithin = description.Steps.Contains(key.Step) || parts.Table == ArchiveTable.Forcing;
        if (key.Trajectory < 0 || key.Trajectory >= description.TrajectoryCount || !isWithin || key.Lead < 0)
        {
            throw Fault(key, $"a trajectory in [0, {description.TrajectoryCount}), a step in {description.Steps} and a lead of 0 or more", "this row");
        }

        if (_previous is { } last && key.CompareTo(last) <= 0)
        {
            throw Fault(key, "rows sorted by (trajectory, step, lead) without duplicates", $"this row after {Words(last)}");
        }

        _previous = key;
    }

    // What was not asked for has no destination.
    private void Copy(int column, string name, float[]? values, int row)
    {
        if (values is null)
        {
            return;
        }

        var destination = values.AsSpan(row * _width, _width);
        var source = _reader!.List(column, _row);
        if (source.Length != destination.Length)
        {
            throw Fault(Key(), $"a {name} of {destination.Length} values", source.Length);
        }

        if (!TensorPrimitives.IsFiniteAll(source))
        {
            throw Fault(Key(), $"a finite {name}", "NaN or infinity");
        }

        source.CopyTo(destination);
    }

    private static bool IsWanted(Column column, StateContent content) =>
        (column != TableFormat.State || content.HasFlag(StateContent.State)) && (column != TableFormat.Spread || content.HasFlag(StateContent.Spread))
        && (column != TableFormat.Band || content.HasFlag(StateContent.Band));

    private ArchiveFormatException Fault((int Trajectory, long Step, int Lead) key, string expected, object got) =>
        new(FormattableString.Invariant($"{Folder}, {Words(key)}: expected {expected}, got {got}. Write the table anew."));

    private static string Words((int Trajectory, long Step, int Lead) key) =>
        FormattableString.Invariant($"trajectory {key.Trajectory}, step {key.Step}, lead {key.Lead}");
}
