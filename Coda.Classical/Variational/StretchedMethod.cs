using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>A method that iterates on stretches of a record and says of each whether it converged.</summary>
public abstract class StretchedMethod : AssimilationMethod
{
    /// <inheritdoc/>
    public sealed override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) => Compute(archive, request, _ => { });

    /// <summary>As <see cref="AssimilationMethod.Analyze"/>, with a report of every stretch.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps, and with how many workers; all of them if none is given.</param>
    /// <param name="report">Told each stretch just before its analyses, in order, by the thread that enumerates.</param>
    /// <returns>The analyses, sorted by (trajectory, step).</returns>
    public IEnumerable<StateBlock> Analyze(IObservationArchive archive, AnalysisRequest? request, Action<StretchReport> report) =>
        ToPhysical(Compute(archive, request, report));

    /// <summary>As <see cref="AssimilationMethod.Compute"/>, with a report of every stretch.</summary>
    /// <inheritdoc cref="Analyze" path="//param"/>
    /// <inheritdoc cref="Analyze" path="//returns"/>
    public abstract IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request, Action<StretchReport> report);
}
