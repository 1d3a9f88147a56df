using System.Text;
using System.Text.RegularExpressions;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Workflows.Inspecting;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Proving;

/// <summary>Damages a copy of an archive in every way that a disk, a writer or a hand might, one after the other, and asks the check what it says; and leaves
/// beside it what killed writers leave, of which it must say nothing.</summary>
/// <param name="copy">The copy's folder; beside it an intact file is kept.</param>
/// <param name="checksums">The SHA-256 of each part.</param>
/// <param name="seed">Which part, and where.</param>
internal sealed partial class ArchiveFaults(string copy, IReadOnlyDictionary<string, string> checksums, ulong seed)
{
    private const string Description = "archive.json";
    private const string Unnamed = "analyses/part-99999.parquet";

    private long _rows;

    /// <summary>What came of each fault; the copy is whole again afterwards.</summary>
    /// <param name="cancellation">Stops between faults.</param>
    /// <exception cref="InvalidDataException">The copy is damaged before anything was done.</exception>
    public IReadOnlyList<ProvenFault> Run(CancellationToken cancellation)
    {
        CheckWorkflow.Run(copy, new SilentProgress(), cancellation);
        _rows = Rows();
        var random = new CounterRandom(seed, checksums.Count);
        string[] parts = [.. checksums.Keys];
        var part = parts[(int)random.NextInteger(parts.Length)];
        var (bit, other) = (random.NextInteger(8 * new FileInfo(Of(part)).Length), parts.FirstOrDefault(p => checksums[p] != checksums[part]));
        var found = new List<ProvenFault>
        {
            Try("a flipped bit", part, path => Flip(path, bit)),
            Try("the second half gone", part, path => Resize(path)),
            Try("the file gone", part, File.Delete),
            Try("a member edited", Description, path => Edit(path, text => Provenance().Replace(text, "$0(edited) ", 1))),
            Try("a checksum edited, and no digest", Description, path => Edit(path, text =>
                Digest().Replace(text.Replace(checksums[part], new string('0', 64), StringComparison.Ordinal), ""))),
        };
        if (other is not null)
        {
            found.Add(Try($"the bytes of {other}", part, path => File.Copy(Of(other), path, overwrite: true)));
        }

        var (half, text) = (File.ReadAllBytes(Of(part)), File.ReadAllBytes(Of(Description)));
        found.Add(Try("cut in the middle", Description, path => File.WriteAllBytes(path, text[..(text.Length / 2)])));
        found.Add(Leave("half of it under a temporary name", part, AtomicFile.TemporaryName(Of(part)), half[..(half.Length / 2)], cancellation));
        found.Add(Leave("half of it under a temporary name", Description, AtomicFile.TemporaryName(Of(Description)), text[..(text.Length / 2)], cancellation));
        found.Add(Leave("a part that archive.json does not name", Unnamed, Of(Unnamed), half, cancellation));
        return found;

        ProvenFault Try(string fault, string name, Action<string> damage)
        {
            cancellation.ThrowIfCancellationRequested();
            var (path, intact) = (Of(name), copy + ".intact");
            File.Copy(path, intact, overwrite: true);
            try
            {
                damage(path);
                return new(fault, name, Refusal([name, part], cancellation));
            }
            finally
            {
                File.Move(intact, path, overwrite: true);
            }
        }
    }

    // What a killed writer leaves, beside the files that count: the archive must be what it was.
    private ProvenFault Leave(string fault, string name, string path, byte[] content, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        File.WriteAllBytes(path, content);
        try
        {
            var refusal = Refusal([name, path], cancellation);
            return new(fault, name, refusal) { IsIgnored = refusal is null && Rows() == _rows };
        }
        finally
        {
            File.Delete(path);
        }
    }

    private long Rows()
    {
        using var archive = ParquetArchive.Open(copy);
        return checksums.Keys.ToHashSet().SetEquals(archive.Description.Checksums.Keys) ? archive.RowCount(ArchiveTable.Analyses) : -1;
    }

    private string Of(string name) => Path.Combine(copy, name);

    private static void Flip(string path, long bit)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = bit / 8;
        var value = file.ReadByte();
        file.Position = bit / 8;
        file.WriteByte((byte)(value ^ (1 << (int)(bit % 8))));
    }

    private static void Resize(string path)
    {
        using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(file.Length / 2);
    }

    // By hand, as who edits a file does it.
    private static void Edit(string path, Func<string, string> edit) => File.WriteAllText(path, edit(File.ReadAllText(path)), new UTF8Encoding(false));

    [GeneratedRegex("\"provenance\"\\s*:\\s*\"")]
    private static partial Regex Provenance();

    [GeneratedRegex(",\\s*\"digest\"\\s*:\\s*\"[0-9a-f]*\"")]
    private static partial Regex Digest();

    // What the check says against one of these files, the damaged one or the one whose checksum was, without the copy's place. A full disk, or a file that may
    // not be read, is no refusal: that goes up.
    private string? Refusal(string[] names, CancellationToken cancellation)
    {
        try
        {
            CheckWorkflow.Run(copy, new SilentProgress(), cancellation);
            return null;
        }
        catch (Exception fault) when (IsOf(fault, names))
        {
            return fault.Message.Replace(copy + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(copy, ".", StringComparison.Ordinal);
        }
    }

    private static bool IsOf(Exception fault, string[] names) => fault is ArchiveFormatException or InvalidDataException or FileNotFoundException
        && names.Any(name => fault.Message.Contains(Path.GetFileName(name), StringComparison.Ordinal));
}
