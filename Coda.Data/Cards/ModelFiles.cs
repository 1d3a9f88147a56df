using Coda.Data.Foundation;

namespace Coda.Data.Cards;

/// <summary>Removes models; files that Coda did not write stay.</summary>
public static class ModelFiles
{
    private static readonly string[] Names =
    [
        ModelFolder.Card, .. ModelRoles.All.Select(ModelRoles.FileName), ModelFolder.Weights, ModelFolder.Reference,
        ModelFolder.History, ModelReadme.FileName,
    ];

    /// <summary>Removes a model's files, the card first, and its folder unless there is more.</summary>
    /// <param name="folder">The model's folder; where there is none, nothing is done.</param>
    public static void Remove(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var name in Names)
        {
            File.Delete(Path.Combine(folder, name));
        }

        RemoveLeft(folder);
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    /// <summary>Removes what killed processes left of a model's files under temporary names; whoever calls it holds the model's lock.</summary>
    /// <param name="folder">The model's folder; where there is none, nothing is done.</param>
    public static void RemoveLeft(string folder) => AtomicFile.RemoveLeft(folder, Names);
}
