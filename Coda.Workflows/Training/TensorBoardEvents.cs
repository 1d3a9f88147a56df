using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Coda.Workflows.Training;

/// <summary>Writes numbers as TensorBoard reads them: a file of events, each a protocol buffer (<c>tensorflow.Event</c>) in a TFRecord.</summary>
/// <remarks>A record is its length (64 bits), the masked CRC-32C of that, its bytes, the masked CRC-32C of these. A run that goes on writes a file of its own,
/// which begins by saying from which step on it holds: of earlier files TensorBoard then drops what was taken back. So says one that goes back within a
/// file.</remarks>
internal sealed class TensorBoardEvents : IDisposable
{
    private const uint Mask = 0xa282ead8;

    private readonly FileStream _file;
    private readonly TimeProvider _clock;
    private long _last;

    /// <summary>Begins a file of a new name.</summary>
    /// <param name="folder">Its folder, which is made where there is none.</param>
    /// <param name="firstStep">The step from which on it holds.</param>
    /// <param name="clock">Tells when an event was.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public TensorBoardEvents(string folder, long firstStep, TimeProvider clock)
    {
        _clock = clock;
        Directory.CreateDirectory(folder);
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        _file = Create(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{second:D10}.coda")));
        Write(0, Bytes(3, Encoding.UTF8.GetBytes("brain.Event:2")));
        Start(firstStep);
    }

    /// <summary>Adds the numbers of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="values">The numbers by tag; TensorBoard keeps them in single precision.</param>
    public void Add(long step, IEnumerable<(string Tag, double Value)> values)
    {
        if (step <= _last)
        {
            Start(step); // training diverged, and goes on from its last checkpoint
        }

        _last = step;
        Write(step, Bytes(5, [.. values.SelectMany(value => Bytes(1, [.. Bytes(1, Encoding.UTF8.GetBytes(value.Tag)), .. Single(2, (float)value.Value)]))]));
    }

    /// <summary>Lets others see what was added.</summary>
    public void Flush() => _file.Flush();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // Two runs may begin within a second.
    private static FileStream Create(string path)
    {
        for (var number = 0; ; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{path}.{number}");
            if (!File.Exists(name))
            {
                return new(name, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            }
        }
    }

    // A session's: what there is from this step on is outdated.
    private void Start(long step) => Write(step, Bytes(7, [.. Tag(1, 0), 1]));

    private void Write(long step, byte[] content)
    {
        var time = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        byte[] data = [.. Double(1, time), .. Tag(2, 0), .. Varint((ulong)step), .. content];
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)data.Length);
        Write(length);
        Write(data);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        Span<byte> check = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(check, BitOperations.RotateRight(~crc, 15) + Mask);
        _file.Write(bytes);
        _file.Write(check);
    }

    private static byte[] Tag(int field, int wireType) => Varint((ulong)((field << 3) | wireType));

    private static byte[] Bytes(int field, byte[] content) => [.. Tag(field, 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Single(int field, float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return [.. Tag(field, 5), .. bytes];
    }

    private static byte[] Double(int field, double value)
    {
        var bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return [.. Tag(field, 1), .. bytes];
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
