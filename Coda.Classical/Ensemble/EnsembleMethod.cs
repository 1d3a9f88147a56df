using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>What every ensemble method shares but its mathematics: its setting, and what follows from that.</summary>
public abstract class EnsembleMethod : AssimilationMethod
{
    /// <summary>Checks the options and finds the model; the first ensemble is made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Ensemble and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, or no such forecast model.</exception>
    private protected EnsembleMethod(AnalysisContext context, EnsembleOptions options) =>
        Setting = new(Catalog<AssimilationMethod>.NameOf(GetType()), context, options);

    /// <inheritdoc/>
    public override int? LookAhead => 0;

    /// <inheritdoc/>
    public override bool DividesMembers => true;

    /// <inheritdoc/>
    public override string? Model => Setting.Model;

    /// <inheritdoc/>
    public override StateLayout Layout => Setting.Layout;

    /// <summary>Forecast model, observation operator, first ensemble.</summary>
    private protected EnsembleSetting Setting { get; }

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) => Setting.Memory(archive, workers);
}
