namespace Coda.Data.Archives.Engines;

/// <summary>Rows to be written, handed over in pieces.</summary>
internal abstract class RowSource
{
    /// <summary>The columns, in the file's order.</summary>
    public abstract IReadOnlyList<Column> Columns { get; }

    /// <summary>What the file says of its rows beside them, by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();

    /// <summary>Fills in the next rows.</summary>
    /// <param name="sink">Where they go.</param>
    /// <returns>The number of rows; 0 ends the part.</returns>
    public abstract int Fill(IColumnSink sink);
}
