using System.Runtime.InteropServices;
using System.Text;

namespace Coda.Clusters.Ranks;

/// <summary>What a rank tells all others outside of what they compute: that it leaves, or that it has lost one.</summary>
/// <param name="From">Who tells.</param>
/// <param name="Lost">The rank that was lost; -1 where the teller leaves.</param>
/// <param name="ExitCode">What the teller ends with.</param>
/// <param name="Text">Why, where it failed.</param>
internal sealed record RankNote(int From, int Lost, int ExitCode, string Text)
{
    /// <summary>The most bytes that a note takes.</summary>
    public const int Size = 4096;

    private const int Numbers = 4 * sizeof(int);

    /// <summary>The note as bytes.</summary>
    public byte[] Bytes()
    {
        var text = Encoding.UTF8.GetBytes(Text);
        var length = Math.Min(text.Length, Size - Numbers);
        int[] numbers = [From, Lost, ExitCode, length];
        return [.. MemoryMarshal.AsBytes<int>(numbers), .. text[..length]];
    }

    /// <summary>A note from its bytes.</summary>
    /// <param name="bytes">What <see cref="Bytes"/> gave, perhaps with others after it.</param>
    public static RankNote Of(ReadOnlySpan<byte> bytes)
    {
        var numbers = MemoryMarshal.Cast<byte, int>(bytes[..Numbers]);
        return new RankNote(numbers[0], numbers[1], numbers[2], Encoding.UTF8.GetString(bytes.Slice(Numbers, numbers[3])));
    }
}
