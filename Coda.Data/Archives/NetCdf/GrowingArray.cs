using System.Buffers.Binary;

namespace Coda.Data.Archives.NetCdf;

/// <summary>An array that is written from its first entry to its last, its numbers big-endian as in NetCDF.</summary>
/// <param name="type">What its entries are.</param>
/// <param name="length">The number of its entries.</param>
/// <param name="bufferLength">The number of entries that are held before they are written.</param>
internal abstract class GrowingArray(NetCdfType type, long length, int bufferLength)
{
    /// <summary>What its entries are.</summary>
    protected NetCdfType Type => type;

    /// <summary>The number of its entries.</summary>
    public long Length => length;

    /// <summary>The entries so far.</summary>
    public long Next { get; private set; }

    /// <summary>What is held.</summary>
    protected byte[] Buffer { get; } = new byte[bufferLength * ClassicHeader.SizeOf(type)];

    /// <summary>The bytes that are held.</summary>
    protected int Used { get; set; }

    /// <summary>Whether what is held is to be written.</summary>
    protected virtual bool IsFull => Used == Buffer.Length;

    /// <summary>Adds an entry.</summary>
    /// <param name="value">The number, or the byte of a character.</param>
    public void Put(double value)
    {
        Encode(value, Buffer.AsSpan(Used));
        Used += ClassicHeader.SizeOf(type);
        Next++;
        if (IsFull)
        {
            Flush();
        }
    }

    /// <summary>Writes what is held.</summary>
    public abstract void Flush();

    /// <summary>Writes a number as the array has it.</summary>
    /// <param name="value">The number, or the byte of a character.</param>
    /// <param name="bytes">Takes its bytes.</param>
    protected void Encode(double value, Span<byte> bytes)
    {
        switch (type)
        {
            case NetCdfType.Char:
                bytes[0] = (byte)value;
                break;
            case NetCdfType.Int:
                BinaryPrimitives.WriteInt32BigEndian(bytes, (int)value);
                break;
            case NetCdfType.Float:
                BinaryPrimitives.WriteSingleBigEndian(bytes, (float)value);
                break;
            default:
                BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
                break;
        }
    }
}
