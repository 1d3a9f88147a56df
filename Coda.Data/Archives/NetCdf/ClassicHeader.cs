using System.Buffers.Binary;
using System.Text;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.NetCdf;

/// <summary>Reads the header of a classic NetCDF file (CDF-1, CDF-2, CDF-5). No count is believed that the file has no bytes for.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="stream">The file, at its start.</param>
internal sealed class ClassicHeader(string path, Stream stream)
{
    private const int MostItems = 1 << 16; // of dimensions, variables, attributes
    private const int MostDimensions = 1024; // of a variable
    private const int MostAttributeBytes = 1 << 24;
    private const int MostNameBytes = 4096;
    private const int DimensionTag = 10;
    private const int VariableTag = 11;
    private const int AttributeTag = 12;

    private readonly long _length = stream.Length;
    private byte _version;

    /// <summary>A variable, and where its numbers stand.</summary>
    /// <param name="Variable">The variable.</param>
    /// <param name="Begin">The place of its first byte.</param>
    /// <param name="IsRecord">Whether its first axis is the unlimited one, whose records hold the other variables' numbers between.</param>
    internal readonly record struct Placed(NetCdfVariable Variable, long Begin, bool IsRecord);

    /// <summary>The bytes of one record.</summary>
    public long RecordSize { get; private set; }

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidDataException">It contradicts itself or the file's length.</exception>
    public IReadOnlyList<Placed> Read()
    {
        var mark = Bytes(4);
        _version = mark[3];
        Require(mark.AsSpan(0, 3).SequenceEqual("CDF"u8) && _version is 1 or 2 or 5, "a classic NetCDF file (CDF-1, 2 or 5)", "another beginning");
        var records = _version == 5 ? Integer64() : Integer32();
        var isStreaming = records == (_version == 5 ? -1 : uint.MaxValue);
        Require(isStreaming || records >= 0, "a number of records", records);
        var dimensions = Items(DimensionTag, "dimensions", () => (Name: Name(), Length: Count()));
        Require(dimensions.Count(d => d.Length == 0) <= 1, "one unlimited dimension", dimensions.Count(d => d.Length == 0));
        Items(AttributeTag, "attributes", Attribute); // of the file
        var read = Items(VariableTag, "variables", () => Variable(dimensions));
        return Place(dimensions, read, isStreaming ? null : records);
    }

    /// <summary>The bytes of a number.</summary>
    /// <param name="type">Its type.</param>
    internal static int SizeOf(NetCdfType type) => type switch
    {
        NetCdfType.Byte or NetCdfType.Char or NetCdfType.UByte => 1,
        NetCdfType.Short or NetCdfType.UShort => 2,
        NetCdfType.Int or NetCdfType.Float or NetCdfType.UInt => 4,
        _ => 8,
    };

    /// <summary>A number as it stands in a classic file.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="type">Its type.</param>
    internal static double Number(ReadOnlySpan<byte> bytes, NetCdfType type) => type switch
    {
        NetCdfType.Byte => (sbyte)bytes[0],
        NetCdfType.Char or NetCdfType.UByte => bytes[0],
        NetCdfType.Short => BinaryPrimitives.ReadInt16BigEndian(bytes),
        NetCdfType.UShort => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        NetCdfType.Int => BinaryPrimitives.ReadInt32BigEndian(bytes),
        NetCdfType.UInt => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        NetCdfType.Float => BinaryPrimitives.ReadSingleBigEndian(bytes),
        NetCdfType.Double => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        NetCdfType.Int64 => BinaryPrimitives.ReadInt64BigEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };

    private static double Padded(double bytes) => Math.Ceiling(bytes / 4) * 4;

    private (string Name, int[] Axes, Dictionary<string, object> Attributes, NetCdfType Type, long Begin) Variable(
        List<(string Name, long Length)> dimensions)
    {
        var name = Name();
        var rank = Count();
        Require(rank <= MostDimensions && rank * 4 <= Left, $"at most {MostDimensions} dimensions of variable '{name}'", rank);
        var axes = new int[rank];
        for (var axis = 0; axis < axes.Length; axis++)
        {
            var id = Count();
            Require(id < dimensions.Count, $"a dimension of {dimensions.Count} for variable '{name}'", id);
            Require(dimensions[(int)id].Length > 0 || axis == 0, $"the unlimited dimension first in variable '{name}'", "it later");
            axes[axis] = (int)id;
        }

        var attributes = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (key, value) in Items(AttributeTag, "attributes", Attribute))
        {
            attributes[key] = value;
        }

