using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Observations;

namespace Coda.Data.Coverage;

/// <summary>Holds estimates to observations that they have not seen, as a model's stream meets them. Immutable; safe to share.</summary>
public sealed class UnseenObservations
{
    private readonly IReadOnlyList<int> _entries; // of each site
    private readonly IReadOnlyList<ErrorModel> _errors;
    private readonly float[] _deviations;

    /// <summary>Reads a card.</summary>
    /// <param name="card">The model's card.</param>
    /// <exception cref="ArgumentException">Its operator does more than select entries, whose spread alone is known.</exception>
    public UnseenObservations(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var h = ObservationOperator.Catalog.Create(card.Operator, card.Layout);
        if (!h.IsSelection(card.Layout.Size))
        {
            throw new ArgumentException($"Bands of model '{card.Name}': expected an operator that selects entries of the state, got '{card.Operator.Name}': "
                + "the spread of what it observes is not known.");
        }

        (_entries, _errors, _deviations) = (h.Locations, card.ErrorModels(), card.Deviations());
    }

    /// <summary>What an estimate misses the observations of its step by.</summary>
    /// <param name="estimate">The estimate as values, with its spread: one state.</param>
    /// <param name="observed">The observations, on the scale of their errors.</param>
    /// <exception cref="ArgumentException">It has no spread.</exception>
    public IReadOnlyList<WithheldResidual> At(StateBlock estimate, ObservationStretch observed)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        ArgumentNullException.ThrowIfNull(observed);
        var spread = estimate.Spread ?? throw new ArgumentException(
            "Expected estimates with a spread, got some without: bands are multiples of it. Take a model that gives one.");
        var (residuals, first) = (new List<WithheldResidual>(), checked((int)(estimate.FirstStep - observed.Steps.Start) * observed.SiteCount));
        var deviations = new float[observed.SiteCount];
        observed.CopyDeviations(first, _deviations, deviations);
        for (var site = 0; site < observed.SiteCount; site++)
        {
            if (observed.Mask[first + site] > 0)
            {
                var (value, errors) = (estimate.States.Span[_entries[site]], _errors[_errors.Count == 1 ? 0 : site]);
                var s = spread.Span[_entries[site]] / errors.Slope(value);
                residuals.Add(new(
                    observed.Trajectory, estimate.FirstStep, site, (double)errors.ToScale(value) - observed.Values[first + site],
                    s > 0 ? s : float.Epsilon, deviations[site]));
            }
        }

        return residuals;
    }
}
