using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Microsoft.ML;

namespace Coda.Pipelines.Rows;

/// <summary>An archive's analyses as rows.</summary>
internal sealed class AnalysisRows : IArchiveRows
{
    /// <summary>The index of the state.</summary>
    public const int StateColumn = RowSchema.FirstVector;

    /// <summary>The index of the spread, where the table has it.</summary>
    public const int SpreadColumn = StateColumn + 1;

    private readonly ParquetArchive _archive;
    private readonly BlockGrid _grid;

    /// <summary>Looks at the first analysis for the length of a state.</summary>
    /// <param name="archive">The archive.</param>
    /// <exception cref="ArchiveFormatException">It has no analyses.</exception>
    public AnalysisRows(ParquetArchive archive)
    {
        var first = archive.ReadSelected(ArchiveTable.Analyses, StateContent.All).First();
        int[] shape = [first.StateSize];
        Func<IReadOnlyList<string>>? names = archive.Description.Sites().WithStateOf(first.StateSize) is { } sites ? sites.EntryNames : null;
        (string, int[], Func<IReadOnlyList<string>>?)[] vectors =
            first.Spread is null ? [(ColumnNames.State, shape, names)] : [(ColumnNames.State, shape, names), ("Spread", shape, names)];
        (_archive, _grid, Schema) =
            (archive, new BlockGrid(archive.Description, first.StateSize * vectors.Length),
                RowSchema.With(archive.Description.NoteOf(ArchiveTable.Analyses).LookAhead, vectors));
        Count = archive.RowCount(ArchiveTable.Analyses);
    }

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public ArchiveDescription Description => _archive.Description;

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public int BlockCount => _grid.Count;

    /// <inheritdoc/>
    public IEnumerable<RowBlock> ReadAll(bool[] isActive) =>
        _archive.ReadSelected(ArchiveTable.Analyses, Content(isActive)).Select(rows => new AnalysisBlock(rows));

    /// <inheritdoc/>
    public IEnumerable<RowBlock> Read(int block, bool[] isActive)
    {
        var (trajectory, steps) = _grid[block];
        return _archive.ReadSelected(ArchiveTable.Analyses, Content(isActive), trajectory, steps).Select(rows => new AnalysisBlock(rows));
    }

    private static StateContent Content(bool[] isActive) =>
        (isActive[StateColumn] ? StateContent.State : StateContent.None)
        | (isActive.Length > SpreadColumn && isActive[SpreadColumn] ? StateContent.Spread : StateContent.None);
}
