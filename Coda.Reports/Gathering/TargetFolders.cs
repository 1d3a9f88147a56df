using Coda.Data.Archives.Stores;
using Coda.Data.Cards;

namespace Coda.Reports.Gathering;

/// <summary>Finds what targets are.</summary>
internal static class TargetFolders
{
    private const int MostDepth = 3;

    /// <summary>The archives, models, studies and files that targets name, each once, in their order.</summary>
    /// <param name="targets">Paths and names.</param>
    /// <exception cref="ArgumentException">There is no target.</exception>
    /// <exception cref="FileNotFoundException">A target is none of these, and holds none.</exception>
    public static IReadOnlyList<(TargetKind Kind, string Path)> Of(IReadOnlyList<string> targets)
    {
        if (targets.Count == 0)
        {
            throw new ArgumentException("report: expected at least one archive, model or study, got none.");
        }

        return [.. targets.SelectMany(Of).DistinctBy(t => ArchiveStores.PlaceOf(t.Path))];
    }

    private static IReadOnlyList<(TargetKind Kind, string Path)> Of(string target)
    {
        if (ArchiveStores.IsAddress(target))
        {
            return ArchiveStores.Holds(target) ? [(TargetKind.Archive, target)] : throw new FileNotFoundException(
                $"{target}: expected an archive (with archive.json), got none there. Check the address; models and studies are folders of this machine.");
        }

        var path = ReleasedModels.Find(target);
        if (File.Exists(path))
        {
            return [(TargetKind.Comparison, path)];
        }

        var found = Directory.Exists(path) ? Within(path, MostDepth).ToList() : [];
        return found.Count > 0 ? found : throw new FileNotFoundException(
            $"{target}: expected an archive (with archive.json), a model (with {ModelFolder.Card}), a study (with {ReportedStudy.Results}), "
                + "a folder with some of these, or what 'coda compare --json' wrote, "
                + $"got {(Directory.Exists(path) ? "a directory with none" : "nothing there")}. Check the path.");
    }

    private static IEnumerable<(TargetKind Kind, string Path)> Within(string path, int depth)
    {
        if (ArchiveStores.Holds(path))
        {
            return [(TargetKind.Archive, path)];
        }

        if (File.Exists(Path.Combine(path, ModelFolder.Card)))
        {
            return [(TargetKind.Model, path)];
        }

        return File.Exists(Path.Combine(path, ReportedStudy.Results)) ? [(TargetKind.Study, path)]
            : depth == 0 ? []
            : Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal).SelectMany(below => Within(below, depth - 1));
    }
}
