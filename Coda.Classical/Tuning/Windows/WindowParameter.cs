using Coda.Data.Dynamics;

namespace Coda.Classical.Tuning.Windows;

/// <summary>A parameter that windows estimate: what a change of it is counted in, what is known of it before, how far a step goes.</summary>
/// <remarks>
/// One of a range without negative numbers, started above 0, is counted in its own value, so that what is known before is a deviation of its logarithm, a
/// factor of ten, while a step is linear in the value, as its effect on a flow about is. Others are counted in the size that they start from.
/// </remarks>
/// <param name="Definition">Name and range.</param>
/// <param name="Start">The value to start from.</param>
internal sealed record WindowParameter(ParameterDefinition Definition, double Start)
{
    private const double MostFactor = 4;

    private bool IsPositive => Definition.Lower >= 0 && Start > 0;

    /// <summary>The standard deviation of what is known before, in units.</summary>
    public double Deviation => IsPositive ? Math.Log(10) : 1;

    /// <summary>The unit of changes at a value.</summary>
    /// <param name="value">The value.</param>
    public double Unit(double value) => IsPositive ? value : Definition.SizeFrom(Start);

    /// <summary>The distance of a value from the start, in units.</summary>
    /// <param name="value">The value.</param>
    public double Departure(double value) => IsPositive ? Math.Log(value / Start) : (value - Start) / Unit(value);

    /// <summary>The values that a round may reach from the one that its filter ran with, whose analyses say little of others.</summary>
    /// <param name="value">The filter's value.</param>
    public (double Least, double Most) Reach(double value) => IsPositive
        ? (Math.Max(value / MostFactor, Definition.Lower), Math.Min(value * MostFactor, Definition.Upper)) : (Definition.Lower, Definition.Upper);

    /// <summary>The value after a step, which is cut short where it goes far or out of reach.</summary>
    /// <param name="value">The value before.</param>
    /// <param name="step">The step, in units.</param>
    /// <param name="reach">The least and the greatest value.</param>
    public double Moved(double value, double step, (double Least, double Most) reach) => Math.Clamp(
        IsPositive ? value * Math.Clamp(1 + step, 1 / MostFactor, MostFactor) : value + (Unit(value) * Math.Clamp(step, -1, 1)), reach.Least, reach.Most);
}
