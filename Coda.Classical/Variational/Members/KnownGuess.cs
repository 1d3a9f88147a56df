using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Members;

/// <summary>States of one trajectory that are there already, as a first guess.</summary>
/// <param name="model">The model, in whose archives' units the states are.</param>
/// <param name="states">The states, of all steps that are asked for.</param>
internal sealed class KnownGuess(LinearizedModel model, StateBlock states) : AssimilationMethod
{
    /// <inheritdoc/>
    public override string Name => "known-states";

    /// <inheritdoc/>
    public override StateLayout Layout => model.Layout;

    /// <inheritdoc/>
    public override int? LookAhead => null;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) =>
        new MemoryNeed("known states").Add("states", sizeof(float), states.Count, Layout.Size);

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        var wanted = request?.Steps ?? archive.Description.Steps;
        var (first, length) = ((int)(wanted.Start - states.FirstStep) * Layout.Size, (int)wanted.Count * Layout.Size);
        yield return states with { FirstStep = wanted.Start, States = states.States.Slice(first, length), Spread = null };
    }
}
