using System.IO.Compression;
using System.Text;
using Coda.Data.Archives.NetCdf;

namespace Coda.Data.Archives.Import;

/// <summary>Opens files of observations; what a file is, its first bytes tell.</summary>
internal static class InputFile
{
    private const int Utf8 = 65001;

    /// <summary>
    /// The files that paths stand for: a folder for the files in it and its folders, in the order of their names; not those whose names
    /// start with a dot or an underscore.
    /// </summary>
    /// <param name="paths">Files and folders.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A folder without files.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths) => [.. paths.SelectMany(Expand)];

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">The columns to be read, by which a header is known.</param>
    /// <param name="options">How CSV is written, and how much memory may be used.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="InvalidDataException">It cannot be read; the message says why.</exception>
    public static FieldRows Open(string path, IReadOnlyList<string> wanted, ImportOptions options, CancellationToken cancellation)
    {
        var stream = new InputStream(path, cancellation);
        try
        {
            if (NetCdfFile.BeginsAs(stream.Mark))
            {
                stream.Dispose();
                return stream.IsFile ? new NetCdfRows(path, options, cancellation) : throw new InvalidDataException(
                    $"{path}: expected CSV from a pipe, got NetCDF, which is not read in order. Write it to a file, and name that.");
            }

            if (!IsParquet(path, stream.Mark))
            {
                return new CsvRows(path, Text(path, stream, options), CsvDialect.Of(options), [.. wanted.Except(PartitionPath.ValuesOf(path).Keys)]);
            }

            stream.Dispose();
            return stream.IsFile ? new ParquetRows(path, options.MemoryLimit) : throw new InvalidDataException(
                $"{path}: expected CSV from a pipe, got Parquet, whose end must be read first. Write it to a file, and name that.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file, which is no pipe, begins as a Parquet file does.</summary>
    /// <param name="path">The file.</param>
    public static bool BeginsAsParquet(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            file = new FileInfo(file.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
        }

        if (!file.Exists || file.Length < 4)
        {
            return false; // of a pipe, too, whose bytes can be read only once
        }

        using var stream = File.OpenRead(path);
        Span<byte> mark = stackalloc byte[4];
        stream.ReadExactly(mark);
        return mark.SequenceEqual("PAR1"u8);
    }

    private static IEnumerable<string> Expand(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [path] : throw new FileNotFoundException($"{path}: expected a file of observations, got none.", path);
        }

        var files = FilesIn(path).ToList();
        return files.Count > 0 ? files : throw new InvalidDataException(
            $"{path}: expected a folder with files of observations, got one without any. Check the path.");
    }

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder).Where(IsShown).Order(StringComparer.Ordinal)
            .Concat(Directory.EnumerateDirectories(folder).Where(IsShown).Order(StringComparer.Ordinal).SelectMany(FilesIn));

    private static bool IsShown(string path) => Path.GetFileName(path)[0] is not ('.' or '_');

    // PARE begins what is encrypted.
    private static bool IsParquet(string path, ReadOnlySpan<byte> mark)
    {
        var isParquet = mark.SequenceEqual("PAR1"u8) || mark.SequenceEqual("PARE"u8);
        if (isParquet || !Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase))
        {
            return isParquet;
        }

        var got = mark.Length == 0 ? "an empty file" : $"'{CellText.Of(mark)}'";
        throw new InvalidDataException(
            $"{path}: expected a Parquet file, which begins with 'PAR1', got {got}. Restore it from a copy, or give it another name where it is CSV.");
    }

    private static Stream Text(string path, InputStream stream, ImportOptions options)
    {
        if (stream.Mark.SequenceEqual<byte>([0x28, 0xB5, 0x2F, 0xFD]))
        {
            throw new InvalidDataException(
                $"{path}: expected CSV, plain or compressed with gzip, got zstd. Unpack it into a pipe: zstd -dc FILE | coda import /dev/stdin ...");
        }

        var isPacked = stream.Mark.StartsWith<byte>([0x1F, 0x8B]);
        Stream text = isPacked ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        var encoding = (isPacked ? null : TextEncodings.OfMark(stream.Mark)) ?? (options.Encoding is { } name ? TextEncodings.Find(name) : null);
        return encoding is null or { CodePage: Utf8 } ? text : Encoding.CreateTranscodingStream(text, encoding, new UTF8Encoding(false));
    }
}
