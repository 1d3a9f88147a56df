using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Training.Losses;
using Coda.Training.Networks;

namespace Coda.Training.Rollouts;

/// <summary>The loss of a batch: rolls the simulator out and sums the weighted terms, in any algebra.</summary>
/// <remarks>Zinchenko and Greenberg (2024), eq. 6. Immutable; safe to share.</remarks>
/// <param name="Simulator">The forward operator M.</param>
/// <param name="Operator">The observation operator H.</param>
/// <param name="Correction">The correction B inside M; <see langword="null"/> for none.</param>
/// <param name="Terms">The terms of the loss.</param>
/// <param name="RolloutLength">The number of steps w.</param>
public sealed record RolloutLoss(Simulator Simulator, ObservationOperator Operator, Correction? Correction, IReadOnlyList<LossTerm> Terms, int RolloutLength)
{
    /// <summary>Evaluates every term.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="start">The analyses x̂_k. [batch, space]</param>
    /// <param name="later">The analyses at the later centres. [batch, space]</param>
    /// <param name="parameters">The simulator's parameters.</param>
    /// <param name="correctionWeights">The correction's weights, where there is one.</param>
    /// <param name="observations">The observations along the rollouts.</param>
    /// <param name="import">Brings a plain array into the algebra.</param>
    /// <returns>One scalar per term, without its weight.</returns>
    public IReadOnlyList<T> Evaluate<T>(
        IAlgebra<T> ops, T start, T later, ParameterValues<T> parameters, Weights<T>? correctionWeights, RolloutObservations observations, Importer<T> import)
    {
        var states = new List<T>(Length + 1) { start };
        for (var step = 0; step < Length; step++)
        {
            states.Add(Advance(ops, states[^1], step, parameters, correctionWeights, observations, import));
        }

        return Compare(ops, states, later, observations, import);
    }

    /// <summary>The number of steps that the terms look at: 0 where none looks at the rollout.</summary>
    internal int Length => Terms.Any(term => term.UsesRollout) ? RolloutLength : 0;

    /// <summary>One step of the rollout.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="state">The states before it. [batch, space]</param>
    /// <param name="step">Which step, 0 to w - 1.</param>
    /// <param name="parameters">The simulator's parameters.</param>
    /// <param name="correctionWeights">The correction's weights, where there is one.</param>
    /// <param name="observations">The forcing along the rollouts.</param>
    /// <param name="import">Brings a plain array into the algebra.</param>
    internal T Advance<T>(
        IAlgebra<T> ops, T state, int step, ParameterValues<T> parameters, Weights<T>? correctionWeights, RolloutObservations observations, Importer<T> import)
    {
        Func<Field<T>, Field<T>>? correction = Correction is { } network ? x => network.Evaluate(correctionWeights!, x) : null;
        return Simulator.Advance(ops, state, Over(), correction);

        ParameterValues<T> Over()
        {
            var (definitions, channels) = (Simulator.System.Forcing, observations.ForcingChannels);
            return definitions.Count == 0
                ? parameters
                : parameters.Forced(definitions, ops.SplitLast(import(observations.ForcingOver(step), [observations.BatchSize, 2 * channels]), channels));
        }
    }

    /// <summary>Evaluates every term on a rollout.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="states">The rollout, leads 0 to <see cref="Length"/>. [batch, space] each</param>
    /// <param name="later">The analyses at the later centres. [batch, space]</param>
    /// <param name="observations">The observations along the rollouts.</param>
    /// <param name="import">Brings a plain array into the algebra.</param>
    /// <returns>One scalar per term, without its weight.</returns>
    internal IReadOnlyList<T> Compare<T>(IAlgebra<T> ops, IReadOnlyList<T> states, T later, RolloutObservations observations, Importer<T> import)
    {
        int[] shape = [observations.BatchSize, observations.SiteCount];
        var leads = Enumerable.Range(0, states.Count);
        var context = new LossContext<T>(
            Operator, [.. states.Select(ops.Field)], ops.Field(later), observations,
            [.. leads.Select(lead => ops.Field(import(observations.ValuesAt(lead), shape)))],
            [.. leads.Select(lead => ops.Field(import(observations.PrecisionsAt(lead), shape)))])
        {
            Reanalysis = observations.Reanalysis is { } both ? Halves(both) : null,
            ReanalysisWeights = observations.ReanalysisWeights is { } counted ? Halves(counted) : null,
        };
        return [.. Terms.Select(term => term.Evaluate(context).Value)];

        (Field<T>, Field<T>) Halves(float[] reanalysis)
        {
            int[] rows = [observations.BatchSize, observations.StateSize];
            return (ops.Field(import(reanalysis.AsSpan(0, reanalysis.Length / 2), rows)), ops.Field(import(reanalysis.AsSpan(reanalysis.Length / 2), rows)));
        }
    }
}
