using System.Buffers.Binary;
using System.Text;

namespace Coda.Data.Archives.NetCdf;

/// <summary>Writes a classic NetCDF file whose dimensions are known: CDF-2, or CDF-5 where a variable has 4 GiB or more.</summary>
/// <remarks>Each variable is written from its first entry to its last, in pieces; several grow beside each other, each with a small buffer. What is passed over
/// becomes the fill value.</remarks>
internal sealed class ClassicWriter
{
    /// <summary>NetCDF's fill value of single precision.</summary>
    public const float Fill = 9.9692099683868690e+36f;

    private const int BufferLength = 1 << 14; // numbers
    private const long Most32 = uint.MaxValue - 3L;

    private readonly Stream _stream;
    private readonly Dictionary<string, Growing> _growing = new(StringComparer.Ordinal);

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where the file goes; can seek, and is at its start.</param>
    /// <param name="attributes">What the file says of itself: text or numbers.</param>
    /// <param name="variables">Its variables; those of texts have the type of characters.</param>
    public ClassicWriter(Stream stream, IReadOnlyDictionary<string, object> attributes, IReadOnlyList<NetCdfVariable> variables)
    {
        _stream = stream;
        var dimensions = variables.SelectMany(v => v.Dimensions).Distinct().ToList();
        var isLarge = variables.Any(v => BytesOf(v) > Most32) || dimensions.Any(d => d.Length > int.MaxValue);
        var places = new long[variables.Count];
        var next = (long)Header(isLarge, dimensions, attributes, variables, places).Length;
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = next;
            next += (BytesOf(variables[i]) + 3) & ~3L;
            _growing.Add(variables[i].Name, new Growing(variables[i].Type, places[i], EntriesOf(variables[i])));
        }

        stream.Write(Header(isLarge, dimensions, attributes, variables, places));
        stream.SetLength(next);
    }

    /// <summary>The bytes that variables will take.</summary>
    /// <param name="variables">The variables.</param>
    public static double BytesOf(IEnumerable<NetCdfVariable> variables) =>
        variables.Sum(v => v.Dimensions.Aggregate((double)ClassicHeader.SizeOf(v.Type), (n, d) => n * d.Length));

    /// <summary>Writes the next entries of a variable of numbers in single precision.</summary>
    /// <param name="variable">Its name.</param>
    /// <param name="first">The place of the first of them, counted through the whole array, not before what was written.</param>
    /// <param name="values">The entries.</param>
    public void Write(string variable, long first, ReadOnlySpan<float> values)
    {
        var growing = _growing[variable];
        FillUpTo(growing, first);
        foreach (var value in values)
        {
            Put(growing, value);
        }
    }

    /// <summary>Writes a whole variable of numbers.</summary>
    /// <param name="variable">Its name.</param>
    /// <param name="values">The entries.</param>
    public void Write(string variable, IEnumerable<double> values)
    {
        var growing = _growing[variable];
        foreach (var value in values)
        {
            Put(growing, value);
        }
    }

    /// <summary>Writes a whole variable of texts.</summary>
    /// <param name="variable">Its name.</param>
    /// <param name="texts">The texts, each as UTF-8 filled up with zeros to <paramref name="width"/> bytes.</param>
    /// <param name="width">The length of the last axis.</param>
    public void Write(string variable, IEnumerable<string> texts, int width)
    {
        var growing = _growing[variable];
        foreach (var text in texts)
        {
            var bytes = new byte[width];
            Encoding.UTF8.GetBytes(text, bytes);
            foreach (var value in bytes)
            {
                Put(growing, value);
            }
        }
    }

    /// <summary>Fills what is left of each variable, and writes what is buffered.</summary>
    public void Complete()
    {
        foreach (var growing in _growing.Values)
        {
            FillUpTo(growing, growing.Length);
            Flush(growing);
        }
    }

    private static long EntriesOf(NetCdfVariable variable) => variable.Dimensions.Aggregate(1L, (n, d) => checked(n * d.Length));

    private static long BytesOf(NetCdfVariable variable) => checked(EntriesOf(variable) * ClassicHeader.SizeOf(variable.Type));

    private void FillUpTo(Growing growing, long place)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(place, growing.Next);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(place, growing.Length);
        while (growing.Next < place)
        {
            Put(growing, Fill);
        }
    }

    private void Put(Growing growing, double value)
    {
        var bytes = growing.Buffer.AsSpan(growing.Used);
        switch (growing.Type)
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

        growing.Used += ClassicHeader.SizeOf(growing.Type);
        growing.Next++;
        if (growing.Used == growing.Buffer.Length)
        {
            Flush(growing);
        }
    }

    private void Flush(Growing growing)
    {
        _stream.Position = growing.Begin + growing.Written;
        _stream.Write(growing.Buffer, 0, growing.Used);
        growing.Written += growing.Used;
        growing.Used = 0;
    }

    private static byte[] Header(
        bool isLarge, List<NetCdfDimension> dimensions, IReadOnlyDictionary<string, object> attributes, IReadOnlyList<NetCdfVariable> variables, long[] places)
    {
        var header = new MemoryStream();
        header.Write(isLarge ? "CDF\u0005"u8 : "CDF\u0002"u8);
        Count(0); // records
        List(10, dimensions, d =>
        {
            Name(d.Name);
            Count(d.Length);
        });
        List(12, attributes.ToList(), Attribute);
        List(11, variables.Index().ToList(), v =>
        {
            Name(v.Item.Name);
            Count(v.Item.Dimensions.Count);
            foreach (var dimension in v.Item.Dimensions)
            {
                Count(dimensions.IndexOf(dimension));
            }

            List(12, v.Item.Attributes.ToList(), Attribute);
            Integer((int)v.Item.Type);
            Count((BytesOf(v.Item) + 3) & ~3L);
            Integer64(places[v.Index]);
        });
        return header.ToArray();

        void List<T>(int tag, IReadOnlyList<T> items, Action<T> write)
        {
            Integer(items.Count == 0 ? 0 : tag);
            Count(items.Count);
            foreach (var item in items)
            {
                write(item);
            }
        }

        void Attribute(KeyValuePair<string, object> attribute)
        {
            Name(attribute.Key);
            if (attribute.Value is string text)
            {
                Integer((int)NetCdfType.Char);
                Name(text);
                return;
            }

            var single = attribute.Value is float;
            Integer((int)(single ? NetCdfType.Float : NetCdfType.Double));
            Count(1);
            var bytes = new byte[single ? 4 : 8];
            if (single)
            {
                BinaryPrimitives.WriteSingleBigEndian(bytes, (float)attribute.Value);
            }
            else
            {
                BinaryPrimitives.WriteDoubleBigEndian(bytes, (double)attribute.Value);
            }

            header.Write(bytes);
        }

        void Name(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Count(bytes.Length);
            header.Write(bytes);
            header.Write(new byte[-bytes.Length & 3]);
        }

        void Count(long count)
        {
            if (isLarge)
            {
                Integer64(count);
            }
            else
            {
                Integer((uint)count);
            }
        }

        void Integer(long value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
            header.Write(bytes);
        }

        void Integer64(long value)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            header.Write(bytes);
        }
    }

    private sealed class Growing(NetCdfType type, long begin, long length)
    {
        public NetCdfType Type => type;

        public long Begin => begin;

        public long Length => length;

        public byte[] Buffer { get; } = new byte[BufferLength * ClassicHeader.SizeOf(type)];

        public int Used { get; set; }

        public long Written { get; set; }

        public long Next { get; set; }
    }
}
