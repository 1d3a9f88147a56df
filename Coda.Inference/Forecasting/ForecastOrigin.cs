using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Inference.Forecasting;

/// <summary>What forecasts are made from, in words: whatever their bits depend on besides the machine.</summary>
public static class ForecastOrigin
{
    /// <summary>Names method, model, analyses and request.</summary>
    /// <param name="method">The forecast model with its options.</param>
    /// <param name="context">What it was made from; its trained model counts where it asked for it.</param>
    /// <param name="request">Which starts and leads, how many members.</param>
    public static SortedDictionary<string, string> Of(Component method, ForecastContext context, ForecastRequest request)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        var origin = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["method"] = method.Options is { Count: > 0 } options ? $"{method.Name} {options.ToJsonString()}" : method.Name,
            ["analyses"] = context.Archive.DigestOf(ArchiveTable.Analyses),
            ["starts"] = request.Describe(),
            ["leads"] = string.Join(' ', request.Leads.Select(lead => lead.ToString(CultureInfo.InvariantCulture))),
        };
        if (request.Members > 1)
        {
            origin["members"] = FormattableString.Invariant($"{request.Members} by seed {request.Seed}")
                + (request.InitialSpread is { } spread ? FormattableString.Invariant($", initial spread {spread}") : "");
        }

        if ((context.IsModelUsed ? context.Model : null) is { } model)
        {
            ModelOrigin.Add(origin, model);
        }

        return origin;
    }
}
