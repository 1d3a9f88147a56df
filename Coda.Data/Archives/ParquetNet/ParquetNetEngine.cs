using System.IO.Compression;
using Coda.Data.Archives.Engines;
using Parquet;

namespace Coda.Data.Archives.ParquetNet;

/// <summary>Parquet files through Parquet.Net, without a native library. A row group is decoded as a whole.</summary>
internal sealed class ParquetNetEngine : IParquetEngine
{
    private ParquetNetEngine()
    {
    }

    /// <summary>The engine, which has no state.</summary>
    public static ParquetNetEngine Shared { get; } = new();

    /// <inheritdoc/>
    public PartFooter ReadFooter(string path) => Guard(path, () =>
    {
        using var file = new ParquetNetFile(path);
        return file.Footer;
    });

    /// <summary>Reads the end of a file that is a stream.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="place">What it is, for messages.</param>
    /// <exception cref="ArchiveFormatException">It is no whole Parquet file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PartFooter ReadFooter(Stream stream, string place) => Guard(place, () =>
    {
        using var file = new ParquetNetFile(stream);
        return file.Footer;
    });

    /// <inheritdoc/>
    public string? ReadMetadata(string path, string key) => Guard(path, () =>
    {
        using var file = new ParquetNetFile(path);
        return file.Metadata.GetValueOrDefault(key);
    });

    /// <inheritdoc/>
    public IColumnReader Read(IReadOnlyList<string> paths, IReadOnlyList<Column> columns, RowFilter filter) => new ParquetNetReader(paths, columns, filter);

    /// <inheritdoc/>
    public void Write(string path, RowSource source, int rowGroupSize)
    {
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Fastest };
        var sink = new ParquetNetSink(source.Columns, rowGroupSize);
        using var stream = new BlockingStream(File.Create(path));
        var writer = Completed.Result(ParquetWriter.CreateAsync(sink.Schema, stream, options));
        if (source.Metadata.Count > 0)
        {
            writer.CustomMetadata = source.Metadata.ToDictionary();
        }

        while (sink.Fill(source))
        {
            using var group = writer.CreateRowGroup();
            sink.WriteTo(group);
        }

        // Writes the footer; after a fault there is to be none, so that nobody takes the file for whole.
        Completed.Wait(writer.DisposeAsync());
    }

    /// <summary>Reads, and names the file in any fault: on damaged bytes Parquet.Net throws whatever its decoders run into.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">What to do.</param>
    /// <exception cref="ArchiveFormatException">It failed.</exception>
    internal static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not StoreException)
        {
            throw new ArchiveFormatException(
                $"{path}: expected a whole Parquet file, got one that cannot be read ({fault.Message.TrimEnd('.')}). "
                    + "Restore it from a copy or make the archive anew.", fault);
        }
    }
}
