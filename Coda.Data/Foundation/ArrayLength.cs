using System.Globalization;

namespace Coda.Data.Foundation;

/// <summary>Lengths of arrays that come out of files, options and settings.</summary>
internal static class ArrayLength
{
    /// <summary>The length of an array of rows, which a number of 31 bits can count and the memory can hold.</summary>
    /// <param name="what">What the array holds, for example "a stretch of observations".</param>
    /// <param name="rows">The number of rows, at least 0.</param>
    /// <param name="columns">The entries of a row, at least 0.</param>
    /// <param name="bytes">The bytes that are held for each entry, those of sibling arrays included.</param>
    /// <exception cref="ArgumentException">It is longer, or there is no memory for it.</exception>
    public static int Of(string what, long rows, long columns, int bytes)
    {
        var length = (double)rows * columns;
        if (!(length <= Array.MaxLength))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: expected at most {Array.MaxLength} numbers, got {rows} rows of {columns}. "
                    + $"Take fewer steps at a time, a narrower window or a smaller state."));
        }

        new MemoryNeed(what).Add(FormattableString.Invariant($"{rows} rows of {columns}"), bytes, length)
            .Require("Take fewer steps at a time, a narrower window or a smaller state.");
        return (int)length;
    }
}
