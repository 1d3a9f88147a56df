using System.Buffers.Binary;
using System.Text;

namespace Coda.Data.Archives.NetCdf;

/// <summary>Writes a classic NetCDF file whose dimensions are known: CDF-2, or CDF-5 where a variable has 4 GiB or more.</summary>
internal sealed class ClassicWriter : ArrayWriter
{
    private const int BufferLength = 1 << 14; // numbers
    private const long Most32 = uint.MaxValue - 3L;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where the file goes; can seek, and is at its start.</param>
    /// <param name="attributes">What the file says of itself: text or numbers.</param>
    /// <param name="variables">Its variables; those of texts have the type of characters.</param>
    public ClassicWriter(Stream stream, IReadOnlyDictionary<string, object> attributes, IReadOnlyList<NetCdfVariable> variables)
    {
        var dimensions = variables.SelectMany(v => v.Dimensions).Distinct().ToList();
        var isLarge = variables.Any(v => BytesOf(v) > Most32) || dimensions.Any(d => d.Length > int.MaxValue);
        var places = new long[variables.Count];
        var next = (long)Header(isLarge, dimensions, attributes, variables, places).Length;
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = next;
            next += (BytesOf(variables[i]) + 3) & ~3L;
            Growing.Add(variables[i].Name, new InFile(stream, variables[i].Type, places[i], EntriesOf(variables[i])));
        }

        stream.Write(Header(isLarge, dimensions, attributes, variables, places));
        stream.SetLength(next);
    }

    /// <summary>The bytes that variables will take.</summary>
    /// <param name="variables">The variables.</param>
    public static double BytesOf(IEnumerable<NetCdfVariable> variables) =>
        variables.Sum(v => v.Dimensions.Aggregate((double)ClassicHeader.SizeOf(v.Type), (n, d) => n * d.Length));

    private static long EntriesOf(NetCdfVariable variable) => variable.Dimensions.Aggregate(1L, (n, d) => checked(n * d.Length));

    private static long BytesOf(NetCdfVariable variable) => checked(EntriesOf(variable) * ClassicHeader.SizeOf(variable.Type));

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

    private sealed class InFile(Stream stream, NetCdfType type, long begin, long length) : GrowingArray(type, length, BufferLength)
    {
        private long _written;

        public override void Flush()
        {
            stream.Position = begin + _written;
            stream.Write(Buffer, 0, Used);
            _written += Used;
            Used = 0;
        }
    }
}
