using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Classical.Variational.Costs;

/// <summary>The observations of consecutive steps, one after another, sorted by step; and the forcing of these steps where the model has one.</summary>
internal sealed class ObservationTerms
{
    private readonly int[] _starts; // [time + 1]
    private readonly double[] _forcing; // [time + 1, 2, channel]
    private readonly int _forcingLength;

    /// <summary>Lists what a stretch observed at some of its steps.</summary>
    /// <param name="stretch">The stretch.</param>
    /// <param name="steps">The steps, within the stretch.</param>
    /// <param name="noise">The variance of the errors.</param>
    /// <param name="forcing">The forcing, where the model has one.</param>
    /// <param name="known">The number of first steps whose observations do not count, for what is known before has them in it.</param>
    /// <exception cref="ArgumentException">An error is not known, or not positive.</exception>
    public ObservationTerms(ObservationStretch stretch, StepRange steps, ErrorVariance noise, RecordForcing? forcing = null, int known = 0)
    {
        (_forcing, _forcingLength) = (forcing?.Over(stretch.Trajectory, steps) ?? [], forcing?.Length ?? 0);
        var (first, sites) = ((int)(steps.Start - stretch.Steps.Start) * stretch.SiteCount, stretch.SiteCount);
        var mask = stretch.Mask.AsSpan(first, (int)steps.Count * sites);
        var from = known * sites;
        Count = mask.Length - from - System.MemoryExtensions.Count(mask[from..], 0f);
        (Sites, Values, Variances, _starts) = (new int[Count], new double[Count], new double[Count], new int[steps.Count + 1]);
        var at = 0;
        for (var i = 0; i < mask.Length; i++)
        {
            if (i >= from && mask[i] != 0)
            {
                (Sites[at], Values[at], Variances[at]) = (i % sites, stretch.Values[first + i], noise.Of(stretch, first + i));
                if (!(Variances[at] > 0))
                {
                    throw new ArgumentException(
                        $"Expected observation errors greater than 0, got {Math.Sqrt(Variances[at])} at step {steps.Start + (i / sites)}, site {i % sites}.");
                }

                at++;
            }

            _starts[(i / sites) + 1] = at;
        }
    }

    /// <summary>The number of observations.</summary>
    public int Count { get; }

    /// <summary>The site of each.</summary>
    public int[] Sites { get; }

    /// <summary>The value y of each.</summary>
    public double[] Values { get; }

    /// <summary>The error's variance of each.</summary>
    public double[] Variances { get; }

    /// <summary>The observations of one step.</summary>
    /// <param name="row">The step, counted from the first.</param>
    public (int Start, int End) At(int row) => (_starts[row], _starts[row + 1]);

    /// <summary>The forcing over the steps after some steps; nothing where there is none. [time, 2, channel]</summary>
    /// <param name="row">The first of them, counted from the first of all; -1 for the one before it.</param>
    /// <param name="count">Their number.</param>
    public ReadOnlySpan<double> Forcing(int row, int count = 1) => _forcing.AsSpan((row + 1) * _forcingLength, count * _forcingLength);
}
