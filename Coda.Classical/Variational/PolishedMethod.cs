using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>A trained network's analyses, polished: they are the first guess of a few Gauss-Newton passes (<see cref="IteratedExtendedSmoother"/>).</summary>
/// <remarks>
/// The network finds the valley, which Gauss-Newton from a poor start may miss; the model and the whole record's observations, of which the network saw a
/// window, lead to its floor. By default the model is the trained hybrid itself.
/// </remarks>
[System.ComponentModel.Description(
    "A trained network, polished by Gauss-Newton passes over the record: on large rings by tiles, of other large states in stretches.")]
public sealed class PolishedMethod : StretchedMethod, ISensitiveMethod
{
    private readonly IteratedExtendedSmoother _smoother;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The trained model.</param>
    /// <param name="options">Model, variances, stretches.</param>
    /// <exception cref="ArgumentException">No trained model, or options out of range.</exception>
    public PolishedMethod(AnalysisContext context, Options options)
    {
        new Faults("polished").Require(context.Model is not null, nameof(context.Model), "a trained model", null).ThrowIfAny();
        _smoother = new IteratedExtendedSmoother(context, new IteratedExtendedSmoother.Options(options) { FirstGuess = new Component("network") });
    }

    /// <inheritdoc/>
    public override string? Model => _smoother.Model;

    /// <inheritdoc/>
    public override int? LookAhead => _smoother.LookAhead;

    /// <inheritdoc/>
    public override StateLayout Layout => _smoother.Layout;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) => _smoother.Memory(archive, workers);

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request, Action<StretchReport> report) =>
        _smoother.Compute(archive, request, report);

    /// <inheritdoc/>
    public IAnalysisSensitivity StartSensitivity(IObservationArchive archive, CancellationToken cancellation = default) =>
        _smoother.StartSensitivity(archive, cancellation);

    /// <inheritdoc/>
    public void WarnOf(IObservationArchive archive, ResultWarnings warnings, CancellationToken cancellation = default) =>
        ((ISensitiveMethod)_smoother).WarnOf(archive, warnings, cancellation);

    /// <summary>Model, variances, stretches.</summary>
    public sealed record Options : SmootherOptions;
}