        var type = Type();
        Count(allowsAny: true); // the size, which is wrong for large ones
        return (name, axes, attributes, type, _version == 1 ? Integer32() : Integer64());
    }

    private List<Placed> Place(
        List<(string Name, long Length)> dimensions,
        List<(string Name, int[] Axes, Dictionary<string, object> Attributes, NetCdfType Type, long Begin)> variables, long? records)
    {
        bool IsRecord(int[] axes) => axes.Length > 0 && dimensions[axes[0]].Length == 0;
        double BytesOf(int[] axes, NetCdfType type) => axes.Skip(IsRecord(axes) ? 1 : 0).Aggregate((double)SizeOf(type), (n, a) => n * dimensions[a].Length);
        var recorded = variables.Where(v => IsRecord(v.Axes)).ToList();
        var size = recorded.Count == 1 ? BytesOf(recorded[0].Axes, recorded[0].Type) : recorded.Sum(v => Padded(BytesOf(v.Axes, v.Type)));
        Require(size <= _length, "records that the file has room for", $"records of {size} bytes");
        RecordSize = (long)size;
        var first = recorded.Select(v => v.Begin).DefaultIfEmpty(_length).Min();
        var count = records ?? (RecordSize == 0 ? 0 : Math.Max(0, _length - first) / RecordSize);
        var lengths = dimensions.Select(d => new NetCdfDimension(d.Name, d.Length == 0 ? count : d.Length)).ToList();
        foreach (var variable in variables)
        {
            var isRecord = IsRecord(variable.Axes);
            var own = BytesOf(variable.Axes, variable.Type);
            var end = variable.Begin + (isRecord && count > 0 ? ((count - 1) * size) + own : isRecord ? 0 : own);
            Require(variable.Begin >= 0 && end <= _length, $"variable '{variable.Name}' within the file's {_length} bytes", $"its end at byte {end}");
        }

        return [.. variables.Select(v => new Placed(
            new NetCdfVariable(v.Name, v.Type, [.. v.Axes.Select(a => lengths[a])], v.Attributes), v.Begin, IsRecord(v.Axes)))];
    }

    private List<T> Items<T>(int tag, string what, Func<T> read)
    {
        var (got, count) = (Integer32(), Count());
        Require(got == tag || (got == 0 && count == 0), $"a list of {what}", $"a list with the tag {got}");
        Require(count <= MostItems && count * 8 <= Left, $"at most {MostItems} {what}, and as many as the file has bytes for", count);
        var items = new List<T>();
        for (var i = 0; i < count; i++)
        {
            items.Add(read());
        }

        return items;
    }

    private (string Name, object Value) Attribute()
    {
        var (name, type, count) = (Name(), Type(), Count());
        Require(count <= MostAttributeBytes && count * SizeOf(type) <= Math.Min(MostAttributeBytes, Left), $"an attribute '{name}' of at most 16 MB", count);
        var (size, bytes) = (SizeOf(type), Bytes((int)(count * SizeOf(type))));
        Skip(bytes.Length);
        return type == NetCdfType.Char
            ? (name, Encoding.UTF8.GetString(bytes).TrimEnd('\0'))
            : (name, Enumerable.Range(0, (int)count).Select(i => Number(bytes.AsSpan(i * size), type)).ToArray());
    }

    private string Name()
    {
        var length = Count();
        Require(length is > 0 and <= MostNameBytes, $"a name of 1 to {MostNameBytes} bytes", length);
        var bytes = Bytes((int)length);
        Skip(bytes.Length);
        return Encoding.UTF8.GetString(bytes);
    }

    private NetCdfType Type()
    {
        var code = Integer32();
        Require(code >= 1 && code <= (_version == 5 ? 11 : 6), "a type of classic NetCDF", code);
        return (NetCdfType)code;
    }

    private long Count(bool allowsAny = false)
    {
        var count = _version == 5 ? Integer64() : Integer32();
        Require(allowsAny || count >= 0, "a count", count);
        return count;
    }

    private long Left => _length - stream.Position;

    private long Integer32() => BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));

    private long Integer64() => BinaryPrimitives.ReadInt64BigEndian(Bytes(8));

    private void Skip(int written) => Bytes(-written & 3);

    private byte[] Bytes(int count)
    {
        Require(count <= Left, $"{count} more bytes of header", $"the file's end after {Left}");
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private void Require(bool condition, string expected, object got)
    {
        if (!condition)
        {
            throw new InvalidDataException(ForeignText.Escape(FormattableString.Invariant(
                $"{path}: expected {expected}, got {got}. Restore the file from a copy or write it anew.")));
        }
    }
}
