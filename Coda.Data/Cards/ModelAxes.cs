using System.Globalization;

namespace Coda.Data.Cards;

/// <summary>The axes of a tensor as a card writes them, as in <c>batch, 2, 101, 40</c>: lengths, and names for those that are free.</summary>
public static class ModelAxes
{
    /// <summary>The lengths; <see langword="null"/> for axes that are free.</summary>
    /// <param name="axes">The text; not empty.</param>
    public static IReadOnlyList<long?> Parse(string axes) =>
        [.. axes.Split(',')
            .Select(axis => long.TryParse(axis.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : (long?)null)];
}
