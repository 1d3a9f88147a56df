using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>What analyses are made from, in words: whatever their bits depend on besides the machine.</summary>
public static class AnalysisOrigin
{
    /// <summary>Names method, model and observations.</summary>
    /// <param name="method">The method with its options.</param>
    /// <param name="context">What the method was made from; its model counts where the method asked for it.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="range">Which of the record's states; all by default.</param>
    public static SortedDictionary<string, string> Of(Component method, AnalysisContext context, IObservationArchive archive, RecordRange? range = null)
    {
        var origin = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["method"] = method.Options is { Count: > 0 } options ? $"{method.Name} {options.ToJsonString()}" : method.Name,
            ["observations"] = archive.Description.DigestOf(ArchiveTable.Observations),
        };
        if ((context.IsModelUsed ? context.Model : null) is { } model)
        {
            ModelOrigin.Add(origin, model);
        }

        if (context.Reference.Description.DigestOf(ArchiveTable.Observations) is var reference && reference != origin["observations"])
        {
            origin["reference"] = reference;
        }

        if (range is not null && range != RecordRange.Whole(archive.Description))
        {
            origin["range"] = range.ToString();
        }

        return origin;
    }

    /// <summary>Names what analyses of a stream are made with; the observations come, and are not named.</summary>
    /// <param name="form">The kind of analysis (<see cref="StreamAnalysis.Form"/>).</param>
    /// <param name="model">The trained model.</param>
    /// <param name="method">What corrects the model on the way, with its options; <see langword="null"/> where nothing does.</param>
    public static SortedDictionary<string, string> OfStream(string form, OnnxModel model, Component? method)
    {
        ArgumentNullException.ThrowIfNull(model);
        var origin = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["method"] = method is null ? form : $"{form} of {method.Name} {method.Options?.ToJsonString()}",
        };
        ModelOrigin.Add(origin, model);
        return origin;
    }

    /// <summary>Names the analyses of archives that those of a stream are the same as, for bands are calibrated on these.</summary>
    /// <param name="form">The kind of analysis (<see cref="StreamAnalysis.Form"/>).</param>
    /// <param name="model">The trained model.</param>
    /// <param name="method">What corrects the model on the way; <see langword="null"/> where nothing does.</param>
    /// <param name="calibrated">The method that bands were calibrated for. Of a method that corrects the model it is taken whatever its options, some of which
    /// are those of whole records.</param>
    /// <returns>Nowcasts of the network, or the model's cycle, or the method that corrects it.</returns>
    public static SortedDictionary<string, string> OfArchivesLike(string form, OnnxModel model, Component? method, string? calibrated = null)
    {
        var origin = OfStream(form, model, method);
        origin["method"] = method is null ? form == NowcastAnalysis.Name ? "network {\"nowcast\":true}" : "cycle"
            : calibrated?.Split(' ')[0] == method.Name ? calibrated : method.Name;
        return origin;
    }
}
