using System.Security.Cryptography;
using System.Text;

namespace Coda.Inference.Sessions;

/// <summary>What names a model in the origin of what it made: whatever its bits depend on besides the machine.</summary>
internal static class ModelOrigin
{
    /// <summary>Adds the model, and where it computes unless that is the processor.</summary>
    /// <param name="origin">Where to.</param>
    /// <param name="model">The model.</param>
    public static void Add(SortedDictionary<string, string> origin, OnnxModel model)
    {
        var files = Encoding.UTF8.GetBytes(string.Join(' ', model.Card.Files.Select(f => $"{f.Key} {f.Value.Sha256}")));
        origin["model"] = $"{model.Card.Name} {Convert.ToHexStringLower(SHA256.HashData(files))}";
        if (model.Settings.Device != "cpu")
        {
            origin["device"] = "cuda"; // which of them is the machine's affair
        }
    }
}
