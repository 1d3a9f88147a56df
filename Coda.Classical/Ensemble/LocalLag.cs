namespace Coda.Classical.Ensemble;

/// <summary>The smoother of a localized filter: the ensembles of the last steps lie beside the present one, at the same points, and change with it.</summary>
/// <remarks>
/// Localized updates have no transform for the whole state that could be carried back; so each is applied to every state of the lag, with the weights at the
/// points where its entries lie (Khare, Anderson, Hoar and Nychka, 2008, doi:10.1111/j.1600-0870.2007.00281.x). A step costs in proportion to the lag.
/// </remarks>
/// <param name="lag">The number of steps that updates are carried back, at least 1.</param>
internal sealed class LocalLag(int lag) : ILagged
{
    private readonly List<EnsembleMoments> _past = new(lag);

    /// <inheritdoc/>
    public int Waiting => _past.Count;

    /// <summary>The states that wait, from the earliest on.</summary>
    public IReadOnlyList<EnsembleMoments> Past => _past;

    /// <inheritdoc/>
    public bool Push(EnsembleState state, EnsembleTransform? update, Span<double> mean, Span<double> spread)
    {
        var isFull = _past.Count == lag;
        var slot = isFull ? Take(mean, spread) : new EnsembleMoments(new double[state.Mean.Length], new double[state.Anomalies.Length]);
        state.Mean.CopyTo(slot.Mean, 0);
        state.Anomalies.CopyTo(slot.Anomalies, 0);
        _past.Add(slot);
        return isFull;
    }

    /// <inheritdoc/>
    public void Flush(Span<double> mean, Span<double> spread) => Take(mean, spread);

    private EnsembleMoments Take(Span<double> mean, Span<double> spread)
    {
        var slot = _past[0];
        _past.RemoveAt(0);
        slot.Mean.CopyTo(mean);
        EnsembleState.Spread(slot.Anomalies, slot.Anomalies.Length / mean.Length, spread);
        return slot;
    }
}
