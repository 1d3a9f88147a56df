using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Coverage;
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
}
