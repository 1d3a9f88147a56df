using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Observed;

/// <summary>A method that knows the fields' own units, of observations that are in others: scaled back on the way in, and again on the way out.</summary>
/// <param name="method">The method.</param>
/// <param name="original">What the archive holds in the fields' own units.</param>
/// <param name="entries">The fields' scales. [space]</param>
/// <param name="sites">The same at the sites. [site]</param>
internal sealed class ScaledMethod(AssimilationMethod method, ArchiveDescription original, float[] entries, float[] sites) : AssimilationMethod
{
    private readonly float[] _inverse = Array.ConvertAll(entries, s => 1 / s);

    /// <inheritdoc/>
    public override string Name => method.Name;

    /// <inheritdoc/>
    public override string? Model => method.Model;

    /// <inheritdoc/>
    public override StateLayout Layout => method.Layout;

    /// <inheritdoc/>
    public override int? LookAhead => method.LookAhead;

    /// <inheritdoc/>
    public override bool DividesMembers => method.DividesMembers;

    /// <inheritdoc/>
    public override int? PieceLength => method.PieceLength;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) => method.Memory(archive, workers);

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) =>
        method.Compute(ScaledObservations.Of(archive, original, sites), request).Select(block => ScaledObservations.Times(block, _inverse));
}
