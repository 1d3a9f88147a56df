using System.Text;

namespace Coda.Tests.Training.Natives;

/// <summary>
/// The bytes of a shared library (ELF, 64 bits) that is nothing but its sections on versions: it asks libstdc++ for three, and binds one symbol of one of
/// them.
/// </summary>
internal static class TinyLibrary
{
    /// <summary>The versions that it asks for, in order.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["GLIBCXX_3.4", "GLIBCXX_3.4.32", "CXXABI_1.3"];

    /// <summary>Writes the library.</summary>
    /// <param name="bound">The version of which its one relocation needs a symbol.</param>
    public static byte[] Bytes(string bound)
    {
        // Sections: null, .dynstr, .dynsym, .gnu.version, .gnu.version_r, .rela.plt; their headers come last.
        var names = "\0libstdc++.so.6\0" + string.Concat(Versions.Select(v => v + "\0"));
        byte[] strings = Encoding.ASCII.GetBytes(names);
        var symbols = new byte[2 * 24]; // the first is none
        byte[] versions = [0, 0, (byte)IndexOf(bound), 0];
        byte[] needs = [.. Pack((1, 2), (Versions.Count, 2), (1, 4), (16, 4), (0, 4)), .. Versions.SelectMany((version, i) => Pack(
            (0x1234 + i, 4), (0, 2), (IndexOf(version), 2), (names.IndexOf(version + "\0", StringComparison.Ordinal), 4),
            (i + 1 < Versions.Count ? 16 : 0, 4)))];
        byte[] relocations = Pack((64, 8), (7, 4), (1, 4), (0, 8));
        var (body, headers) = (new List<byte>(new byte[64]), new List<byte>(new byte[64]));
        foreach (var (
            type, content, link) in new[] { (3, strings, 0), (11, symbols, 1), (0x6fffffff, versions, 2), (0x6ffffffe, needs, 1), (4, relocations, 2) })
        {
            headers.AddRange(Pack((0, 4), (type, 4), (0, 8), (0, 8), (body.Count, 8), (content.Length, 8), (link, 4), (0, 4), (0, 8), (0, 8)));
            body.AddRange(content);
        }

        byte[] start =
            [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                .. Pack((3, 2), (62, 2), (1, 4), (0, 8), (0, 8), (body.Count, 8), (0, 4), (64, 2), (0, 2), (0, 2), (64, 2), (6, 2), (1, 2))];
        return [.. start, .. body.Skip(64), .. headers];
    }

    /// <summary>The offset of the flags of a version's entry in the file.</summary>
    /// <param name="version">The version.</param>
    public static int FlagsOf(string version)
    {
        // Before the needs: the file's header, strings, symbols and their versions.
        var needs = 64 + Versions.Sum(v => v.Length + 1) + "\0libstdc++.so.6\0".Length + 48 + 4;
        return needs + 16 + (16 * Versions.ToList().IndexOf(version)) + 4;
    }

    private static int IndexOf(string version) => 2 + Versions.ToList().IndexOf(version);

    private static byte[] Pack(params (long Value, int Size)[] fields) => [.. fields.SelectMany(f => BitConverter.GetBytes(f.Value).Take(f.Size))];
}
