using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Tables;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>
/// What a run keeps beside a table's parts until they are sealed: <c>run/plan.json</c>, a manifest for each finished part, and the locks of its processes.
/// </summary>
/// <param name="root">The archive's directory.</param>
/// <param name="table">The table.</param>
internal sealed class RunFolder(string root, ArchiveTable table)
{
    /// <summary>The folder.</summary>
    public string Path { get; } = PathOf(root, table);

    /// <summary>The plan's file.</summary>
    public string PlanPath => System.IO.Path.Combine(Path, "plan.json");

    /// <summary>Whether any part is finished.</summary>
    public bool HasManifests => Directory.GetFiles(Path, "part-*.json").Length > 0;

    private string PlanCure => $"Delete the folder {Path} to begin the run anew.";

    /// <summary>Refuses to replace a table that a run is making.</summary>
    /// <param name="root">The archive's directory.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="IOException">There is an unfinished run.</exception>
    public static void Refuse(string root, ArchiveTable table)
    {
        if (File.Exists(new RunFolder(root, table).PlanPath))
        {
            throw new IOException(
                $"{PathOf(root, table)}: expected no unfinished run of this table, got one. Finish it with the command that began it, or delete this folder.");
        }
    }

    /// <summary>A part's file.</summary>
    /// <param name="number">The part's number.</param>
    public string PartPath(int number) => System.IO.Path.Combine(root, PartNames.Of(table, number));

    /// <summary>A finished part's manifest.</summary>
    /// <param name="number">The part's number.</param>
    public string ManifestPath(int number) => System.IO.Path.Combine(Path, FormattableString.Invariant($"part-{number:D5}.json"));

    /// <summary>Reads the plan; <see langword="null"/> where there is no run.</summary>
    /// <exception cref="ArchiveFormatException">It is damaged.</exception>
    public RunPlan? ReadPlan()
    {
        if (!File.Exists(PlanPath))
        {
            return null;
        }

        try
        {
            using var source = JsonSource.Open(PlanPath, PlanCure);
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
            throw new ArchiveFormatException($"{PlanPath}: {fault.Message} {PlanCure}", fault);
        }
    }

    /// <summary>Reads the manifest of a part, and looks whether the part is there; <see langword="null"/> where it is not finished.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="part">The part.</param>
    /// <exception cref="ArchiveFormatException">The manifest is damaged or of another run, or the part is not what it says.</exception>
    public PartManifest? ReadManifest(RunPlan plan, RunPart part)
    {
        var path = ManifestPath(part.Number);
        if (Read(path) is not { } manifest)
        {
            return null;
        }

        var file = new FileInfo(PartPath(part.Number));
        var fault =
            manifest.Rows != part.RowCount ? FormattableString.Invariant($"rows: expected {part.RowCount}, as its range has, got {manifest.Rows}")
            : manifest.Part != part ? $"expected the manifest of {part.Range}, got that of {manifest.Part.Range}"
            : Difference(plan.Origin, manifest.Origin) is { } difference ? $"expected a part of this run, got one with {difference}"
            : !file.Exists ? $"expected {file.FullName}, which it describes, got no such file"
            : file.Length != manifest.Bytes ? FormattableString.Invariant($"expected {file.FullName} to have {manifest.Bytes} bytes, got {file.Length}")
            : null;
        return fault is null ? manifest : throw new ArchiveFormatException($"{path}: {fault}. {Cure(path)}");
    }

    /// <summary>Compares a finished part with the checksum in its manifest.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <exception cref="ArchiveFormatException">They differ.</exception>
    public void Verify(PartManifest manifest)
    {
        var path = PartPath(manifest.Part.Number);
        if (FileHash.Sha256(path) is var got && got != manifest.Sha256)
        {
            throw new ArchiveFormatException($"{path}: expected SHA-256 {manifest.Sha256}, got {got}. {Cure(ManifestPath(manifest.Part.Number))}");
        }
    }

    /// <summary>The first name under which two origins differ, in words; <see langword="null"/> where they agree.</summary>
    /// <param name="expected">The one.</param>
    /// <param name="got">The other.</param>
    public static string? Difference(SortedDictionary<string, string> expected, SortedDictionary<string, string> got) =>
        expected.Keys.Union(got.Keys).Where(name => expected.GetValueOrDefault(name) != got.GetValueOrDefault(name))
            .Select(name => $"{name} {got.GetValueOrDefault(name, "none")} instead of {expected.GetValueOrDefault(name, "none")}").FirstOrDefault();

    private static string PathOf(string root, ArchiveTable table) => System.IO.Path.Combine(root, PartNames.Folder(table), "run");

    private static string Cure(string manifest) => $"Delete {System.IO.Path.GetFileName(manifest)} and run the command again, which makes this part anew.";

    private static PartManifest? Read(string path)
    {
        try
        {
            return CodaJson.Read<PartManifest>(path, Cure(path));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException fault)
        {
            throw new ArchiveFormatException(fault.Message, fault);
        }
    }
}
