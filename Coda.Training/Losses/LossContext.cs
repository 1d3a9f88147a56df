using Coda.Data.Algebra;
using Coda.Data.Observations;

namespace Coda.Training.Losses;

/// <summary>What a loss term may look at: a rollout, the observations along it, and the network's later analysis.</summary>
/// <param name="Operator">The observation operator H.</param>
/// <param name="States">The rollout M^(i)(x̂_k) for leads i = 0 to w. Each [batch, space]</param>
/// <param name="Later">The network's analysis at the later centre. [batch, space]</param>
/// <param name="Observations">The observations along the rollout.</param>
/// <param name="Values">The observed values for leads 0 to w, 0 where missing. Each [batch, site]</param>
/// <param name="Precisions">1/σ² where observed, 0 elsewhere, for leads 0 to w. Each [batch, site]</param>
/// <typeparam name="T">What stands for an array.</typeparam>
public sealed record LossContext<T>(
    ObservationOperator Operator,
    IReadOnlyList<Field<T>> States,
    Field<T> Later,
    RolloutObservations Observations,
    IReadOnlyList<Field<T>> Values,
    IReadOnlyList<Field<T>> Precisions)
{
    /// <summary>The reanalysis at the start and at the later centre, where training has one. Each [batch, space]</summary>
    public (Field<T> Start, Field<T> Later)? Reanalysis { get; init; }

    /// <summary>How much its entries count, where not all count alike. Each [batch, space]</summary>
    public (Field<T> Start, Field<T> Later)? ReanalysisWeights { get; init; }
}
