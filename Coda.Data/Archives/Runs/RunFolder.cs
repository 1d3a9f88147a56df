using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stores;
using Coda.Data.Archives.Tables;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>
/// What a run keeps beside a table's parts until they are sealed: <c>run/plan.json</c>, a manifest for each finished part, and the locks of its processes.
/// </summary>
/// <param name="store">Where the archive's files are.</param>
/// <param name="table">The table.</param>
internal sealed class RunFolder(IArchiveStore store, ArchiveTable table)
{
    private const string Plan = "plan.json";

    /// <summary>The folder in the archive.</summary>
    public string Name { get; } = $"{PartNames.Folder(table)}/run";

    /// <summary>The folder, for messages.</summary>
    public string Place => store.PlaceOf(Name);

    /// <summary>The plan's file in the archive.</summary>
    public string PlanName => $"{Name}/{Plan}";

    /// <summary>Whether any part is finished.</summary>
    public bool HasManifests => Manifests.Any();

    /// <summary>The manifests' files in the archive.</summary>
    public IEnumerable<string> Manifests => store.List(Name).Select(file => file.Name).Where(IsManifest);

    private string PlanCure => $"Delete the folder {Place} to begin the run anew.";

    /// <summary>Refuses to replace a table that a run is making.</summary>
    /// <exception cref="IOException">There is an unfinished run.</exception>
    public void Refuse()
    {
        if (HasPlan)
        {
            throw new IOException(
                $"{Place}: expected no unfinished run of this table, got one. Finish it with the command that began it, or delete this folder.");
        }
    }

    /// <summary>Whether there is a plan.</summary>
    public bool HasPlan => store.ReadDocument(PlanName) is not null;

    /// <summary>A finished part's manifest.</summary>
    /// <param name="number">The part's number.</param>
    public string ManifestName(int number) => FormattableString.Invariant($"{Name}/part-{number:D5}.json");

    /// <summary>Whether a file is a run's own: a plan or a manifest.</summary>
    /// <param name="name">Its name in the archive.</param>
    public static bool IsOwn(string name) => Path.GetFileName(name) == Plan || IsManifest(name);

    /// <summary>Reads the plan; <see langword="null"/> where there is no run.</summary>
    /// <exception cref="ArchiveFormatException">It is damaged.</exception>
    public RunPlan? ReadPlan()
    {
        if (store.ReadDocument(PlanName) is not { } document)
        {
            return null;
        }

        var path = store.PlaceOf(PlanName);
        try
        {
            using var source = JsonSource.Parse(document.Content, path, PlanCure);
            var plan = source.As<RunPlan>();
            plan.Check();
            source.RequireDigest();
            return plan;
        }
        catch (InvalidDataException fault)
        {
            throw new ArchiveFormatException(fault.Message, fault);
        }
        catch (ArgumentException fault)
        {
            throw new ArchiveFormatException($"{path}: {fault.Message} {PlanCure}", fault);
        }
    }

    /// <summary>Reads the manifest of a part, and looks whether the part is there; <see langword="null"/> where it is not finished.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="part">The part.</param>
    /// <exception cref="ArchiveFormatException">The manifest is damaged or of another run, or the part is not what it says.</exception>
    public PartManifest? ReadManifest(RunPlan plan, RunPart part)
    {
        if (Read(part.Number) is not { } manifest)
        {
            return null;
        }

        var fault =
            manifest.Rows != part.RowCount ? FormattableString.Invariant($"rows: expected {part.RowCount}, as its range has, got {manifest.Rows}")
            : manifest.Part != part ? $"expected the manifest of {part.Range}, got that of {manifest.Part.Range}"
            : Difference(plan.Origin, manifest.Origin) is { } difference ? $"expected a part of this run, got one with {difference}"
            : FileFault(manifest);
        return fault is null ? manifest : throw new ArchiveFormatException($"{PlaceOf(part.Number)}: {fault}. {Cure(part.Number)}");
    }

