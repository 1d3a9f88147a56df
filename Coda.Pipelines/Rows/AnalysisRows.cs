using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Microsoft.ML;

namespace Coda.Pipelines.Rows;

/// <summary>An archive's analyses as rows; with a forcing, as starts of forecasts, too.</summary>
internal sealed class AnalysisRows : IArchiveRows
{
    /// <summary>The index of the state.</summary>
    public const int StateColumn = RowSchema.FirstVector;

    private readonly ParquetArchive _archive;
    private readonly BlockGrid _grid;
    private readonly ForcingSeries? _forcing;
    private readonly int? _forcedColumn;
    private readonly int? _spreadColumn;

    /// <summary>Looks at the first analysis for the length of a state.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="forcing">The forcing of forecasts from each row up to a lead, in steps; nothing for rows without.</param>
    /// <exception cref="ArchiveFormatException">It has no analyses.</exception>
    public AnalysisRows(ParquetArchive archive, (ForcingSeries Series, int Lead)? forcing = null)
    {
        var first = archive.ReadSelected(ArchiveTable.Analyses, StateContent.All).First();
        int[] shape = [first.StateSize];
        Func<IReadOnlyList<string>>? names = archive.Description.Sites().WithStateOf(first.StateSize) is { } sites ? sites.EntryNames : null;
        List<(string, int[] Shape, Func<IReadOnlyList<string>>?)> vectors = [(ColumnNames.State, shape, names)];
        if (first.Spread is not null)
        {
            _spreadColumn = RowSchema.FirstVector + vectors.Count;
            vectors.Add(("Spread", shape, names));
        }

        if (forcing is var (series, lead))
        {
            (_forcing, _forcedColumn) = (series, RowSchema.FirstVector + vectors.Count);
            vectors.Add((ColumnNames.ForcedState, [checked(first.StateSize + ((lead + 1) * series.Channels))], null));
        }

        (_archive, _grid, Schema) = (archive, new BlockGrid(archive.Description, vectors.Sum(v => v.Shape[0])),
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
        _archive.ReadSelected(ArchiveTable.Analyses, Content(isActive)).Select(Block);

    /// <inheritdoc/>
    public IEnumerable<RowBlock> Read(int block, bool[] isActive)
    {
        var (trajectory, steps) = _grid[block];
        return _archive.ReadSelected(ArchiveTable.Analyses, Content(isActive), trajectory, steps).Select(Block);
    }

    private AnalysisBlock Block(SelectedStates rows) => new(rows, _forcedColumn is { } column ? (_forcing!, column) : null);

    private StateContent Content(bool[] isActive) =>
        (isActive[StateColumn] || (_forcedColumn is { } forced && isActive[forced]) ? StateContent.State : StateContent.None)
        | (_spreadColumn is { } spread && isActive[spread] ? StateContent.Spread : StateContent.None);
}
