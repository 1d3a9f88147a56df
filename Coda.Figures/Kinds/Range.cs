namespace Coda.Figures.Kinds;

/// <summary>The least and the greatest of values that are drawn in one range.</summary>
/// <param name="Least">The least finite value.</param>
/// <param name="Greatest">The greatest, above the least.</param>
internal readonly record struct Range(double Least, double Greatest)
{
    /// <summary>As far below zero as above.</summary>
    public Range Centred => Math.Max(Math.Abs(Least), Math.Abs(Greatest)) is var most && most > 0 ? new(-most, most) : new(-1, 1);

    /// <summary>From zero on.</summary>
    public Range FromZero => new(0, Greatest > 0 ? Greatest : 1);

    /// <summary>The range of values; a unit around zero where there are none, and around the value where all are the same.</summary>
    /// <param name="values">The values; those that are not finite do not count.</param>
    public static Range Of(IEnumerable<double> values)
    {
        var (least, greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(double.IsFinite))
        {
            (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
        }

        return least > greatest ? new(-1, 1) : least < greatest ? new(least, greatest) : new(least - 0.5, greatest + 0.5);
    }
}
