using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>A contiguous stretch of one trajectory's observations on a dense grid.</summary>
/// <param name="trajectory">The trajectory's number.</param>
/// <param name="steps">The steps it spans; they may reach beyond the record, where nothing is observed.</param>
/// <param name="siteCount">The number of sites.</param>
public sealed class ObservationStretch(int trajectory, StepRange steps, int siteCount)
{
    /// <summary>The trajectory's number.</summary>
    public int Trajectory { get; } = trajectory;

    /// <summary>The steps that the rows stand for.</summary>
    public StepRange Steps { get; } = steps;

    /// <summary>The number of sites in a row.</summary>
    public int SiteCount { get; } = siteCount;

    /// <summary>The observed values, 0 where nothing is observed. [time, space]</summary>
    public float[] Values { get; } = new float[Stretches.Length(steps, siteCount)];

    /// <summary>1 where a value is observed, 0 elsewhere. [time, space]</summary>
    public float[] Mask { get; } = new float[Stretches.Length(steps, siteCount)];

    /// <summary>The standard deviation of each entry's error where the archive has the column <c>sigma</c>; else <see langword="null"/>. [time,
    /// space]</summary>
    public float[]? Sigma { get; init; }

    /// <summary>Copies the standard deviations of a run of entries' errors, 0 where nothing is observed.</summary>
    /// <param name="first">The first entry.</param>
    /// <param name="sigma">The standard deviation of observations that have none of their own: one for all, or one for each site.</param>
    /// <param name="target">Where they are written; its length is the number of entries.</param>
    public void CopyDeviations(int first, ReadOnlySpan<float> sigma, Span<float> target)
    {
        var mask = Mask.AsSpan(first, target.Length);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = mask[i] > 0 ? Sigma?[first + i] is > 0 and var own ? own : sigma[(first + i) % sigma.Length] : 0;
        }
    }
}
