using System.Numerics;
using Coda.Data.Archives;

namespace Coda.Classical.Observed;

/// <summary>The observations of a stretch one after another, sorted by step, so that every window of time is a contiguous part.</summary>
internal sealed class ObservationList<F>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private readonly int[] _starts; // [time + 1]

    /// <summary>Lists the observations.</summary>
    /// <param name="stretch">The stretch.</param>
    /// <param name="sites">Its sites.</param>
    /// <param name="mean">The mean at each point. [point]</param>
    /// <param name="noise">The variance of the errors.</param>
    public ObservationList(ObservationStretch stretch, ObservedSites sites, double[] mean, ErrorVariance noise)
    {
        var count = stretch.Mask.Count(m => m != 0);
        (Times, Points, Departures, Noise) = (new int[count], new int[count], new F[count], new F[count]);
        _starts = new int[stretch.Steps.Count + 1];
        var at = 0;
        for (var i = 0; i < stretch.Mask.Length; i++)
        {
            if (stretch.Mask[i] != 0)
            {
                var point = sites.PointOfSite[i % stretch.SiteCount];
                (Times[at], Points[at]) = (i / stretch.SiteCount, point);
                (Departures[at], Noise[at]) = (F.CreateTruncating(stretch.Values[i] - mean[point]), F.CreateTruncating(noise.Of(stretch, i)));
                at++;
            }

            _starts[(i / stretch.SiteCount) + 1] = at;
        }
    }

    /// <summary>The row of the stretch, for each observation.</summary>
    public int[] Times { get; }

    /// <summary>The point, for each observation.</summary>
    public int[] Points { get; }

    /// <summary>The value less the mean, for each observation.</summary>
    public F[] Departures { get; }

    /// <summary>The variance of the error, for each observation.</summary>
    public F[] Noise { get; }

    /// <summary>The observations of the widest window around a row that has no more than so many.</summary>
    /// <param name="row">The row at the centre.</param>
    /// <param name="halfWidth">The greatest half-width.</param>
    /// <param name="most">The most observations.</param>
    public (int Start, int End) Window(int row, int halfWidth, int most)
    {
        while (halfWidth > 0 && _starts[row + halfWidth + 1] - _starts[row - halfWidth] > most)
        {
            halfWidth--;
        }

        return (_starts[row - halfWidth], _starts[row + halfWidth + 1]);
    }
}
