using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Smoothing;

namespace Coda.Classical.Variational.Stretches;

/// <summary>What changes while one stretch is smoothed.</summary>
/// <param name="stretch">The stretch.</param>
/// <param name="observations">Its observations.</param>
/// <param name="prior">Mean and variance at its first step.</param>
/// <param name="before">An earlier run over a part of it, whose passes count too.</param>
internal sealed class StretchIteration(Stretch stretch, ObservationTerms observations, Prior prior, StretchIteration? before = null)
{
    /// <summary>The stretch.</summary>
    public Stretch Stretch { get; } = stretch;

    /// <summary>Its observations.</summary>
    public ObservationTerms Observations { get; } = observations;

    /// <summary>Mean and variance at its first step.</summary>
    public Prior Prior { get; } = prior;

    /// <summary>The trajectory so far. [time, space]</summary>
    public double[] States { get; set; } = [.. stretch.FirstGuess];

    /// <summary>q of the last pass.</summary>
    public double Variance { get; set; } = before?.Variance ?? 0;

    /// <summary>The root mean square change in the last pass.</summary>
    public double Change { get; private set; }

    /// <summary>What the last pass lowered twice the cost by, over the number of observations, where that is known.</summary>
    public double? Decrease { get; private set; }

    /// <summary>Whether the last pass's equations were solved.</summary>
    public bool IsSolved { get; private set; }

    /// <summary>The passes so far.</summary>
    public int Passes { get; private set; } = before?.Passes ?? 0;

    /// <summary>The equations that were not solved to their tolerance.</summary>
    public int Unsolved { get; set; } = before?.Unsolved ?? 0;

    /// <summary>The iterations of conjugate gradients in all passes.</summary>
    public int Iterations { get; private set; } = before?.Iterations ?? 0;

    /// <summary>Whether the last pass changed next to nothing beside the error before the stretch, or gained next to nothing of the cost. A pass that says what
    /// it gains is as good as its solver can make it, whether or not that came to its tolerance.</summary>
    /// <param name="settings">What is next to nothing.</param>
    public bool IsAtRest(StretchSettings settings) => Decrease is { } decrease
        ? decrease <= settings.CostTolerance || Change <= settings.Tolerance * Prior.Scale
        : IsSolved && Change <= settings.Tolerance * Prior.Scale;

    /// <summary>Goes back to the first guess.</summary>
    public void Restart() => States = [.. Stretch.FirstGuess];

    /// <summary>Makes a pass.</summary>
    /// <param name="smoother">What makes it.</param>
    /// <param name="states">The trajectory's part to smooth. [time, space]</param>
    public void Pass(ITrajectorySmoother smoother, Span<double> states)
    {
        var pass = smoother.Pass(states, Observations, Prior, Variance);
        (Change, IsSolved, Decrease) = (pass.Change, pass.IsSolved, pass.Decrease);
        (Passes, Unsolved, Iterations) = (Passes + 1, Unsolved + (pass.IsSolved ? 0 : 1), Iterations + pass.Iterations);
    }
}
