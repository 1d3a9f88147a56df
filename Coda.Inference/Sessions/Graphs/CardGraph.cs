using Coda.Data.Cards;
using Coda.Data.Foundation;

namespace Coda.Inference.Sessions.Graphs;

/// <summary>Compares what a file's graph takes and gives with what the model's card says.</summary>
internal static class CardGraph
{
    /// <summary>Refuses a graph that is not the card's.</summary>
    /// <param name="card">The card.</param>
    /// <param name="file">The file's name in the model's folder.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="inputs">What the graph takes.</param>
    /// <param name="outputs">What it gives.</param>
    /// <exception cref="ModelMismatchException">A tensor is missing, or has other axes; the message says both.</exception>
    public static void Require(ModelCard card, string file, string path, IReadOnlyList<GraphTensor> inputs, IReadOnlyList<GraphTensor> outputs)
    {
        var listed = card.Files.GetValueOrDefault(file);
        List<string> faults =
            [.. Faults(card, "input", listed?.Inputs ?? new Dictionary<string, string>(), inputs),
                .. Faults(card, "output", listed?.Outputs ?? new Dictionary<string, string>(), outputs)];
        if (faults.Count > 0)
        {
            throw new ModelMismatchException($"{path}: {string.Join("; ", faults)}. Fetch the model's whole folder or export the model again.");
        }
    }

    private static IEnumerable<string> Faults(ModelCard card, string kind, IReadOnlyDictionary<string, string> listed, IReadOnlyList<GraphTensor> tensors)
    {
        if (tensors.Count == 0)
        {
            yield return $"expected at least one {kind}, got none";
        }

        foreach (var (name, axes) in listed.Where(l => tensors.All(t => t.Name != l.Key)))
        {
            yield return $"expected the {kind} {name}{(axes.Length > 0 ? $" [{axes}]" : "")} (card), got {string.Join(" and ", tensors)}";
        }

        foreach (var tensor in tensors)
        {
            var axes = listed.GetValueOrDefault(tensor.Name, "");
            var last = tensor.Name == ModelFolder.Observations ? card.SiteCount : card.Layout.Size;
            if (axes.Length > 0 ? !tensor.IsFloat || !tensor.CanHave(ModelAxes.Parse(axes)) : !tensor.IsFloat || tensor.Axes is { } got
                && (got.Count == 0 || got[^1] >= 0 && got[^1] != last))
            {
                yield return $"expected the {kind} {tensor.Name} [{(axes.Length > 0 ? axes : $"..., {last}")}] (card), got {tensor}";
            }
        }
    }
}
