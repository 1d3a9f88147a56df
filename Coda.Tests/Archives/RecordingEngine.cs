using Coda.Data.Archives.Engines;

namespace Coda.Tests.Archives;

/// <summary>An engine that keeps a list of the columns that it was asked to read.</summary>
internal sealed class RecordingEngine(IParquetEngine engine) : IParquetEngine
{
    /// <summary>For each scan the names of its columns.</summary>
    public List<string> Columns { get; } = [];

    public PartFooter ReadFooter(string path) => engine.ReadFooter(path);

    public string? ReadMetadata(string path, string key) => engine.ReadMetadata(path, key);

    public IColumnReader Read(IReadOnlyList<string> paths, IReadOnlyList<Column> columns, RowFilter filter)
    {
        lock (Columns)
        {
            Columns.Add(string.Join(' ', columns.Select(c => c.Name)));
        }

        return engine.Read(paths, columns, filter);
    }

    public void Write(string path, RowSource source, int rowGroupSize) => engine.Write(path, source, rowGroupSize);
}
