using Coda.Data.Foundation;

namespace Coda.Data.Time;

/// <summary>Converts between integer model steps and physical time; the only place where the two meet.</summary>
/// <remarks>time = step × step length. Immutable; safe to share.</remarks>
public sealed record TimeAxis
{
    /// <summary>The share of a step by which a time may miss a multiple of the step length.</summary>
    public const double Tolerance = 0.01;

    // Step lengths go through text and arithmetic: beyond this share they are two.
    private const double StepTolerance = 1e-9;

    /// <summary>Makes a time axis.</summary>
    /// <param name="stepLength">The model's time step dt in the archive's time unit, finite and greater than 0.</param>
    /// <exception cref="ArgumentException">The step length is not positive and finite.</exception>
    public TimeAxis(double stepLength)
    {
        new Faults(nameof(TimeAxis))
            .Require(double.IsFinite(stepLength) && stepLength > 0, nameof(stepLength), "a finite number greater than 0", stepLength)
            .ThrowIfAny();
        StepLength = stepLength;
    }

    /// <summary>The model's time step dt, in the archive's time unit.</summary>
    public double StepLength { get; }

    /// <summary>Whether two step lengths are the same, rounding aside.</summary>
    /// <param name="expected">The one, greater than 0.</param>
    /// <param name="got">The other.</param>
    public static bool IsSameStep(double expected, double got) => Math.Abs(got - expected) <= StepTolerance * expected;

    /// <summary>The physical time of a step.</summary>
    /// <param name="step">An integer model step.</param>
    public double TimeOf(long step) => step * StepLength;

    /// <summary>The number of steps in a duration.</summary>
    /// <param name="duration">A multiple of the step length, within <see cref="Tolerance"/> of a step.</param>
    /// <exception cref="ArgumentException">The duration is no multiple; the message names the nearest.</exception>
    public long StepsIn(double duration) => TryStepsIn(duration, out var steps)
        ? steps
        : throw new ArgumentException(FormattableString.Invariant(
            $"Expected a multiple of the step length {StepLength}, got {duration}; the nearest is {steps * StepLength} ({steps} steps)."));

    /// <summary>Whether a duration is a multiple of the step length; the nearest number of steps either way.</summary>
    /// <param name="duration">A duration, or a time since step 0.</param>
    /// <param name="steps">The nearest number of steps.</param>
    public bool TryStepsIn(double duration, out long steps)
    {
        var ratio = duration / StepLength;
        if (!(Math.Abs(ratio) < 9e15))
        {
            throw new ArgumentException(FormattableString.Invariant($"Expected a finite time within 9e15 steps, got {duration}."));
        }

        steps = (long)Math.Round(ratio);
        return Math.Abs(ratio - steps) <= Tolerance;
    }
}
