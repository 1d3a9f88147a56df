using System.Reflection;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Coda.Workflows.Progress;
using Coda.Workflows.Training;

namespace Coda.Workflows.Proving;

/// <summary>Lets a model prove itself: every digest of its folder, its reference outputs, its card's scores on fresh records, and its training, which goes on
/// from the checkpoint to the same bits.</summary>
public static class ProveModelWorkflow
{
    private const int LargeLayout = 1000;
    private const int LeastRecords = 8;
    private const int MostSteps = 10_000_000;

    /// <summary>Whether there is a model, and not an archive.</summary>
    /// <param name="path">A folder, or the name of a released model.</param>
    public static bool IsModel(string path) => File.Exists(Path.Combine(ReleasedModels.Find(path), ModelFolder.Card));

    /// <summary>Proves a model.</summary>
    /// <param name="job">Which model, trained on which archive.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The proof, which may say that the model is not what it says.</returns>
    /// <exception cref="ArgumentException">Too few records or steps, or an archive that it was not trained on.</exception>
    /// <exception cref="FileNotFoundException">There is no model, or a file that its card names is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="ModelMismatchException">A file is another than the card says, or computes something else than its reference outputs.</exception>
    public static ModelProof Run(ProveModelJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var folder = ReleasedModels.Find(job.Model);
        var card = progress.Run("verify", _ => ModelFolder.ReadCard(folder));
        var (seed, records, steps) = job.Other is { } other
            ? (other.Seed, other.Records, other.Steps) : (job.Seed, job.Records, job.Steps ?? (card.Layout.Size > LargeLayout ? 60 : 500));
        var ends = 2L * FreshScores.MarginOf(card);
        new Faults("prove").Require(records >= LeastRecords, nameof(job.Records), $"at least {LeastRecords}", records)
            .Require(steps >= 1 && steps + ends <= MostSteps, nameof(job.Steps), $"at least 1, and with the {ends} at the ends {MostSteps} at most", steps)
            .ThrowIfAny();
        var fresh = new CounterRandom(seed, card.Name.Length, unchecked((long)card.Seed)).NextBits() | (1UL << 63);
        var references = progress.Run("reference outputs", _ => ReferenceCheck.Run(folder));
        using var model = OnnxModel.Open(folder);
        var (scores, others) = progress.Run("score fresh records", _ => new FreshScores(model, fresh, records, steps, job.Workers).Run(cancellation));
        var (resumed, why) = progress.Run("go on training", _ => Resumed(folder, card, job.Archive, cancellation));
        return new(card.Name, seed, records, steps)
        {
            Version = Version(), Files = Files(folder, cancellation), Named = [.. card.Files.Keys],
            References = new(references.ToDictionary(), StringComparer.Ordinal), Tolerance = ReferenceCheck.Tolerance, FreshSeed = fresh, Scores = scores,
            NotMeasured = others, IsSizeKnown = scores.Count == 0 || card.ScoredOn is { Records: not null, Steps: not null },
            Resumed = resumed, NotResumed = why,
        };
    }

    private static (ProvenResumption? Resumed, string? Why) Resumed(string folder, ModelCard card, string? archive, CancellationToken cancellation)
    {
        var checkpoint = Path.Combine(folder, TrainFolder.Checkpoint);
        if (!File.Exists(checkpoint))
        {
            return archive is null ? (null, $"there is no {TrainFolder.Checkpoint}") : throw new ArgumentException(
                $"{folder}: expected {TrainFolder.Checkpoint}, from which training goes on, got none. Leave --archive out.");
        }

        if (archive is null)
        {
            return (null, "the archive that it was trained on was not named (--archive)");
        }

        using var record = ParquetArchive.Open(archive);
        var scratch = Directory.CreateDirectory(ScratchFolder.Shared.NewFile()).FullName;
        try
        {
            return new ResumedTraining(folder, card, record, scratch).Run(cancellation);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    // Of the folder and those within, such as joint/; locks and what killed writers left are no files of the model.
    private static SortedDictionary<string, string> Files(string folder, CancellationToken cancellation) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), File: file))
            .Where(f => Path.GetFileName(f.Name) != ModelLock.FileName && f.Name.Split('/').All(part => AtomicFile.FinalName(part) is null))
            .ToDictionary(f => f.Name, f => FileHash.Sha256(f.File, cancellation)),
        StringComparer.Ordinal);

    private static string Version() =>
        typeof(ProveModelWorkflow).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
