using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Mapping;

/// <summary>Vectors, which are copied whole.</summary>
/// <param name="row">The input's cursor.</param>
/// <param name="column">The column.</param>
/// <param name="capacity">The rows of a batch.</param>
internal sealed class VectorBuffer<T>(DataViewRow row, DataViewSchema.Column column, int capacity) : ColumnBuffer
{
    private readonly ValueGetter<VBuffer<T>> _source = row.GetGetter<VBuffer<T>>(column);
    private readonly VBuffer<T>[] _entries = new VBuffer<T>[capacity];

    /// <inheritdoc/>
    public override void Keep(int slot) => _source(ref _entries[slot]);

    /// <inheritdoc/>
    public override Delegate Getter(Func<int> slot) => (ValueGetter<VBuffer<T>>)((ref value) => _entries[slot()].CopyTo(ref value));
}
