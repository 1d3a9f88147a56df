using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Inference.Forecasting;

namespace Coda.Inference.Impact;

/// <summary>H with its derivative, and the errors of what it observes.</summary>
internal static class ImpactOperator
{
    /// <summary>Requires what impacts are told of.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="model">The forecast model.</param>
    /// <param name="request">What is asked for.</param>
    /// <exception cref="ArgumentException">The archive's errors are not additive, states have bounds, or a number is out of range.</exception>
    public static void Require(IObservationArchive archive, ForecastModel model, ImpactRequest request)
    {
        request.Check();
        new Faults("impact")
            .Require(archive.IsOnErrorScale, nameof(archive.Description.Errors), "additive ones", "others")
            .Require(!model.Layout.IsBounded, nameof(model.Layout), "fields without bounds", model.Layout)
            .ThrowIfAny();
    }

    /// <summary>H as a map, for one thread.</summary>
    /// <param name="h">The operator.</param>
    /// <param name="layout">The layout of its states.</param>
    public static AlgebraMap<double> Of(ObservationOperator h, StateLayout layout) =>
        new(layout.Size, h.SiteCount, (ops, x) => h.Apply(ops, x), (ops, x) => h.Apply(ops, x), (ops, x) => h.Apply(ops, x));

    /// <summary>The standard deviations of the errors of observations that have none of their own. [site]</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <returns>0 where it is not known.</returns>
    public static float[] Sigmas(ArchiveDescription archive)
    {
        var sites = archive.Sites();
        return [.. Enumerable.Range(0, archive.SiteCount)
            .Select(site => (float)((sites.FieldAt(site) is { } field ? archive.SigmaOf(field) : archive.Sigma) ?? 0))];
    }

    /// <summary>The standard deviation of an observation's error.</summary>
    /// <param name="stretch">The stretch that it is in.</param>
    /// <param name="index">Its place there.</param>
    /// <param name="otherwise">Those of observations that have none of their own. [site]</param>
    /// <exception cref="ArgumentException">It is not known.</exception>
    public static double Sigma(ObservationStretch stretch, int index, ReadOnlySpan<float> otherwise)
    {
        var sigma = stretch.Sigma?[index] is > 0 and var own ? own : otherwise[index % stretch.SiteCount];
        return sigma > 0 ? sigma : throw new ArgumentException(
            "Expected the observations' standard error, got an archive without sigma; import it with --sigma or --sigma-column.");
    }
}