    /// <summary>Whether every part of a plan has a manifest.</summary>
    /// <param name="plan">The plan.</param>
    public bool IsWhole(RunPlan plan)
    {
        var there = Manifests.ToHashSet(StringComparer.Ordinal);
        return plan.Parts.All(part => there.Contains(ManifestName(part.Number)));
    }

    /// <summary>Reads the manifests of parts as <see cref="ReadManifest"/> does, many at once where each takes a while to come.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="verifies">Whether parts are compared with their checksums.</param>
    /// <returns>A manifest for each part, in their order; <see langword="null"/> for those that are not finished.</returns>
    public IEnumerable<PartManifest?> ReadManifests(RunPlan plan, IReadOnlyList<RunPart> parts, bool verifies)
    {
        var there = Manifests.ToHashSet(StringComparer.Ordinal);
        return store.Folder is null ? InOrder.Map(parts, ArchiveStores.AskedAtOnce, () => new object(), (_, part) => Read(part)) : parts.Select(Read);

        PartManifest? Read(RunPart part)
        {
            var manifest = there.Contains(ManifestName(part.Number)) ? ReadManifest(plan, part) : null;
            if (verifies && manifest is not null)
            {
                Verify(manifest);
            }

            return manifest;
        }
    }

    /// <summary>The part that a manifest describes, in the archive.</summary>
    /// <param name="manifest">The manifest.</param>
    public string PartName(PartManifest manifest) => manifest.Name ?? PartNames.Of(table, manifest.Part.Number);

    /// <summary>Compares a finished part with the checksum in its manifest.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <exception cref="ArchiveFormatException">They differ.</exception>
    public void Verify(PartManifest manifest)
    {
        if (store.Sha256(PartName(manifest)) is var got && got != manifest.Sha256)
        {
            throw new ArchiveFormatException(
                $"{store.PlaceOf(PartName(manifest))}: expected SHA-256 {manifest.Sha256}, got {got}. {Cure(manifest.Part.Number)}");
        }
    }

    /// <summary>The first name under which two origins differ, in words; <see langword="null"/> where they agree.</summary>
    /// <param name="expected">The one.</param>
    /// <param name="got">The other.</param>
    public static string? Difference(SortedDictionary<string, string> expected, SortedDictionary<string, string> got) =>
        expected.Keys.Union(got.Keys).Where(name => expected.GetValueOrDefault(name) != got.GetValueOrDefault(name))
            .Select(name => $"{name} {got.GetValueOrDefault(name, "none")} instead of {expected.GetValueOrDefault(name, "none")}").FirstOrDefault();

    private static bool IsManifest(string name) => Path.GetFileName(name) is var file
        && file.StartsWith("part-", StringComparison.Ordinal) && file.EndsWith(".json", StringComparison.Ordinal);

    private string PlaceOf(int number) => store.PlaceOf(ManifestName(number));

    private string Cure(int number) => $"Delete {Path.GetFileName(ManifestName(number))} and run the command again, which makes this part anew.";

    private string? FileFault(PartManifest manifest)
    {
        var name = PartName(manifest);
        return !PartNames.IsPartName(name) || PartNames.Plain(name) != PartNames.Of(table, manifest.Part.Number)
            ? $"name: expected one of part {manifest.Part.Number}, got another"
            : store.Find(name) is not { } file ? $"expected {store.PlaceOf(name)}, which it describes, got no such file"
            : file.Length != manifest.Bytes
                ? FormattableString.Invariant($"expected {store.PlaceOf(name)} to have {manifest.Bytes} bytes, got {file.Length}")
            : null;
    }

    private PartManifest? Read(int number)
    {
        try
        {
            return store.ReadDocument(ManifestName(number)) is { } document
                ? CodaJson.ReadBytes<PartManifest>(document.Content, PlaceOf(number), Cure(number)) : null;
        }
        catch (InvalidDataException fault)
        {
            throw new ArchiveFormatException(fault.Message, fault);
        }
    }
}
