using Parquet;
using Parquet.Schema;

namespace Coda.Tests.Interop;

/// <summary>Files whose columns' names differ in case only, which DuckDB does not write.</summary>
internal static class ForeignNames
{
    /// <summary>Writes one row with the numbers 0, 1, 2 and so on.</summary>
    public static void Write(string path, params string[] names) => WriteAsync(path, names).GetAwaiter().GetResult();

    private static async Task WriteAsync(string path, string[] names)
    {
        var schema = new ParquetSchema(names.Select(name => new DataField<int>(name)));
        await using var stream = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        using var group = writer.CreateRowGroup();
        foreach (var (index, field) in schema.DataFields.Index())
        {
            await group.WriteAsync<int>(field, new[] { index }.AsMemory());
        }
    }
}
