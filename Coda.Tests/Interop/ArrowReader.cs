using System.Collections;
using ParquetSharp;

namespace Coda.Tests.Interop;

/// <summary>Apache Arrow's C++ library.</summary>
internal sealed class ArrowReader : ITableReader
{
    public TableColumns Read(string archive, string table)
    {
        List<string> parts = [];
        Dictionary<string, List<string>> columns = [];
        foreach (var part in Directory.GetFiles(Path.Combine(archive, table)).Order(StringComparer.Ordinal))
        {
            using var file = new ParquetFileReader(part);
            var schema = file.FileMetaData.Schema;
            var leaves = Enumerable.Range(0, schema.NumColumns).Select(schema.Column).ToList();
            parts.Add(string.Join(", ", leaves.Select(leaf => $"{leaf.Name} {leaf.PhysicalType.ToString().ToUpperInvariant()}")));
            foreach (var (index, leaf) in leaves.Index())
            {
                var name = leaf.Path.ToDotVector()[0];
                columns.TryAdd(name, []);
                columns[name].AddRange(Entries(file, index));
            }

            file.Close();
        }

        return new([.. parts], columns.ToDictionary(column => column.Key, column => column.Value.ToArray()));
    }

    private static IEnumerable<string> Entries(ParquetFileReader file, int column)
    {
        for (var number = 0; number < file.FileMetaData.NumRowGroups; number++)
        {
            using var group = file.RowGroup(number);
            using var reader = group.Column(column).LogicalReader();
            foreach (var entry in reader.Apply(new All((int)group.MetaData.NumRows)))
            {
                yield return Text(entry!);
            }
        }
    }

    private static string Text(object entry) => entry switch
    {
        Array list => string.Join(' ', list.Cast<object>().Select(Text)),
        float value => FormattableString.Invariant($"{(double)value}"),
        _ => FormattableString.Invariant($"{entry}"),
    };

    private sealed class All(int rows) : ILogicalColumnReaderVisitor<IEnumerable<object?>>
    {
        public IEnumerable<object?> OnLogicalColumnReader<TElement>(LogicalColumnReader<TElement> columnReader) =>
            ((IEnumerable)columnReader.ReadAll(rows)).Cast<object?>();
    }
}
