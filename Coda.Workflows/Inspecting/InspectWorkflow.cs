using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Data.Cards;
using Coda.Inference.Sessions;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Inspecting;

/// <summary>What an archive, a model or an ONNX file holds, and whether it is whole.</summary>
public static class InspectWorkflow
{
    private static readonly (string Role, string Without)[] Needed =
    [
        (ModelRoles.Analysis, "no analyses"), (ModelRoles.Forecast, "no forecasts"),
            (ModelRoles.Tangent, "no methods that take derivatives, such as the polish"),
    ];

    /// <summary>Looks into it; nothing is changed.</summary>
    /// <param name="job">What.</param>
    /// <param name="progress">Told how it gets on, and of a model that has nothing to be compared with.</param>
    /// <param name="cancellation">Stops the verification of an archive.</param>
    /// <exception cref="FileNotFoundException">There is none of these.</exception>
    /// <exception cref="InvalidDataException">It, or the history of a model's training, is damaged.</exception>
    /// <exception cref="ModelMismatchException">A model's file is not what its card says.</exception>
    public static Inspection Run(InspectJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var path = ReleasedModels.Find(job.Path);
        return ArchiveStores.Holds(path) ? OfArchive(path, job.Verifies, progress, cancellation)
            : File.Exists(Path.Combine(path, ModelFolder.Card)) ? OfModel(path, job.Verifies, progress)
            : File.Exists(path) ? OfFile(path)
            : throw new FileNotFoundException(
                $"{path}: expected an archive (with archive.json), a model's folder (with {ModelFolder.Card}) or an ONNX file, "
                + $"got {(Directory.Exists(path) ? "a directory with neither" : "nothing there")}.");
    }

    private static InspectedArchive OfArchive(string path, bool verifies, IWorkflowProgress progress, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(path);
        if (verifies)
        {
            progress.Run("verify", _ => archive.Verify(cancellation));
        }

        var description = archive.Description;
        return new(path, verifies, description, Enum.GetValues<ArchiveTable>().Where(archive.HasTable).ToDictionary(
            table => table.ToString().ToLowerInvariant(),
            table => new InspectedTable(archive.RowCount(table), Parts(description, table.ToString()))));
    }

    private static int Parts(ArchiveDescription description, string table) =>
        description.Checksums.Keys.Count(name => name.StartsWith($"{table}/", StringComparison.OrdinalIgnoreCase));

    private static InspectedModel OfModel(string path, bool verifies, IWorkflowProgress progress)
    {
        var card = ModelFolder.ReadCard(path, verifies);
        var (lacks, history) = (Lacks(path, card), InspectedHistory.Of(TrainingHistory.Read(path)));
        if (!verifies)
        {
            return new(path, verifies, card, new Dictionary<string, double>(), null, lacks, history);
        }

        var differences = progress.Run("verify", _ => ReferenceCheck.Run(path));
        using var model = progress.OpenModel(path);
        model.RequireFiles();
        if (differences.Count == 0)
        {
            progress.Warnings.Add(
                "no-reference",
                $"{path}: expected {ModelFolder.Reference}, to compare the graphs with what LibTorch made of them, got none; "
                    + "fetch the model's whole folder or export it again.");
        }

        return new(path, verifies, card, differences, model.OtherRings(), lacks, history);
    }

    private static IEnumerable<(string Role, string Without)> NeededBy(ModelCard card) =>
        card.CycleSteps is null ? Needed : Needed.Where(graph => graph.Role != ModelRoles.Analysis);

    private static string[] Lacks(string folder, ModelCard card) =>
    [
        .. NeededBy(card).Where(n => card.FileOf(n.Role) is null).Select(n => $"a graph for {n.Role}: {n.Without}"),
        .. File.Exists(Path.Combine(folder, ModelFolder.Reference)) ? [] : new[] { $"{ModelFolder.Reference}: nothing to compare ONNX Runtime with" },
        .. Directory.EnumerateFiles(folder, "*.onnx").Select(Path.GetFileName).Where(name => !card.Files.ContainsKey(name!)).Order(StringComparer.Ordinal)
            .Select(name => $"a hash of {name}, which the card does not name and nothing reads"),
    ];

    private static InspectedFile OfFile(string path)
    {
        var file = OnnxFile.Read(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var card = File.Exists(Path.Combine(folder, ModelFolder.Card)) ? ModelFolder.ReadCard(folder) : null;
        return new(path, ModelFolder.Hash(path), card?.Files.ContainsKey(Path.GetFileName(path)) == true ? card.Name : null, file);
    }
}
