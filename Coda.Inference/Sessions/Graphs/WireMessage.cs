using System.Buffers.Binary;
using System.Text;

namespace Coda.Inference.Sessions.Graphs;

/// <summary>A protocol buffer's message as its fields, in order: enough to read an ONNX file, change a few of its parts, and write it again.</summary>
/// <remarks>What is not touched keeps its bytes. The field numbers are those of onnx.proto.</remarks>
internal sealed class WireMessage
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;

    private readonly List<Field> _fields = [];

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">Its bytes; kept, not copied.</param>
    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public static WireMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        var (message, at) = (new WireMessage(), 0);
        while (at < bytes.Length)
        {
            var key = ReadVarint(bytes.Span, ref at);
            var (number, wire) = ((int)(key >> 3), (int)(key & 7));
            switch (wire)
            {
                case Varint:
                    message._fields.Add(new(number, wire, ReadVarint(bytes.Span, ref at), default));
                    break;
                case Fixed64 or Fixed32 or Bytes:
                    var length = wire == Fixed64 ? 8 : wire == Fixed32 ? 4 : (long)ReadVarint(bytes.Span, ref at);
                    if (length < 0 || length > bytes.Length - at)
                    {
                        throw Damaged();
                    }

                    message._fields.Add(new(number, wire, 0, bytes.Slice(at, (int)length)));
                    at += (int)length;
                    break;
                default:
                    throw Damaged();
            }
        }

        return message;
    }

    /// <summary>Adds a field that holds bytes: a text, packed numbers, another message.</summary>
    public WireMessage Add(int field, ReadOnlyMemory<byte> bytes)
    {
        _fields.Add(new(field, Bytes, 0, bytes));
        return this;
    }

    /// <summary>Adds a text.</summary>
    public WireMessage Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    /// <summary>Adds a number.</summary>
    public WireMessage Add(int field, long number)
    {
        _fields.Add(new(field, Varint, (ulong)number, default));
        return this;
    }

    /// <summary>Whether there is such a field.</summary>
    public bool Has(int field) => _fields.Exists(f => f.Number == field);

    /// <summary>The last value of a field of bytes; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Last(int field) => _fields.FindLast(f => f.Number == field).Content;

    /// <summary>The last value of a text; empty where there is none.</summary>
    public string Text(int field) => Encoding.UTF8.GetString(Last(field).Span);

    /// <summary>Every value of a repeated text.</summary>
    public string[] Texts(int field) => [.. _fields.Where(f => f.Number == field).Select(f => Encoding.UTF8.GetString(f.Content.Span))];

    /// <summary>Every value of a repeated message.</summary>
    public WireMessage[] Messages(int field) => [.. _fields.Where(f => f.Number == field).Select(f => Parse(f.Content))];

    /// <summary>Every value of a repeated number, packed or not.</summary>
    public long[] Numbers(int field)
    {
        var numbers = new List<long>();
        foreach (var found in _fields.Where(f => f.Number == field))
        {
            if (found.Wire == Varint)
            {
                numbers.Add((long)found.Value);
            }

            for (var at = 0; at < found.Content.Length;)
            {
                numbers.Add((long)ReadVarint(found.Content.Span, ref at));
            }
        }

        return [.. numbers];
    }

    /// <summary>Replaces every value of a repeated message by what a function makes of it, in place.</summary>
    public void Change(int field, Func<WireMessage, WireMessage> change)
    {
        for (var i = 0; i < _fields.Count; i++)
        {
            if (_fields[i].Number == field)
            {
                _fields[i] = _fields[i] with { Content = change(Parse(_fields[i].Content)).ToArray() };
            }
        }
    }

    /// <summary>Replaces one value of a repeated text.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="index">Which of its values.</param>
    /// <param name="text">The new value.</param>
    public void Change(int field, int index, string text)
    {
        var at = _fields.Index().Where(f => f.Item.Number == field).ElementAt(index).Index;
        _fields[at] = _fields[at] with { Content = Encoding.UTF8.GetBytes(text) };
    }

    /// <summary>Removes every value of a field.</summary>
    public void Remove(int field) => _fields.RemoveAll(f => f.Number == field);

    /// <summary>The message's bytes.</summary>
    public byte[] ToArray()
    {
        using var stream = new MemoryStream();
        foreach (var field in _fields)
        {
            WriteVarint(stream, ((ulong)field.Number << 3) | (uint)field.Wire);
            if (field.Wire == Varint)
            {
                WriteVarint(stream, field.Value);
                continue;
            }

            if (field.Wire == Bytes)
            {
                WriteVarint(stream, (ulong)field.Content.Length);
            }

            stream.Write(field.Content.Span);
        }

        return stream.ToArray();
    }

    /// <summary>Numbers as the bytes of a tensor.</summary>
    public static byte[] Raw(ReadOnlySpan<long> numbers)
    {
        var bytes = new byte[8 * numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), numbers[i]);
        }

        return bytes;
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }

    private static void WriteVarint(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }

    private static InvalidDataException Damaged() => new("Expected a protocol buffer's message, got bytes that are none; copy or export the file again.");

    private readonly record struct Field(int Number, int Wire, ulong Value, ReadOnlyMemory<byte> Content);
}
