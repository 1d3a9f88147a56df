using Coda.Data.Foundation;

namespace Coda.Data.Archives.NetCdf;

/// <summary>A NetCDF file, opened for reading. For one thread.</summary>
/// <param name="path">The file.</param>
internal abstract class NetCdfFile(string path) : IDisposable
{
    private const long MostTexts = 1 << 20;
    private const long MostCharacters = 1 << 26;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The arrays.</summary>
    public abstract IReadOnlyList<NetCdfVariable> Variables { get; }

    /// <summary>Whether a file begins as NetCDF does, classic or NetCDF-4.</summary>
    /// <param name="mark">Its first four bytes.</param>
    public static bool BeginsAs(ReadOnlySpan<byte> mark) => mark.StartsWith("CDF"u8) || BeginsAsHdf5(mark);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no whole NetCDF file.</exception>
    public static NetCdfFile Open(string path)
    {
        Span<byte> mark = stackalloc byte[4];
        using (var stream = File.OpenRead(path))
        {
            mark = mark[..stream.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false)];
        }

        return BeginsAsHdf5(mark) ? new Hdf5File(path) : new ClassicFile(path);
    }

    /// <summary>Reads a block of numbers as they stand in the file.</summary>
    /// <param name="variable">The array.</param>
    /// <param name="start">The first place along each axis.</param>
    /// <param name="count">The number of places along each axis.</param>
    /// <returns>The numbers; the last axis is contiguous.</returns>
    /// <exception cref="InvalidDataException">The array holds text, or the file is damaged.</exception>
    public abstract double[] Read(NetCdfVariable variable, IReadOnlyList<long> start, IReadOnlyList<long> count);

    /// <summary>Reads all numbers of an array.</summary>
    /// <inheritdoc cref="Read(NetCdfVariable, IReadOnlyList{long}, IReadOnlyList{long})"/>
    public double[] Read(NetCdfVariable variable) => Read(variable, [.. variable.Dimensions.Select(_ => 0L)], [.. variable.Dimensions.Select(d => d.Length)]);

    /// <summary>Reads an array of texts.</summary>
    /// <param name="variable">Characters, whose last axis runs along a text, or texts of NetCDF-4.</param>
    /// <exception cref="InvalidDataException">It holds numbers, or more than a million texts, or the file is damaged.</exception>
    public string[] ReadTexts(NetCdfVariable variable)
    {
        var counts = variable.Dimensions.Select(d => d.Length).ToArray();
        var isText = variable.Type == NetCdfType.Text;
        if (!isText && variable.Type != NetCdfType.Char)
        {
            throw Fault($"variable '{variable.Name}': expected text, got numbers");
        }

        var width = isText || counts.Length == 0 ? 1 : counts[^1];
        var texts = (isText ? counts : counts.SkipLast(1)).Aggregate(1.0, (product, n) => product * n);
        return texts <= MostTexts && texts * width <= MostCharacters
            ? ReadTexts(variable, (int)texts, (int)width)
            : throw Fault($"variable '{variable.Name}': expected at most {MostTexts} texts of {MostCharacters} characters in all, got more");
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Reads an array of texts whose size is plausible.</summary>
    /// <param name="variable">The array.</param>
    /// <param name="count">The number of texts.</param>
    /// <param name="width">The number of characters of each, where they are characters.</param>
    protected abstract string[] ReadTexts(NetCdfVariable variable, int count, int width);

    /// <summary>The number of entries of a block that is to be read.</summary>
    /// <param name="variable">The array.</param>
    /// <param name="start">The first place along each axis.</param>
    /// <param name="count">The number of places along each axis.</param>
    /// <exception cref="InvalidDataException">The array holds text, or not so many.</exception>
    protected int Length(NetCdfVariable variable, IReadOnlyList<long> start, IReadOnlyList<long> count)
    {
        if (variable.Type is NetCdfType.Char or NetCdfType.Text)
        {
            throw Fault($"variable '{variable.Name}': expected numbers, got text");
        }

        for (var axis = 0; axis < count.Count; axis++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(start[axis]);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(start[axis] + count[axis], variable.Dimensions[axis].Length);
        }

        var length = count.Aggregate(1.0, (product, n) => product * n);
        new MemoryNeed(Path).AddArray($"variable '{variable.Name}'", sizeof(double), length).Require("Split the file, or select a part of it.");
        return (int)length;
    }

    /// <summary>The error of a file that cannot be taken.</summary>
    /// <param name="what">What was expected and what was got.</param>
    /// <param name="inner">The cause, if another.</param>
    protected InvalidDataException Fault(string what, Exception? inner = null) =>
        new($"{Path}: {ForeignText.Escape(what)}. Restore the file from a copy or write it anew.", inner);

    private static bool BeginsAsHdf5(ReadOnlySpan<byte> mark) => mark.SequenceEqual<byte>([0x89, (byte)'H', (byte)'D', (byte)'F']);
}
