using Coda.Figures.Drawing;
using Coda.Figures.Inputs;

namespace Coda.Reports.Gathering;

/// <summary>Values of a field at chosen times and places.</summary>
/// <param name="Values">NaN where there is none. [time, place]</param>
/// <param name="Spread">The spread of each; <see langword="null"/> where there is none. [time, place]</param>
internal sealed record FieldValues(double[,] Values, double[,]? Spread = null)
{
    /// <summary>The half-width of the band of each; <see langword="null"/> where there is none. [time, place]</summary>
    public double[,]? Band { get; init; }

    /// <summary>These less others of the same shape.</summary>
    /// <param name="other">The others.</param>
    public double[,] Less(FieldValues other) => new SlicePanel(Quantity.Analysis, Values).Less(new(Quantity.Truth, other.Values)).Values;

    /// <summary>A place's values in time.</summary>
    /// <param name="place">Its number among the chosen.</param>
    public double[] At(int place) => Column(Values, place);

    /// <summary>A place's spread in time; <see langword="null"/> where there is none.</summary>
    /// <param name="place">Its number among the chosen.</param>
    public double[]? SpreadAt(int place) => Spread is null ? null : Column(Spread, place);

    /// <summary>The half-width of a place's band in time; <see langword="null"/> where there is none.</summary>
    /// <param name="place">Its number among the chosen.</param>
    public double[]? BandAt(int place) => Band is null ? null : Column(Band, place);

    /// <summary>No values at all.</summary>
    /// <param name="times">The number of times.</param>
    /// <param name="places">The number of places.</param>
    public static double[,] Nothing(int times, int places)
    {
        var values = new double[times, places];
        for (var time = 0; time < times; time++)
        {
            for (var place = 0; place < places; place++)
            {
                values[time, place] = double.NaN;
            }
        }

        return values;
    }

    /// <summary>Places of an axis that a picture has room for, evenly spaced.</summary>
    /// <param name="size">The number of places.</param>
    /// <param name="most">The number that there is room for.</param>
    public static int[] Thinned(int size, int most)
    {
        var stride = Math.Max(1, (size + most - 1) / most);
        return [.. Enumerable.Range(0, (size + stride - 1) / stride).Select(i => i * stride)];
    }

    /// <summary>Whether there is any value.</summary>
    /// <param name="values">NaN where there is none.</param>
    public static bool IsSeen(double[,] values) => values.Cast<double>().Any(double.IsFinite);

    private static double[] Column(double[,] values, int place) => [.. Enumerable.Range(0, values.GetLength(0)).Select(time => values[time, place])];
}
