using System.Buffers.Binary;

namespace Coda.Figures.Drawing;

/// <summary>Several PNG images of one size as one that moves: the chunks acTL, fcTL and fdAT of the PNG specification, third edition (W3C, 2025), section
/// 11.3.6. Programs that do not know them show the first.</summary>
internal static class AnimatedPng
{
    private const int Signature = 8;
    private const uint Polynomial = 0xEDB88320; // CRC-32 of ISO 3309, reflected

    private static readonly uint[] Remainders = [.. Enumerable.Range(0, 256).Select(Remainder)];

    /// <summary>Makes it.</summary>
    /// <param name="frames">The images, at least one, as PNG without interlacing.</param>
    /// <param name="milliseconds">How long each is shown, 1 to 65535.</param>
    /// <param name="plays">How often all are shown; the last then stays.</param>
    /// <exception cref="ArgumentException">No image, or images of different kinds.</exception>
    public static byte[] Of(IReadOnlyList<byte[]> frames, int milliseconds, int plays)
    {
        var images = frames.Select(frame => Chunks(frame).ToList()).ToList();
        if (images.Count == 0 || images.Any(image => !image[0].Data.Span.SequenceEqual(images[0][0].Data.Span)))
        {
            throw new ArgumentException("Expected images of one size and kind, and at least one.", nameof(frames));
        }

        using var all = new MemoryStream();
        all.Write(frames[0], 0, Signature);
        foreach (var (type, data) in images[0].TakeWhile(chunk => chunk.Type != "IDAT"))
        {
            Write(all, type, data.Span);
        }

        Write(all, "acTL", Numbers((uint)images.Count, (uint)plays));
        var number = 0u;
        foreach (var (index, image) in images.Index())
        {
            Write(all, "fcTL", Control(number++, image[0].Data.Span[..8], milliseconds));
            foreach (var (_, data) in image.Where(chunk => chunk.Type == "IDAT"))
            {
                Write(all, index == 0 ? "IDAT" : "fdAT", index == 0 ? data.Span : [.. Numbers(number++), .. data.Span]);
            }
        }

        Write(all, "IEND", []);
        return all.ToArray();
    }

    private static IEnumerable<(string Type, ReadOnlyMemory<byte> Data)> Chunks(byte[] png)
    {
        for (var at = Signature; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            yield return (System.Text.Encoding.ASCII.GetString(png, at + 4, 4), png.AsMemory(at + 8, length));
            at += length + 12;
        }
    }

    // Number, width and height, no offset, the time, and that each frame takes the place of the one before.
    private static byte[] Control(uint number, ReadOnlySpan<byte> size, int milliseconds)
    {
        var control = new byte[26];
        BinaryPrimitives.WriteUInt32BigEndian(control, number);
        size.CopyTo(control.AsSpan(4));
        BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(20), (ushort)milliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(22), 1000);
        return control;
    }

    private static byte[] Numbers(params ReadOnlySpan<uint> numbers)
    {
        var bytes = new byte[4 * numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), numbers[i]);
        }

        return bytes;
    }

    private static void Write(MemoryStream all, string type, ReadOnlySpan<byte> data)
    {
        byte[] content = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        var crc = uint.MaxValue;
        foreach (var value in content)
        {
            crc = Remainders[(crc ^ value) & 0xFF] ^ (crc >> 8);
        }

        all.Write(Numbers((uint)data.Length));
        all.Write(content);
        all.Write(Numbers(~crc));
    }

    private static uint Remainder(int value)
    {
        var remainder = (uint)value;
        for (var bit = 0; bit < 8; bit++)
        {
            remainder = (remainder >> 1) ^ ((remainder & 1) == 1 ? Polynomial : 0);
        }

        return remainder;
    }
}
