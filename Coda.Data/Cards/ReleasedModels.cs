namespace Coda.Data.Cards;

/// <summary>Models that are named without a path: those in the folders <c>models</c> around the caller.</summary>
/// <remarks>
/// Looked into are, in this order: the folder that <c>CODA_MODELS</c> names, where it is set; <c>models</c> in the current folder; <c>models</c> beside the
/// application or in the nearest folder above it that has one. Of two models of one name the first is taken. Stateless; safe to call from any thread.
/// </remarks>
public static class ReleasedModels
{
    /// <summary>Environment variable with a folder of models to look into first.</summary>
    public const string FolderVariable = "CODA_MODELS";

    /// <summary>The name of the folders that hold models.</summary>
    public const string FolderName = "models";

    /// <summary>The folders of all models that are found, by name.</summary>
    public static SortedDictionary<string, string> All() => In([.. Places()]);

    /// <summary>The folders of the models in one folder, by name; empty where there is none.</summary>
    /// <param name="folder">The folder of their folders.</param>
    public static SortedDictionary<string, string> In(string folder) => In([folder]);

    /// <summary>A model's folder, from its path or its name.</summary>
    /// <param name="folderOrName">A folder, which wins; or the name of a released model.</param>
    /// <returns>The folder; <paramref name="folderOrName"/> itself where there is neither.</returns>
    public static string Find(string folderOrName) => !Path.Exists(folderOrName) && All().TryGetValue(folderOrName, out var released) ? released : folderOrName;

    private static SortedDictionary<string, string> In(IReadOnlyList<string> places)
    {
        var folders = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in places.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .Where(f => File.Exists(Path.Combine(f, ModelFolder.Card))))
        {
            folders.TryAdd(Path.GetFileName(folder), folder);
        }

        return folders;
    }

    private static IEnumerable<string> Places()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            yield return named;
        }

        yield return FolderName;
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            var beside = Path.Combine(above.FullName, FolderName);
            if (Directory.Exists(beside))
            {
                yield return beside;
                yield break;
            }
        }
    }
}
