using Coda.Data.Archives.Import;
using Coda.Data.Cards;

namespace Coda.Data.Feeds;

/// <summary>What a feed needs to know of whoever reads it. One thread at a time.</summary>
/// <param name="rows">Whose observations its batches have.</param>
public sealed class FeedContext(ObservationTextSettings rows)
{
    /// <summary>Whose observations its batches have, as far as that is known.</summary>
    public ObservationTextSettings Rows => rows with { TimeOrigin = TimeOrigin };

    /// <summary>The date of step 0, where it is known; where times are dates and it is not, the first batch's earliest one becomes it.</summary>
    public string? TimeOrigin { get; set; } = rows.TimeOrigin;

    /// <summary>What a feed needs to know of a model.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="timeOrigin">The date of step 0 where times are dates; by default that of the first observation.</param>
    public static FeedContext Of(ModelCard card, string? timeOrigin = null)
    {
        ArgumentNullException.ThrowIfNull(card);
        var sites = new SiteLookup(card);
        return new(new ObservationTextSettings
        {
            StepLength = card.StepLength, TimeUnit = card.TimeUnit, TimeOrigin = timeOrigin, SiteOf = sites.IndexOf, HasIndices = !sites.HasNumbers,
            HasTrajectoryNames = false,
        });
    }
}
