using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Observations;

namespace Coda.Data.Cards;

/// <summary>Which observations a model takes as they arrive, and what its network reads of them.</summary>
/// <remarks>Immutable; safe to share.</remarks>
public sealed class CardObservations
{
    private readonly IReadOnlyList<(double Least, double Most)> _plausible; // by site, as values
    private readonly IReadOnlyList<ErrorModel> _errors; // one for all sites, or one for each

    /// <summary>Reads a card.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="deviations">The most deviations of the climatology that a value may lie from its site's mean, greater than 0; infinity for any.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviations"/> is not greater than 0.</exception>
    public CardObservations(ModelCard card, double deviations = PlausibleObservations.DefaultDeviations)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviations);
        ArgumentOutOfRangeException.ThrowIfEqual(deviations, double.NaN);
        (_plausible, _errors) = (PlausibleFor(card, deviations), card.ErrorModels());
    }

    /// <summary>How errors meet the values of a site.</summary>
    /// <param name="site">The site's index.</param>
    public ErrorModel ErrorsAt(int site) => _errors[_errors.Count == 1 ? 0 : site];

    /// <summary>The least and the greatest value of a site that is no fill value or gross error; without bounds where the operator does not select entries of
    /// the state, whose climatology the card has.</summary>
    /// <param name="site">The site's index.</param>
    public (double Least, double Most) Plausible(int site) => _plausible[site];

    /// <summary>What the network reads: observations on the scale of their errors.</summary>
    /// <param name="record">The observations as values, each one that its error can have.</param>
    /// <returns>The same ones where all errors are additive.</returns>
    public ObservationStretch OnScale(ObservationStretch record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (_errors.All(errors => errors == ErrorModel.Additive))
        {
            return record;
        }

        var scaled = new ObservationStretch(record.Trajectory, record.Steps, record.SiteCount) { Sigma = record.Sigma };
        record.Mask.CopyTo(scaled.Mask, 0);
        for (var i = 0; i < record.Values.Length; i++)
        {
            scaled.Values[i] = record.Mask[i] != 0 ? ErrorsAt(i % record.SiteCount).ToScale(record.Values[i]) : 0;
        }

        return scaled;
    }

    private static IReadOnlyList<(double Least, double Most)> PlausibleFor(ModelCard card, double most)
    {
        var h = ObservationOperator.Catalog.Create(card.Operator, card.Layout);
        return h.IsSelection(card.Layout.Size) && double.IsFinite(most)
            ? [.. h.Locations.Select(entry => (Value(entry, -most), Value(entry, most)))]
            : [.. Enumerable.Repeat((double.NegativeInfinity, double.PositiveInfinity), card.SiteCount)];

        // Of a field with bounds, errors of another kind than its coordinate carry values up to the bound or beyond: counts of none, of a number above 0.
        double Value(int entry, double deviations)
        {
            var (field, domain) = (card.Layout.FieldAt(entry), card.Layout.DomainOf(entry));
            var value = domain.ToPhysical(card.ClimatologyMean[entry] + (deviations * card.ClimatologyDeviation[entry]));
            var errors = card.ErrorsOf(field);
            return errors.IsCoordinateOf(domain) ? value
                : errors.FromScale(errors.ToScale((float)value) + (deviations * (card.Fields?.GetValueOrDefault(field.Name)?.Sigma ?? card.Sigma)));
        }
    }
}
