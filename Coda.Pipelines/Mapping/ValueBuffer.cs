using Microsoft.ML;

namespace Coda.Pipelines.Mapping;

/// <summary>Entries that an assignment copies.</summary>
/// <param name="row">The input's cursor.</param>
/// <param name="column">The column.</param>
/// <param name="capacity">The rows of a batch.</param>
internal sealed class ValueBuffer<T>(DataViewRow row, DataViewSchema.Column column, int capacity) : ColumnBuffer
{
    private readonly ValueGetter<T> _source = row.GetGetter<T>(column);
    private readonly T[] _entries = new T[capacity];

    /// <inheritdoc/>
    public override void Keep(int slot) => _source(ref _entries[slot]);

    /// <inheritdoc/>
    public override Delegate Getter(Func<int> slot) => (ValueGetter<T>)((ref value) => value = _entries[slot()]);
}
