using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>What analyses are made from, in words: whatever their bits depend on besides the machine.</summary>
public static class AnalysisOrigin
{
    /// <summary>Names method, model and observations.</summary>
    /// <param name="method">The method with its options.</param>
    /// <param name="context">The model, and what statistics come from.</param>
    /// <param name="archive">The observations.</param>
    /// <param name="range">Which of the record's states; all by default.</param>
    public static SortedDictionary<string, string> Of(Component method, AnalysisContext context, IObservationArchive archive, RecordRange? range = null)
    {
        var origin = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["method"] = method.Options is { Count: > 0 } options ? $"{method.Name} {options.ToJsonString()}" : method.Name,
            ["observations"] = Observations(archive.Description),
        };
        if (context.Model is { } model)
        {
            origin["model"] = $"{model.Card.Name} {Hash(string.Join(' ', model.Card.Files.Select(f => $"{f.Key} {f.Value.Sha256}")))}";
        }

        if (context.Model is { Settings.Device: not "cpu" })
        {
            origin["device"] = "cuda"; // which of them is the machine's affair
        }

        if (Observations(context.Reference.Description) is var reference && reference != origin["observations"])
        {
            origin["reference"] = reference;
        }

        if (range is not null && range != RecordRange.Whole(archive.Description))
        {
            origin["range"] = range.ToString();
        }

        return origin;
    }

    // A description with the checksums of the observations only: estimates come and go.
    private static string Observations(ArchiveDescription description)
    {
        var checksums = description.Checksums.Where(c => c.Key.StartsWith("observations/", StringComparison.Ordinal));
        return Hash(JsonSerializer.Serialize(description with { Checksums = new(checksums.ToDictionary(), StringComparer.Ordinal), Origins = null, Notes = null }, CodaJson.Options));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
