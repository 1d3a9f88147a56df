using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>A method that can tell how each of its analyses depends on what was observed: x_a as a function of y, with Kᵀ, K = ∂x_a/∂y.</summary>
/// <remarks>Implemented by an <see cref="AssimilationMethod"/>; safe for use from several threads.</remarks>
public interface ISensitiveMethod
{
    /// <summary>Starts a worker's analyses with their derivatives.</summary>
    /// <param name="archive">The record whose observations are weighed; what is analyzed may be a part of them, or have other values.</param>
    /// <param name="cancellation">Stops what has to be found out first, such as a climatology.</param>
    /// <exception cref="ArgumentException">The method cannot read this archive, or has no derivative with these options.</exception>
    /// <exception cref="Data.Cards.ModelMismatchException">The trained model has no graph for it.</exception>
    IAnalysisSensitivity StartSensitivity(IObservationArchive archive, CancellationToken cancellation = default);

    /// <summary>Says what makes impacts of an archive's observations doubtful; nothing by default.</summary>
    /// <param name="archive">The record whose observations are weighed.</param>
    /// <param name="warnings">Take what there is to say.</param>
    /// <param name="cancellation">Stops reading.</param>
    void WarnOf(IObservationArchive archive, ResultWarnings warnings, CancellationToken cancellation = default)
    {
    }
}
