using Coda.Data.Archives.DuckDb;

namespace Coda.Tests.Archives;

/// <summary>What a Parquet file says of itself, read by DuckDB.</summary>
internal static class PartMetadata
{
    public static Dictionary<string, string> Read(string path)
    {
        var metadata = new Dictionary<string, string>();
        using var connection = DuckDbDatabase.Shared.Connect();
        using var result = connection.Stream($"SELECT decode(key), decode(value) FROM parquet_kv_metadata({DuckDbConnection.Literal(path)})");
        while (result.Next())
        {
            for (var row = 0; row < result.Rows; row++)
            {
                metadata[result.Text(0, row)!] = result.Text(1, row)!;
            }
        }

        return metadata;
    }
}
