using System.Text;
using System.Text.RegularExpressions;
using Coda.Data.Foundation;
using Coda.Workflows.Inspecting;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Proving;

/// <summary>Damages a copy of an archive in every way that a disk, a writer or a hand might, one after the other, and asks the check what it says.</summary>
internal sealed partial class ArchiveFaults(string copy, IReadOnlyList<string> parts, ulong seed)
{
    private const string Description = "archive.json";

    /// <summary>What came of each fault; the copy is whole again afterwards.</summary>
    /// <param name="cancellation">Stops between faults.</param>
    /// <exception cref="InvalidDataException">The copy is damaged before anything was done.</exception>
    public IReadOnlyList<ProvenFault> Run(CancellationToken cancellation)
    {
        CheckWorkflow.Run(copy, new SilentProgress(), cancellation);
        var random = new CounterRandom(seed, parts.Count);
        var part = parts[(int)random.NextInteger(parts.Count)];
        var (bit, other) = (random.NextInteger(8 * new FileInfo(Of(part)).Length), parts.FirstOrDefault(p => p != part && !Same(p, part)));
        var found = new List<ProvenFault>
        {
            Try("a flipped bit", part, bytes => Flipped(bytes, bit)),
            Try("the second half gone", part, bytes => bytes[..(bytes.Length / 2)]),
            Try("the file gone", part, _ => null),
            Try("a member edited", Description, bytes => Edited(bytes, text => Provenance().Replace(text, "$0(edited) ", 1))),
            Try("a checksum edited, and no digest", Description, bytes => Edited(bytes, text =>
                Digest().Replace(text.Replace(FileHash.Sha256(Of(part), cancellation), new string('0', 64), StringComparison.Ordinal), ""))),
        };
        if (other is not null)
        {
            found.Add(Try($"the bytes of {other}", part, _ => File.ReadAllBytes(Of(other))));
        }

        return found;

        ProvenFault Try(string fault, string name, Func<byte[], byte[]?> damage)
        {
            cancellation.ThrowIfCancellationRequested();
            var intact = File.ReadAllBytes(Of(name));
            try
            {
                Write(Of(name), damage(intact));
                return new(fault, name, Refusal(cancellation));
            }
            finally
            {
                File.WriteAllBytes(Of(name), intact);
            }
        }
    }

    private string Of(string name) => Path.Combine(copy, name);

    private bool Same(string one, string other) => File.ReadAllBytes(Of(one)).AsSpan().SequenceEqual(File.ReadAllBytes(Of(other)));

    private static void Write(string path, byte[]? bytes)
    {
        if (bytes is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllBytes(path, bytes);
        }
    }

    private static byte[] Flipped(byte[] bytes, long bit)
    {
        var damaged = (byte[])bytes.Clone();
        damaged[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        return damaged;
    }

    // By hand, as who edits a file does it.
    private static byte[] Edited(byte[] bytes, Func<string, string> edit) => Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(bytes)));

    [GeneratedRegex("\"provenance\"\\s*:\\s*\"")]
    private static partial Regex Provenance();

    [GeneratedRegex(",\\s*\"digest\"\\s*:\\s*\"[0-9a-f]*\"")]
    private static partial Regex Digest();

    // What the check says where it says anything, without the copy's place.
    private string? Refusal(CancellationToken cancellation)
    {
        try
        {
            CheckWorkflow.Run(copy, new SilentProgress(), cancellation);
            return null;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            return fault.Message.Replace(copy + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(copy, ".", StringComparison.Ordinal);
        }
    }
}
