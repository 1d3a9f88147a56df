using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;

namespace Coda.Classical.Variational.Filters;

/// <summary>A filter that carries an estimate from step to step. Not thread-safe.</summary>
internal interface IStepFilter : IDisposable
{
    /// <summary>Whether it knows the spread of its analyses.</summary>
    bool HasSpread => true;

    /// <summary>Begins a trajectory: the next step has no step before it.</summary>
    void Start();

    /// <summary>Forecasts to the next step (but for the first) and takes its observations in.</summary>
    /// <param name="observations">The observations of a stretch.</param>
    /// <param name="row">The step within it.</param>
    /// <param name="state">Takes the analysis. [space]</param>
    /// <param name="spread">Takes its spread, where it is known. [space]</param>
    /// <param name="watch">Takes the innovations.</param>
    void Step(ObservationTerms observations, int row, Span<float> state, Span<float> spread, InnovationWatch watch);
}
