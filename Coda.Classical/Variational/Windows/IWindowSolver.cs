using Coda.Classical.Variational.Costs;

namespace Coda.Classical.Variational.Windows;

/// <summary>One worker's strong-constraint 4D-Var: the initial state of a window whose model trajectory fits its observations best, by Gauss-Newton.</summary>
/// <remarks>J(x_0) = ½ |x_0 - x_b|² in B⁻¹ + ½ Σ (y - H(M_k(x_0)))ᵀ R⁻¹ (y - H(M_k(x_0))).</remarks>
internal interface IWindowSolver : IDisposable
{
    /// <summary>Gauss-Newton steps taken since this worker was made.</summary>
    long Steps { get; }

    /// <summary>Minimizes the cost.</summary>
    /// <param name="state">The state at the window's start: first guess on entry, the minimum on return. [space]</param>
    /// <param name="window">The observations, the window's first row among them and the rows that it has.</param>
    /// <param name="prior">The background at the window's start.</param>
    /// <param name="targetRow">The step whose spread is wanted, counted from the window's start.</param>
    /// <param name="mostSteps">The most Gauss-Newton steps.</param>
    /// <param name="tolerance">The predicted decrease of the cost below which a step is the last.</param>
    /// <returns>Twice the cost before the last step, over the number of observations; not a number where the model's trajectory is not finite.</returns>
    double Minimize(
        Span<double> state, (ObservationTerms Terms, int First, int Count) window, Prior prior, int targetRow, int mostSteps, double tolerance);

    /// <summary>The model's trajectory from a state.</summary>
    /// <param name="state">The state, replaced by the one so many steps later. [space]</param>
    /// <param name="terms">The observations, with the forcing.</param>
    /// <param name="first">The row of the state among theirs.</param>
    /// <param name="steps">The number of steps.</param>
    void Advance(Span<double> state, ObservationTerms terms, int first, int steps);

    /// <summary>The posterior's variances at the target row of the last minimization, from its last linearization.</summary>
    /// <param name="variances">Takes the variances. [space]</param>
    /// <returns>Whether this solver knows them.</returns>
    bool Variances(Span<double> variances);

    /// <summary>Linearizes a window about a trajectory, for <see cref="Pull"/>: B⁻¹ + GᵀG, whose inverse the analysis K = Φ (B⁻¹ + GᵀG)⁻¹ Gᵀ R^(-1/2)
    /// takes, G the rows of R^(-1/2) H M_{0:k} and Φ = M_{0:target}.</summary>
    /// <param name="state">The state at the window's start, the minimum. [space]</param>
    /// <param name="window">The observations, the window's first row among them and the rows that it has.</param>
    /// <param name="prior">The background at the window's start.</param>
    /// <param name="targetRow">The step that is analyzed, counted from the window's start.</param>
    /// <returns>Whether that matrix is positive, and the trajectory finite.</returns>
    bool Prepare(ReadOnlySpan<double> state, (ObservationTerms Terms, int First, int Count) window, Prior prior, int targetRow);

    /// <summary>Kᵀ times the gradient of any cost by the analysis at the target row: the gradient by the observed values (N. L. Baker and R. Daley, Q. J. R.
    /// Meteorol. Soc. 126, 2000, doi:10.1002/qj.49712656511), by one more solve of the inner problem.</summary>
    /// <param name="gradient">The gradient by the analysis. [space]</param>
    /// <param name="sensitivities">Takes that by the values of the window's observations. [observation]</param>
    void Pull(ReadOnlySpan<double> gradient, Span<double> sensitivities);

    /// <summary>The posterior's covariance Φ (B⁻¹ + GᵀG)⁻¹ Φᵀ at the prepared row, times a direction.</summary>
    /// <param name="direction">The direction. [space]</param>
    /// <param name="product">Takes the product. [space]</param>
    /// <returns>Whether this solver knows it.</returns>
    bool Covary(ReadOnlySpan<double> direction, Span<double> product);
}
