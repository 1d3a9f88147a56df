using System.Text;

namespace Coda.Data.Archives.NetCdf;

/// <summary>Writes named arrays whose dimensions are known, each from its first entry to its last, in pieces; several grow beside each other, each with a small
/// buffer. What is passed over becomes the fill value.</summary>
internal abstract class ArrayWriter
{
    /// <summary>NetCDF's fill value of single precision.</summary>
    public const float Fill = 9.9692099683868690e+36f;

    /// <summary>The arrays, by name.</summary>
    protected Dictionary<string, GrowingArray> Growing { get; } = new(StringComparer.Ordinal);

    /// <summary>Writes the next entries of a variable of numbers in single precision.</summary>
    /// <param name="variable">Its name.</param>
    /// <param name="first">The place of the first of them, counted through the whole array, not before what was written.</param>
    /// <param name="values">The entries.</param>
    public void Write(string variable, long first, ReadOnlySpan<float> values)
    {
        var growing = Growing[variable];
        FillUpTo(growing, first);
        foreach (var value in values)
        {
            growing.Put(value);
        }
    }

    /// <summary>Writes a whole variable of numbers.</summary>
    /// <param name="variable">Its name.</param>
    /// <param name="values">The entries.</param>
    public void Write(string variable, IEnumerable<double> values)
    {
        var growing = Growing[variable];
        foreach (var value in values)
        {
            growing.Put(value);
        }
    }

    /// <summary>Writes a whole variable of texts.</summary>
    /// <param name="variable">Its name.</param>
    /// <param name="texts">The texts, each as UTF-8 filled up with zeros to <paramref name="width"/> bytes.</param>
    /// <param name="width">The length of the last axis.</param>
    public void Write(string variable, IEnumerable<string> texts, int width)
    {
        foreach (var text in texts)
        {
            var bytes = new byte[width];
            Encoding.UTF8.GetBytes(text, bytes);
            Array.ForEach(bytes, value => Growing[variable].Put(value));
        }
    }

    /// <summary>Fills what is left of each variable, and writes what is buffered.</summary>
    public void Complete()
    {
        foreach (var growing in Growing.Values)
        {
            FillUpTo(growing, growing.Length);
            growing.Flush();
        }
    }

    private static void FillUpTo(GrowingArray growing, long place)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(place, growing.Next);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(place, growing.Length);
        while (growing.Next < place)
        {
            growing.Put(Fill);
        }
    }
}
