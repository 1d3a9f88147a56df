using System.Buffers.Binary;
using System.Text;

namespace Coda.Data.Archives.Import;

/// <summary>Columns of durations, which Parquet keeps as plain integers: Arrow's own schema in a file's metadata tells their unit.</summary>
/// <remarks>The schema is a FlatBuffer (Arrow's Message.fbs and Schema.fbs): tables whose fields are found through a list of offsets.</remarks>
internal static class ArrowDurations
{
    private const int Duration = 18; // in the union Type

    /// <summary>The columns and the decimals of a second that their integers hold: 0, 3, 6 or 9.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="schema">What stands under <c>ARROW:schema</c>, in base 64; <see langword="null"/> where nothing does.</param>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static IReadOnlyDictionary<string, int> Of(string path, string? schema)
    {
        try
        {
            return schema is null ? new Dictionary<string, int>() : Read(Convert.FromBase64String(schema));
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException(
                $"{path}: expected Arrow's schema in the file's metadata (ARROW:schema), got one that is damaged. "
                + "Restore it from a copy or write it anew.", fault);
        }
    }

    private static Dictionary<string, int> Read(ReadOnlySpan<byte> bytes)
    {
        var data = bytes[(BinaryPrimitives.ReadInt32LittleEndian(bytes) == -1 ? 8 : 4)..]; // behind a mark, in newer files, and the length
        Dictionary<string, int> durations = new(StringComparer.Ordinal);
        var message = Target(data, 0);
        if (Field(data, message, 2) is not (> 0 and var header) || Field(data, Target(data, header), 1) is not (> 0 and var list))
        {
            return durations;
        }

        var fields = Target(data, list);
        for (var i = 0; i < Int(data, fields); i++)
        {
            var field = Target(data, fields + 4 + (4 * i));
            var (name, kind, type) = (Field(data, field, 0), Field(data, field, 2), Field(data, field, 3));
            if (name > 0 && kind > 0 && data[kind] == Duration && type > 0)
            {
                var unit = Field(data, Target(data, type), 0);
                var text = Target(data, name);
                var thousands = unit > 0 ? BinaryPrimitives.ReadInt16LittleEndian(data[unit..]) : 1;
                durations[Encoding.UTF8.GetString(data.Slice(text + 4, Int(data, text)))] = 3 * thousands;
            }
        }

        return durations;
    }

    private static int Int(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadInt32LittleEndian(data[at..]);

    private static int Target(ReadOnlySpan<byte> data, int at) => checked(at + Int(data, at));

    // Where a field of a table stands; 0 where it is left out.
    private static int Field(ReadOnlySpan<byte> data, int table, int index)
    {
        var offsets = checked(table - Int(data, table));
        var at = 4 + (2 * index);
        var offset = at < BinaryPrimitives.ReadUInt16LittleEndian(data[offsets..]) ? BinaryPrimitives.ReadUInt16LittleEndian(data[(offsets + at)..]) : 0;
        return offset == 0 ? 0 : table + offset;
    }
}
