using MathNet.Numerics.Distributions;

namespace Coda.Data.Scoring.Differences;

/// <summary>What two scores of the same times differ by, and whether chance would do as much.</summary>
/// <param name="Value">The mean difference, estimate less reference: below 0 the estimate is the better one.</param>
/// <param name="StandardError">The standard error of it; nothing where the record is too short to tell.</param>
/// <param name="Low">The lower end of its interval, which does not allow for several tests; nothing where there is none.</param>
/// <param name="High">The interval's upper end.</param>
/// <param name="P">How often chance alone gives a difference as great; nothing where the record is too short to tell.</param>
/// <param name="Count">The number of values that were compared: states, or observations.</param>
/// <param name="Effective">How many independent times would give the same error; nothing where there is none.</param>
/// <param name="Trajectories">The number of trajectories that both have.</param>
/// <param name="Interval">How the interval was made, or why there is none, in words.</param>
public sealed record PairedDifference(
    double Value, double? StandardError, double? Low, double? High, double? P, long Count, double? Effective, int Trajectories, string Interval)
{
    /// <summary><see cref="P"/> with an allowance for the tests that were made beside it.</summary>
    public double? AdjustedP { get; init; }

    /// <summary>What it says.</summary>
    public DifferenceVerdict Verdict { get; init; }

    /// <summary>The least difference that this record tells apart, as often as the power asked for says; nothing where it cannot tell any.</summary>
    public double? Detectable { get; init; }

    /// <summary>How many trajectories more would tell the difference that was found apart, were it the true one; nothing where it is told apart already, or
    /// nobody can say.</summary>
    public long? MoreTrajectories { get; init; }

    /// <summary>As <see cref="MoreTrajectories"/>, in values: states, or observations.</summary>
    public long? MoreValues { get; init; }

    /// <summary>The verdict for a corrected probability, and what it would take to tell more.</summary>
    /// <param name="adjusted">The probability, corrected for what was tested beside it; nothing where there is none.</param>
    /// <param name="tests">The number of tests whose levels add up.</param>
    /// <param name="request">Level and power.</param>
    internal PairedDifference Judged(double? adjusted, int tests, DifferenceRequest request)
    {
        var verdict = adjusted < request.Level && Value != 0
            ? Value < 0 ? DifferenceVerdict.Better : DifferenceVerdict.Worse : DifferenceVerdict.NotToldApart;
        var judged = this with { AdjustedP = adjusted, Verdict = verdict, Detectable = null, MoreTrajectories = null, MoreValues = null };
        if (StandardError is not { } error)
        {
            return judged;
        }

        // By the interval as it is, whose Student's t falls to the normal where there are more.
        var (alone, together, power) = (Quantile(request.Level), Quantile(request.Level / tests), Normal.InvCDF(0, 1, request.Power));
        judged = judged with { Detectable = ((High!.Value - Low!.Value) / 2 * together / alone) + (power * error) };
        var quantiles = together + power;
        var times = Math.Pow(quantiles * error / Value, 2);
        return verdict != DifferenceVerdict.NotToldApart || !double.IsFinite(times) || times * Count > long.MaxValue / 2 ? judged : judged with
        {
            MoreTrajectories = Math.Max(1, (long)Math.Ceiling((times - 1) * Trajectories)), MoreValues = Math.Max(1, (long)Math.Ceiling((times - 1) * Count)),
        };

        static double Quantile(double level) => Normal.InvCDF(0, 1, 1 - (level / 2));
    }
}
