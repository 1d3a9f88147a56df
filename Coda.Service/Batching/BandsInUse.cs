using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Service.Settings;

namespace Coda.Service.Batching;

/// <summary>Which bands replies have. Immutable.</summary>
/// <param name="Analyses">Those of analyses of a record; <see langword="null"/> for none.</param>
/// <param name="Streams">Those of streams, and how they follow; <see langword="null"/> for none.</param>
internal sealed record BandsInUse(ServedBands? Analyses, BandedStream? Streams)
{
    private const string Method = "method";

    /// <summary>Finds out of each file what it is for.</summary>
    /// <param name="model">The model that is served.</param>
    /// <param name="settings">Its bands, and how they follow.</param>
    /// <exception cref="ModelMismatchException">Bands of another model, or of a method that the service has not.</exception>
    /// <exception cref="ArgumentException">Bands of forecasts, or two files for one thing; or they cannot follow.</exception>
    public static BandsInUse Of(OnnxModel model, ServiceSettings settings)
    {
        var (analyses, streams) = ((ServedBands?)null, (ServedBands?)null);
        var hasWindows = model.Has(ModelRoles.Analysis);
        var own = AnalysisOrigin.OfArchivesLike("", model, null);
        own[Method] = hasWindows ? "network" : "cycle";
        foreach (var bands in settings.Bands)
        {
            var ofStreams = OfStreams(bands.Bands.Origin.GetValueOrDefault(Method));
            var (isOwn, isStreams) = (bands.Bands.IsMadeFor(own), bands.Bands.IsMadeFor(ofStreams));
            if (bands.Bands.Table != ArchiveTable.Analyses)
            {
                throw new ArgumentException($"{bands.File}: expected bands of analyses, got those of forecasts: the service's forecasts have no spread, which "
                    + "bands are multiples of. Forecast ensembles with 'coda forecast --members N --bands'.");
            }

            if (!isOwn && !isStreams)
            {
                bands.Bands.RequireMadeFor(bands.Bands.Origin.GetValueOrDefault(Method) == ofStreams[Method] ? ofStreams : own, bands.File);
            }

            if ((isOwn && analyses is not null) || (isStreams && streams is not null))
            {
                throw new ArgumentException($"{bands.File}: expected one file of bands for the method '{bands.Bands.Origin[Method]}', got a second one.");
            }

            (analyses, streams) = (isOwn ? bands : analyses, isStreams ? bands : streams);
        }

        return settings.Adapt is not null && streams is null
            ? throw new ArgumentException(
                $"{nameof(settings.Adapt)}: expected bands of streams, of the method '{OfStreams(null)[Method]}', which can follow, got none. "
                    + "Calibrate them with 'coda calibrate'.")
            : new(analyses, streams is null ? null : new(model.Card, new(streams.Bands, streams.Level, settings.Adapt)));

        SortedDictionary<string, string> OfStreams(string? calibrated) =>
            AnalysisOrigin.OfArchivesLike(hasWindows ? NowcastAnalysis.Name : "", model, settings.StreamMethod, calibrated);
    }

    /// <summary>Analyses of a record with their bands, as <c>coda analyze</c> has them; as they are where there are no bands.</summary>
    /// <param name="analyses">The analyses, as values.</param>
    /// <param name="record">What they are made from.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="warnings">Told of sites that the record never has, and of a density that is another.</param>
    public StateBlock On(StateBlock analyses, ObservationStretch record, ModelCard card, ResultWarnings warnings) => Analyses is { } own
        ? own.Bands.For(ObservedNetwork.Of(record), card.Operator, card.Layout, warnings).On(analyses, own.Level) : analyses;
}
