using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Training.Losses;

/// <summary>The mean over the state entries of (M^(w)(x̂_k) - x̂_{k+w})² / σ²: the rollout's end against the network's own analysis there.</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), eq. 6, second term; its α, as a mean per entry and without a unit, is <see cref="Options.Alpha"/>.
/// <see cref="Options.LaterOffset"/> = 1 reproduces the published alignment, x̂_{k+w+1}, which biases parameters by 1-2 %.
/// </remarks>
public sealed class Consistency : LossTerm
{
    private const int MostSteps = 1 << 20;

    /// <summary>Makes the term.</summary>
    /// <param name="options">α and the alignment.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public Consistency(Options options)
    {
        new Faults("consistency")
            .Require(options.Alpha >= 0, nameof(options.Alpha), "at least 0", options.Alpha)
            .Require(options.LaterOffset is >= 0 and <= MostSteps, nameof(options.LaterOffset), $"0 to {MostSteps} steps", options.LaterOffset)
            .ThrowIfAny();
        (Weight, LaterOffset) = (options.Alpha, options.LaterOffset);
    }

    /// <inheritdoc/>
    public override double Weight { get; }

    /// <inheritdoc/>
    public override int LaterOffset { get; }

    /// <inheritdoc/>
    public override Field<T> Evaluate<T>(LossContext<T> context)
    {
        var difference = context.Observations.Scaled(context.States[^1] - context.Later);
        return (difference * difference).Sum(-1).Sum(-1) / (context.Observations.StateCount * context.Observations.Variance);
    }

    /// <summary>α and the alignment.</summary>
    public sealed record Options
    {
        /// <summary>The factor α of the term, at least 0.</summary>
        public double Alpha { get; init; } = 1;

        /// <summary>How many steps after the rollout's end the later window is centred: 0, or 1 as in the published code.</summary>
        public int LaterOffset { get; init; }
    }
}
