using System.Globalization;
using Coda.Data.Archives;
using Coda.Inference.Sessions;

namespace Coda.Inference.Forecasting;

/// <summary>What forecasts are made from, in words: whatever their bits depend on besides the machine.</summary>
public static class ForecastOrigin
{
    /// <summary>Names method, model, analyses and request.</summary>
    /// <param name="method">The name of the method.</param>
    /// <param name="model">The trained model, where the method is one.</param>
    /// <param name="archive">What the analyses' archive holds; a system that is simulated is the archive's.</param>
    /// <param name="request">Which starts and leads, how many members.</param>
    public static SortedDictionary<string, string> Of(string method, OnnxModel? model, ArchiveDescription archive, ForecastRequest request)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(request);
        var origin = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["method"] = method,
            ["analyses"] = archive.DigestOf(ArchiveTable.Analyses),
            ["starts"] = request.Describe(),
            ["leads"] = string.Join(' ', request.Leads.Select(lead => lead.ToString(CultureInfo.InvariantCulture))),
        };
        if (request.Members > 1)
        {
            origin["members"] = FormattableString.Invariant($"{request.Members} by seed {request.Seed}")
                + (request.InitialSpread is { } spread ? FormattableString.Invariant($", initial spread {spread}") : "");
        }

        if (model is not null)
        {
            ModelOrigin.Add(origin, model);
        }

        return origin;
    }
}
