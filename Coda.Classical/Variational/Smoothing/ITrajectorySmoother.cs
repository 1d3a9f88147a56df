using Coda.Classical.Variational.Costs;

namespace Coda.Classical.Variational.Smoothing;

/// <summary>Gauss-Newton passes over a trajectory. Not thread-safe: one for each worker.</summary>
internal interface ITrajectorySmoother : IDisposable
{
    /// <summary>One pass.</summary>
    /// <param name="states">The trajectory, replaced by the next. [time, space]</param>
    /// <param name="observations">The observations at its steps.</param>
    /// <param name="prior">Mean and variance at the first step.</param>
    /// <param name="modelVariance">q, greater than 0.</param>
    Pass Pass(Span<double> states, ObservationTerms observations, Prior prior, double modelVariance);

    /// <summary>The cost of a trajectory in its three terms.</summary>
    /// <param name="states">The trajectory. [time, space]</param>
    /// <param name="observations">The observations at its steps.</param>
    /// <param name="prior">Mean and variance at the first step.</param>
    /// <param name="modelVariance">q.</param>
    TrajectoryCost Cost(ReadOnlySpan<double> states, ObservationTerms observations, Prior prior, double modelVariance);

    /// <summary>The posterior's variances, from the factors of the last pass.</summary>
    /// <param name="variances">Takes the variances. [time, space]</param>
    /// <returns>The linear equations on the way that were not solved to their tolerance.</returns>
    int Variances(Span<double> variances);
}
