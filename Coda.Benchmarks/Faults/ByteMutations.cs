using Coda.Data.Foundation;

namespace Coda.Benchmarks.Faults;

/// <summary>Damage that any file can take.</summary>
internal static class ByteMutations
{
    private const int LargestBlock = 512;

    private static readonly byte[] OfAnotherKind = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, .. "no file of this kind"u8];

    /// <summary>Each with its name; an empty result for a file that is gone is <see langword="null"/>.</summary>
    public static IReadOnlyDictionary<string, Func<byte[], CounterRandom, byte[]?>> All { get; } = new Dictionary<string, Func<byte[], CounterRandom, byte[]?>>
    {
        ["bit-flip"] = FlipBit,
        ["truncate"] = (bytes, random) => bytes[..(int)random.NextInteger(bytes.Length)],
        ["zero-block"] = ZeroBlock,
        ["swap-blocks"] = SwapBlocks,
        ["append"] = (bytes, random) => [.. bytes, .. Enumerable.Range(0, 1 + (int)random.NextInteger(64)).Select(_ => (byte)random.NextInteger(256))],
        ["empty"] = (_, _) => [],
        ["other-kind"] = (_, _) => OfAnotherKind,
        ["delete"] = (_, _) => null,
    };

    private static byte[] FlipBit(byte[] bytes, CounterRandom random)
    {
        byte[] copy = [.. bytes];
        copy[random.NextInteger(bytes.Length)] ^= (byte)(1 << (int)random.NextInteger(8));
        return copy;
    }

    private static byte[] ZeroBlock(byte[] bytes, CounterRandom random)
    {
        byte[] copy = [.. bytes];
        var length = 1 + (int)random.NextInteger(Math.Min(LargestBlock, bytes.Length));
        copy.AsSpan((int)random.NextInteger(bytes.Length - length + 1), length).Clear();
        return copy;
    }

    private static byte[] SwapBlocks(byte[] bytes, CounterRandom random)
    {
        var length = 1 + (int)random.NextInteger(Math.Max(1, Math.Min(LargestBlock, bytes.Length / 2)));
        var first = (int)random.NextInteger(Math.Max(1, bytes.Length - (2 * length) + 1));
        var second = first + length + (int)random.NextInteger(Math.Max(1, bytes.Length - first - (2 * length) + 1));
        var (ends, begins) = (first + length, second + length);
        return [.. bytes[..first], .. bytes[second..begins], .. bytes[ends..second], .. bytes[first..ends], .. bytes[begins..]];
    }
}
