using Coda.Classical.Numerics;
using Coda.Data.Foundation;

namespace Coda.Classical.Ensemble;

/// <summary>A localized update: every tile of the state by itself, from the observations near it, by several workers.</summary>
internal abstract class LocalAnalysis : EnsembleAnalysis
{
    private readonly WorkerLoop<LocalTile> _tiles;
    private LocalLag? _lag;

    /// <summary>Makes the update of one trajectory.</summary>
    /// <param name="localization">What is near what.</param>
    /// <param name="workers">The tiles worked on at the same time; they change no bit.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    protected LocalAnalysis(Localization localization, int workers, CancellationToken cancellation) =>
        (Localization, Near, _tiles) = (localization, new NearObservations(localization), new(workers, MakeTile, cancellation));

    /// <inheritdoc/>
    /// <remarks>
    /// Over fields, where observations are many and the spread is a small part of what they depart by, one deviation comes by chance at every sixth analysis:
    /// on the flow of Sakov and Oke that cost a seventh of the accuracy.
    /// </remarks>
    public sealed override double Surprise => Localization.IsField ? 3 : base.Surprise;

    /// <inheritdoc/>
    public sealed override EnsembleTransform? Transform => null;

    /// <summary>How much each entry of a state counts for a site. [space]</summary>
    /// <param name="site">The site.</param>
    public IReadOnlyList<double> Taper(int site) => Localization.Taper(site);

    /// <summary>What is near what.</summary>
    protected Localization Localization { get; }

    /// <summary>The observations near each tile.</summary>
    protected NearObservations Near { get; }

    /// <inheritdoc/>
    public sealed override ILagged CarryBack(int lag) => _lag = new LocalLag(lag);

    /// <inheritdoc/>
    public sealed override void Analyze(EnsembleState state, EnsembleObservations observations, CounterRandom random)
    {
        Near.Sort(observations);
        Prepare(observations);
        IReadOnlyList<EnsembleMoments> states = [state.Moments, .. _lag?.Past ?? []];
        _tiles.Run(Localization.Tiles.Count, (tile, number) => tile.Update(number, states, observations));
    }

    /// <summary>Does what comes before the tiles.</summary>
    /// <param name="observations">At least one observation.</param>
    protected virtual void Prepare(EnsembleObservations observations)
    {
    }

    /// <summary>Makes what updates a tile, for one thread.</summary>
    protected abstract LocalTile MakeTile();
}
