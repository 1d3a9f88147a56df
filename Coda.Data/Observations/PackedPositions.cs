using System.Buffers.Binary;

namespace Coda.Data.Observations;

/// <summary>Positions as one text: all x, then all y, as doubles with the smallest byte first, in Base64. A million on a plane are 21 MB.</summary>
internal static class PackedPositions
{
    /// <summary>Writes positions.</summary>
    /// <param name="axes">The coordinates along each axis, x first. [dimension][site]</param>
    public static string Write(params ReadOnlySpan<double[]> axes)
    {
        var (bytes, at) = (new byte[sizeof(double) * axes.Length * axes[0].Length], 0);
        foreach (var axis in axes)
        {
            foreach (var coordinate in axis)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at), coordinate);
                at += sizeof(double);
            }
        }

        return Convert.ToBase64String(bytes);
    }

    /// <summary>Reads positions.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="dimensions">The number of axes.</param>
    /// <returns>The coordinates along each axis, x first; <see langword="null"/> where the text is none of that. [dimension][site]</returns>
    public static double[][]? Read(string text, int dimensions)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length == 0 || length % (sizeof(double) * dimensions) != 0)
        {
            return null;
        }

        var (axes, sites) = (new double[dimensions][], length / sizeof(double) / dimensions);
        for (var axis = 0; axis < dimensions; axis++)
        {
            axes[axis] = new double[sites];
            for (var site = 0; site < sites; site++)
            {
                axes[axis][site] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(sizeof(double) * ((axis * sites) + site)));
            }
        }

        return axes;
    }
}
