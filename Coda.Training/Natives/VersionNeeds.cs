using System.Buffers.Binary;
using System.Text;

namespace Coda.Training.Natives;

/// <summary>The symbol versions that a shared library asks of others, in the bytes of its file (ELF, 64 bits, little-endian).</summary>
/// <remarks>
/// The loader refuses a library whose section <c>.gnu.version_r</c> asks for a version that the system's library lacks, even where no relocation needs a
/// symbol of it. The flag <c>VER_FLG_WEAK</c> on the entry makes it go on. Source: Linux Standard Base Core Specification 5.0, "Symbol Versioning"; System V
/// ABI, "Object Files".
/// </remarks>
internal static class VersionNeeds
{
    private const uint Relocations = 4, DynamicSymbols = 11, Needs = 0x6ffffffe, SymbolVersions = 0x6fffffff;
    private const ushort Weak = 2;

    /// <summary>Sets <c>VER_FLG_WEAK</c> on the entries of one version.</summary>
    /// <param name="file">The library's bytes; changed in place, in the flags only.</param>
    /// <param name="version">The version's name, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <exception cref="InvalidDataException">
    /// The bytes are no such library, it asks for no such version, or a relocation needs a symbol of it, which then would be missing at run time.
    /// </exception>
    public static void MakeWeak(Span<byte> file, string version)
    {
        try
        {
            var sections = Sections(file);
            var entries = EntriesOf(file, sections, version);
            if (entries.Count == 0)
            {
                throw new InvalidDataException($"Expected a library that asks for {version}, got one that does not.");
            }

            foreach (var entry in entries)
            {
                if (IsBound(file, sections, BinaryPrimitives.ReadUInt16LittleEndian(file[(entry + 6)..])))
                {
                    throw new InvalidDataException(
                        $"Expected a library that names {version} without a symbol of it, got one that binds such symbols and cannot do without them.");
                }

                var flags = file[(entry + 4)..];
                BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
            }
        }
        catch (Exception fault) when (fault is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("Expected a shared library (ELF, 64 bits, little-endian), got a file with offsets outside of it.", fault);
        }
    }

    private static List<Section> Sections(ReadOnlySpan<byte> file)
    {
        if (file.Length < 64 || !file[..6].SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new InvalidDataException("Expected a shared library (ELF, 64 bits, little-endian), got another kind of file.");
        }

        var (start, size) = (checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file[0x28..])), BinaryPrimitives.ReadUInt16LittleEndian(file[0x3a..]));
        var sections = new List<Section>();
        for (var i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(file[0x3c..]); i++)
        {
            var header = file.Slice(checked(start + (i * size)), 64);
            sections.Add(new(
                BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
                checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[0x18..])),
                checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[0x20..])),
                checked((int)BinaryPrimitives.ReadUInt32LittleEndian(header[0x28..]))));
        }

        return sections;
    }

    // Verneed: version 2, count 2, file 4, offset of the first Vernaux 4, offset of the next 4. Vernaux: hash 4, flags 2, index 2, name 4, offset of the next
    // 4.
    private static List<int> EntriesOf(ReadOnlySpan<byte> file, List<Section> sections, string version)
    {
        var entries = new List<int>();
        foreach (var section in sections.Where(s => s.Type == Needs))
        {
            var names = sections[section.Link];
            for (var (need, more) = (section.Offset, true); more;)
            {
                var entry = need + Offset(file, need + 8);
                for (var left = BinaryPrimitives.ReadUInt16LittleEndian(file[(need + 2)..]); left > 0; left--)
                {
                    if (Text(file[checked(names.Offset + Offset(file, entry + 8))..]) == version)
                    {
                        entries.Add(entry);
                    }

                    entry += Offset(file, entry + 12);
                }

                var next = Offset(file, need + 12);
                (need, more) = (need + next, next > 0);
            }
        }

        return entries;
    }

    // Rela: offset 8, symbol and kind 8, addend 8; the symbol's version stands in the table of symbol versions, two bytes a symbol.
    private static bool IsBound(ReadOnlySpan<byte> file, List<Section> sections, ushort index)
    {
        var versions = sections.Find(s => s.Type == SymbolVersions);
        if (versions.Type != SymbolVersions)
        {
            throw new InvalidDataException("Expected a library with a table of symbol versions, got one without.");
        }

        foreach (var section in sections.Where(s => s.Type == Relocations && sections[s.Link].Type == DynamicSymbols))
        {
            for (var at = section.Offset; at < section.Offset + section.Size; at += 24)
            {
                var symbol = Offset(file, at + 12);
                if (symbol > 0 && (BinaryPrimitives.ReadUInt16LittleEndian(file[(versions.Offset + (2 * symbol))..]) & 0x7fff) == index)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int Offset(ReadOnlySpan<byte> file, int at) => checked((int)BinaryPrimitives.ReadUInt32LittleEndian(file[at..]));

    private static string Text(ReadOnlySpan<byte> from) => Encoding.UTF8.GetString(from[..from.IndexOf((byte)0)]);

    private readonly record struct Section(uint Type, int Offset, int Size, int Link);
}
