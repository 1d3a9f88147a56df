using Coda.Data.Archives.DuckDb;

namespace Coda.Data.Archives.Import;

/// <summary>The rows of a Parquet file as text: numbers as short as they are exact, times in ISO 8601 and UTC, durations in seconds.</summary>
internal sealed class ParquetRows : FieldRows
{
    private readonly DuckDbDatabase _database;
    private readonly DuckDbConnection _connection;
    private readonly List<(string Name, string Type)> _types; // with the names that DuckDB gives, which differ by more than case
    private readonly List<string> _columns;
    private readonly IReadOnlyDictionary<string, int> _durations;
    private DuckDbResult? _result;
    private int _row = -1;

    /// <summary>Reads the file's end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="memoryLimit">The memory that reading may take, as in <c>2GB</c>.</param>
    /// <exception cref="InvalidDataException">It is no whole Parquet file.</exception>
    public ParquetRows(string path, string memoryLimit)
        : base(path)
    {
        _database = new DuckDbDatabase(
            "SET threads=1", "SET temp_directory=''", "SET autoinstall_known_extensions=false", "SET autoload_known_extensions=false",
            $"SET memory_limit={DuckDbConnection.Literal(memoryLimit)}");
        _connection = _database.Connect();
        try
        {
            var types = Table($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {DuckDbEngine.Source([path])})");
            _types = [.. types.Select(row => (row[0]!, row[1]!))];
            _columns = ReadNames();
            var schema = Table($"SELECT value FROM parquet_kv_metadata({DuckDbConnection.FileName(path)}) WHERE key = 'ARROW:schema'");
            _durations = ArrowDurations.Of(path, schema.FirstOrDefault()?[0]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override NumberFormat Numbers { get; } = new(isComma: false);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => _columns;

    /// <inheritdoc/>
    public override bool Next()
    {
        Row++;
        return ++_row < _result!.Rows || (Reading(_result.Next) && (_row = 0) == 0);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _result?.Dispose();
        _connection.Dispose();
        _database.Dispose();
    }

    /// <inheritdoc/>
    protected override void Choose(IReadOnlyList<int> columns)
    {
        var chosen = columns.Select(c => c < 0 ? "NULL::VARCHAR" : Text(c));
        _result = Reading(() => _connection.Stream($"SELECT {string.Join(", ", chosen)} FROM {DuckDbEngine.Source([Path])}"));
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> Read(int wanted) => _result!.Bytes(wanted, _row);

    private string Text(int column)
    {
        var (name, type) = (DuckDbConnection.Identifier(_types[column].Name), _types[column].Type);
        return type switch
        {
            "TIMESTAMP WITH TIME ZONE" => $"make_timestamp(epoch_us({name}))::VARCHAR", // whose text would be that of the machine's zone
            "INTERVAL" => $"CASE WHEN datepart('year', {name}) = 0 AND datepart('month', {name}) = 0 "
                + $"THEN {Seconds($"epoch_us({name})", 6)} ELSE {name}::VARCHAR END",
            "BLOB" => $"decode({name})",
            "BIGINT" when _durations.TryGetValue(_columns[column], out var decimals) => Seconds(name, decimals),
            _ => $"{name}::VARCHAR",
        };
    }

    // An integer as a duration in ISO 8601, whose decimals it holds.
    private static string Seconds(string integer, int decimals)
    {
        var unit = (long)Math.Pow(10, decimals);
        return $"(CASE WHEN {integer} < 0 THEN '-PT' ELSE 'PT' END || abs({integer}) // {unit} || '.' "
            + $"|| lpad((abs({integer}) % {unit})::VARCHAR, {decimals}, '0') || 'S')";
    }

    // The names as they stand in the file: the top of a tree that is listed depth first.
    private List<string> ReadNames()
    {
        List<string> names = [];
        var inner = 0L; // entries beneath a column that are still to come
        foreach (var entry in Table($"SELECT name, coalesce(num_children, 0)::VARCHAR FROM parquet_schema({DuckDbConnection.FileName(Path)})").Skip(1))
        {
            if (inner == 0)
            {
                names.Add(entry[0]!);
            }

            inner = Math.Max(0, inner - 1) + long.Parse(entry[1]!, System.Globalization.CultureInfo.InvariantCulture);
        }

        return names.Count == _types.Count ? names : throw new InvalidDataException(
            $"{Path}: expected {_types.Count} columns in the file's schema, got {names.Count}. Restore it from a copy or write it anew.");
    }

    private List<string?[]> Table(string sql) => Reading(() =>
    {
        List<string?[]> rows = [];
        using var result = _connection.Stream(sql);
        while (result.Next())
        {
            rows.AddRange(Enumerable.Range(0, result.Rows)
                .Select(row => Enumerable.Range(0, result.Columns).Select(column => result.Text(column, row)).ToArray()));
        }

        return rows;
    });

    private T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DuckDbException fault) when (ParquetFault.IsOutOfMemory(fault))
        {
            throw new InvalidDataException(
                $"{Path}: expected a Parquet file read within the memory set for it, got one that needs more. Write it anew with smaller row groups.", fault);
        }
        catch (DuckDbException fault) when (ParquetFault.IsOfFile(fault))
        {
            throw new InvalidDataException(ParquetFault.Describe(Path, fault, "Restore it from a copy or write it anew."), fault);
        }
    }
}
