namespace Coda.Data.Archives.DuckDb;

/// <summary>What DuckDB says of a Parquet file that it cannot read, and what to do about it.</summary>
internal static class ParquetFault
{
    private const string OutOfMemory = "Out of Memory Error";
    private const string Encodings = "a Parquet file with encodings that DuckDB reads";
    private const string PlainCure = "Write it anew, plain or with dictionaries.";

    private static readonly (string Phrase, string Expected, string Cure)[] Known =
    [
        ("Unsupported compression codec", "a Parquet file with a codec that DuckDB reads", "Write it anew with one of these; lz4_raw is what follows LZ4."),
        (" encoding is only supported ", Encodings, PlainCure),
        ("Unsupported page encoding", Encodings, PlainCure),
        ("is encrypted, but", "a Parquet file that anybody can read", "Decrypt it first."),
    ];

    /// <summary>Whether the file was larger than the memory set for it.</summary>
    /// <param name="fault">What DuckDB says.</param>
    public static bool IsOutOfMemory(DuckDbException fault) => fault.Message.StartsWith(OutOfMemory, StringComparison.Ordinal);

    /// <summary>Whether the fault lies in the file's bytes, rather than in memory, a disk or an interruption.</summary>
    /// <param name="fault">What DuckDB says.</param>
    public static bool IsOfFile(DuckDbException fault) =>
        !new[] { OutOfMemory, "IO Error", "INTERRUPT Error" }.Any(other => fault.Message.StartsWith(other, StringComparison.Ordinal));

    /// <summary>Expected, got, cure.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">What DuckDB says.</param>
    /// <param name="otherwise">The cure where the file is damaged rather than of a kind that DuckDB does not know.</param>
    public static string Describe(string path, DuckDbException fault, string otherwise)
    {
        var words = fault.Message.Split("\n\nLINE ")[0].TrimEnd('.'); // behind it stands our own SQL
        var known = Known.FirstOrDefault(kind => words.Contains(kind.Phrase, StringComparison.Ordinal));
        var (expected, cure) = known.Phrase is null ? ("a whole Parquet file", otherwise) : (known.Expected, known.Cure);

        // Of bytes that are none of a file's, its words say nothing to anybody; of a codec or a disk they do, less the name of the kind of error.
        var got = known.Phrase is null && IsOfFile(fault)
            ? "one that is damaged or cut off"
            : $"one that cannot be read ({words[(words.IndexOf("Error: ", StringComparison.Ordinal) is >= 0 and var at ? at + 7 : 0)..]})";
        return $"{path}: expected {expected}, got {got}. {cure}";
    }
}
