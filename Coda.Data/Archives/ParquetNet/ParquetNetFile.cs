using System.Buffers.Binary;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Tables;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;
using RowGroup = Coda.Data.Archives.Engines.RowGroup;

namespace Coda.Data.Archives.ParquetNet;

/// <summary>One file, opened. For one thread.</summary>
internal sealed class ParquetNetFile : IDisposable
{
    private readonly BlockingStream _stream;
    private readonly ParquetReader _reader;
    private readonly ParquetSchema _schema;

    /// <summary>Opens a file and reads its footer.</summary>
    /// <param name="path">The file.</param>
    public ParquetNetFile(string path)
        : this(System.IO.File.OpenRead(path))
    {
    }

    /// <summary>Reads the footer of a stream, which is owned from then on.</summary>
    /// <param name="stream">The file.</param>
    public ParquetNetFile(Stream stream)
    {
        _stream = new BlockingStream(stream);
        try
        {
            _reader = Completed.Result(ParquetReader.CreateAsync(_stream));
            _schema = _reader.Schema;
            Footer = new PartFooter(
                [.. _schema.Fields.Select(field => (field.Name, TypeOf(field)))], [.. _reader.RowGroups.Select(group => Describe(group.RowGroup))]);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>What the end of the file tells.</summary>
    public PartFooter Footer { get; }

    /// <summary>What the file says of its rows beside them, by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _reader.CustomMetadata;

    /// <summary>A row group, to be read from.</summary>
    /// <param name="index">Its place in the footer.</param>
    public ParquetRowGroupReader Group(int index) => _reader.RowGroups[index];

    /// <summary>A column by its name.</summary>
    /// <param name="name">The name.</param>
    public Field Field(string name) => _schema.Fields.First(field => field.Name == name);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static string TypeOf(Field field) => field switch
    {
        ListField { Item: DataField { IsArray: false } item } => TypeOf(item.ClrType) + "[]",
        DataField { IsArray: false } data => TypeOf(data.ClrType),
        _ => field.SchemaType.ToString().ToUpperInvariant(),
    };

    private static string TypeOf(System.Type type) =>
        type == typeof(int) ? TableFormat.Name(ColumnType.Int32)
        : type == typeof(long) ? TableFormat.Name(ColumnType.Int64)
        : type == typeof(float) ? TableFormat.Name(ColumnType.Float)
        : type == typeof(ReadOnlyMemory<char>) ? "VARCHAR"
        : type.Name.ToUpperInvariant();

    private static RowGroup Describe(Parquet.Meta.RowGroup group)
    {
        var ranges = new Dictionary<string, (long, long)>();
        var hasNulls = false;
        foreach (var column in group.Columns.Select(c => c.MetaData!).Where(c => c.Type is Parquet.Meta.Type.INT32 or Parquet.Meta.Type.INT64))
        {
            hasNulls |= column.Statistics?.NullCount > 0;
            if (column.Statistics is { MinValue: { } smallest, MaxValue: { } largest })
            {
                ranges[column.PathInSchema[0]] = (Integer(smallest), Integer(largest));
            }
        }

        return new RowGroup(group.NumRows, ranges, hasNulls);
    }

    private static long Integer(byte[] bytes) => bytes.Length == sizeof(int)
        ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
}
