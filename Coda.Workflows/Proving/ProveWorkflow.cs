using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Progress;
using Coda.Workflows.Scoring;

namespace Coda.Workflows.Proving;

/// <summary>Lets an archive of analyses prove itself: every checksum and row, a random share of its parts computed again to the same bits, its scores, and
/// faults injected into a copy, each of which must be refused.</summary>
public static partial class ProveWorkflow
{
    /// <summary>Proves an archive.</summary>
    /// <param name="job">Which archive, from which observations, with which model.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The proof, which may say that the archive is not what it says.</returns>
    /// <exception cref="ArgumentException">Not all that the analyses were made from is named.</exception>
    /// <exception cref="ArchiveFormatException">The archive is damaged, or has no analyses that tell what they were made from.</exception>
    /// <exception cref="ModelMismatchException">The model is another than that of the analyses.</exception>
    public static Proof Run(ProveJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var (seed, share) = job.Other is { } other ? (other.Seed, other.Share) : (job.Seed, job.Share);
        new Faults("prove").Require(share is > 0 and <= 1, nameof(job.Share), "more than 0 and at most 1", share).ThrowIfAny();
        if (ArchiveStores.Of(job.Archive).Folder is not { } folder)
        {
            throw new ArgumentException($"{job.Archive}: expected a folder of this machine, got an address. Copy the archive here.");
        }

        using var archive = ParquetArchive.Open(folder);
        progress.Run("verify", _ => archive.Verify(cancellation));
        var origin = OriginOf(archive);
        using var observations = ParquetArchive.Open(job.Observations ?? folder);
        using var reference = job.Reference is { } path ? ParquetArchive.Open(path) : null;
        var scratch = Directory.CreateDirectory(ScratchFolder.Shared.NewFile()).FullName;
        try
        {
            string[] parts = [.. archive.Description.Checksums.Keys.Where(IsAnalyses).Order(StringComparer.Ordinal)];
            var again = Again(job, Made(job, origin, observations, reference), parts, (seed, share, scratch), progress, cancellation);
            var proof = new Proof(FileHash.Sha256(Path.Combine(folder, "archive.json"), cancellation), seed, share)
            {
                Version = Version(), Origin = origin, Files = archive.Description.Checksums.Count, Parts = parts.Length,
                Again = [.. again.Select(a => new ProvenPart(a.Name, archive.Description.Checksums.GetValueOrDefault(a.Name, "-"), a.Sha256))],
                Scores = Scores(observations, folder, cancellation),
                Faults = progress.Run("inject faults", _ => Faults(archive.Description, folder, Path.Combine(scratch, "copy"), seed, cancellation)),
            };
            return proof;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static readonly string[] Known =
        ["method", "observations", "model", "device", "reference", "range", "members", "grossCheck", "partSize", "bands"];

    private static bool IsAnalyses(string name) => name.StartsWith("analyses/", StringComparison.Ordinal);

    private static SortedDictionary<string, string> OriginOf(ParquetArchive archive) =>
        archive.HasTable(ArchiveTable.Analyses) && archive.Description.Origins?.GetValueOrDefault("analyses") is { } origin && origin.ContainsKey("method")
            ? origin
            : throw new ArchiveFormatException(
                $"{archive.Path}: expected analyses that tell what they were made from, got none. Make them with 'coda analyze' of this version.");

    // What is not understood is not made again.
    private static void RequireKnown(string path, SortedDictionary<string, string> origin)
    {
        if (origin.Keys.Except(Known).ToList() is { Count: > 0 } others)
        {
            throw new ArchiveFormatException($"{path}: expected analyses made from {string.Join(", ", Known)}, got such that depend on "
                + $"{string.Join(", ", others)} as well. Prove them with the version of Coda that made them, or a newer one.");
        }
    }

    // The level is the archive's, the file the caller's.
    private static BandChoice? BandsOf(ProveJob job, SortedDictionary<string, string> origin)
    {
        if (!origin.TryGetValue("bands", out var bands))
        {
            return job.Bands is null ? null : throw new ArgumentException(
                $"{job.Archive}: expected no bands, for its analyses have none, got {job.Bands}. Leave --bands out.");
        }

        if (job.Bands is null)
        {
            throw new ArgumentException($"{job.Archive}: expected the bands that its analyses have, {bands}, got none. Name their file with --bands.");
        }

        var level = bands.Split(' ', 2)[0];
        return BandChoice.Read(job.Bands, double.TryParse(level, CultureInfo.InvariantCulture, out var number)
            ? number : throw new ArchiveFormatException(
            $"{job.Archive}: expected bands such as '0.9 of DIGEST' in its origins, got '{bands}'. Make the analyses anew."));
    }

    private static double? Number(ProveJob job, SortedDictionary<string, string> origin, string name) =>
        !origin.TryGetValue(name, out var text) ? null
        : double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArchiveFormatException($"{job.Archive}: expected a number as {name} in its origins, got '{text}'. Make the analyses anew.");

    // The job that makes the analyses again, of which everything is as the archive says.
    private static AnalyzeJob Made(ProveJob job, SortedDictionary<string, string> origin, ParquetArchive observations, ParquetArchive? reference)
    {
        RequireKnown(job.Archive, origin);
        var words = origin["method"].Split(' ', 2);
        var method = new Component(words[0], words.Length > 1 ? Options(words[1]) : null);
        if (origin.TryGetValue("model", out var model) && job.Model is null)
        {
            throw new ArgumentException($"{job.Archive}: expected the model that it was made with, {model}, got none. Name it with --model.");
        }

        var made = new AnalyzeJob(method, observations)
        {
            Model = origin.ContainsKey("model") ? job.Model : null, Reference = reference, Bands = BandsOf(job, origin),
            Workers = job.Workers, Members = (int?)Number(job, origin, "members"), PartSize = (long?)Number(job, origin, "partSize"),
            Range = origin.TryGetValue("range", out var range) ? RangeOf(range) : null,
            GrossCheck = Number(job, origin, "grossCheck") ?? PlausibleObservations.DefaultDeviations,
        };
        var context = new AnalysisContext(new PlausibleObservations(reference ?? observations, made.GrossCheck), made.Model);
        AssimilationMethod.Catalog.Create(method, context);
        var now = AnalysisOrigin.Of(method, context, observations);
        made.Bands?.AddTo(now, ArchiveTable.Analyses);
        foreach (var (name, expected) in origin.Where(o => o.Key is "method" or "observations" or "model" or "reference" or "device" or "bands"))
        {
            if (now.GetValueOrDefault(name) is var got && got != expected)
            {
                throw name == "model"
                    ? new ModelMismatchException($"{job.Archive}: expected the {name} {expected}, got {got ?? "none"}. Name the one that it was made with.")
                    : new ArgumentException(
                        $"{job.Archive}: expected the {name} {expected}, got {got ?? "none"}. "
                            + "Name what it was made from (--observations, --reference, --bands).");
            }
        }

        return made;
    }

    private static List<(string Name, string Sha256)> Again(
        ProveJob job, AnalyzeJob made, string[] parts, (ulong Seed, double Share, string Scratch) how, IWorkflowProgress progress,
        CancellationToken cancellation)
    {
        var count = Math.Clamp((int)Math.Round(1 / how.Share), 1, parts.Length);
        var shard = new Shard((int)new CounterRandom(how.Seed).NextInteger(count), count);
        var folder = Path.Combine(how.Scratch, "again");
        AnalyzeWorkflow.Run(made with { Output = folder, Shard = shard }, progress, cancellation);
        List<(string Name, string Sha256)> found =
        [
            .. Directory.EnumerateFiles(Path.Combine(folder, "analyses"), "*.parquet", SearchOption.TopDirectoryOnly).Order(StringComparer.Ordinal)
                .Select(file => ($"analyses/{Path.GetFileName(file)}", FileHash.Sha256(file, cancellation))),
        ];
        return found.Count > 0 ? found : throw new InvalidDataException(
            $"{job.Archive}: expected parts {shard} of {parts.Length} to be made again, got none. Take another seed.");
    }

    // None where there is nothing to score against.
    private static IReadOnlyList<ScoreResult> Scores(ParquetArchive observations, string folder, CancellationToken cancellation) =>
        ScoreWorkflow.IsPossible(observations)
            ? ScoreWorkflow.Run(new ScoreJob(observations, [folder]), new SilentProgress(), cancellation).Scores
                .Where(s => s.Table == ArchiveTable.Analyses).SelectMany(s => s.Results).ToList()
            : [];

    private static IReadOnlyList<ProvenFault> Faults(
        ArchiveDescription description, string folder, string copy, ulong seed, CancellationToken cancellation)
    {
        List<string> names = [.. description.Checksums.Keys, "archive.json"];
        var lengths = names.ConvertAll(name => new FileInfo(Path.Combine(folder, name)).Length);
        DiskRoom.Require(copy, lengths.Sum() + lengths.Max(), "Faults are injected into a copy of the archive; name a larger disk with TMPDIR");
        foreach (var name in names)
        {
            cancellation.ThrowIfCancellationRequested();
            var target = Path.Combine(copy, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(folder, name), target);
        }

        return new ArchiveFaults(copy, description.Checksums, seed).Run(cancellation);
    }

    private static JsonObject Options(string text) => CodaJson.Parse<JsonObject>(text, "the archive's origins", "Make the analyses anew.");

    // As RecordRange writes itself.
    private static RecordRange RangeOf(string text)
    {
        if (Range().Match(text) is not { Success: true } found)
        {
            throw new ArchiveFormatException($"Expected a range such as 'trajectories [0, 8), steps [0, 1100)' in the archive's origins, got '{text}'.");
        }

        int Number(string name) => int.Parse(found.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
        long Step(string name) => long.Parse(found.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
        return new RecordRange(Number("first"), Number("end") - Number("first"), new StepRange(Step("start"), Step("stop")))
        {
            Every = found.Groups["every"].Success ? Number("every") : 1,
        };
    }

    [GeneratedRegex(@"^trajectories \[(?<first>\d+), (?<end>\d+)\), steps \[(?<start>-?\d+), (?<stop>-?\d+)\)(, multiples of (?<every>\d+))?$")]
    private static partial Regex Range();

    private static string Version() =>
        typeof(ProveWorkflow).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
