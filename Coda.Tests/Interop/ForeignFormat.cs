namespace Coda.Tests.Interop;

/// <summary>How somebody else's file is written.</summary>
/// <param name="Codec">uncompressed, snappy, gzip, brotli, zstd, lz4_raw or lz4_hadoop; a writer may lack some.</param>
/// <param name="Encoding">plain, dictionary, delta, split or split integers.</param>
/// <param name="Timestamps">millis, micros, nanos or int96.</param>
internal sealed record ForeignFormat(string Codec = "snappy", string Encoding = "dictionary", string Timestamps = "micros")
{
    /// <summary>The rows of a row group.</summary>
    public const int RowGroupSize = 2048;
}
