using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Coda.Data.Archives.Engines;

namespace Coda.Data.Archives.DuckDb;

/// <summary>
/// The SQL table function <c>coda_rows(id)</c>, whose rows come from a <see cref="RowSource"/>: it fills DuckDB's own vectors, so nothing is copied on the way.
/// </summary>
internal static unsafe class RowSourceFunction
{
    private const string Name = "coda_rows";
    private const int TypeInteger = 4;
    private const int TypeBigint = 5;
    private const int TypeFloat = 10;
    private static readonly ConcurrentDictionary<long, Entry> Sources = new();
    private static long _lastId;

    /// <summary>Makes the function known to a database.</summary>
    /// <param name="connection">A connection to it.</param>
    public static void Register(DuckDbConnection connection)
    {
        var function = DuckDbNative.CreateTableFunction();
        var parameter = DuckDbNative.CreateLogicalType(TypeBigint);
        DuckDbNative.TableFunctionSetName(function, Name);
        DuckDbNative.TableFunctionAddParameter(function, parameter);
        DuckDbNative.TableFunctionSetBind(function, &Bind);
        DuckDbNative.TableFunctionSetInit(function, &Init);
        DuckDbNative.TableFunctionSetFunction(function, &Fill);
        var state = DuckDbNative.RegisterTableFunction(connection.Handle, function);
        DuckDbNative.DestroyLogicalType(ref parameter);
        DuckDbNative.DestroyTableFunction(ref function);
        if (state != 0)
        {
            throw new DuckDbException($"DuckDB did not accept the table function {Name}.");
        }
    }

    /// <summary>Runs a statement that reads a source.</summary>
    /// <param name="connection">Where it runs.</param>
    /// <param name="source">The rows.</param>
    /// <param name="statement">Makes the statement from the expression that stands for the rows.</param>
    /// <exception cref="DuckDbException">DuckDB failed. A fault of the source itself is thrown as it is.</exception>
    public static void Execute(DuckDbConnection connection, RowSource source, Func<string, string> statement)
    {
        var id = Interlocked.Increment(ref _lastId);
        var entry = Sources[id] = new Entry(source);
        try
        {
            connection.Execute(statement($"{Name}({id})"));
        }
        catch (DuckDbException) when (entry.Fault is { } fault)
        {
            fault.Throw();
        }
        finally
        {
            Sources.TryRemove(id, out _);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        var value = DuckDbNative.BindGetParameter(info, 0);
        var id = DuckDbNative.GetInt64(value);
        DuckDbNative.DestroyValue(ref value);
        if (!Sources.TryGetValue(id, out var entry))
        {
            DuckDbNative.BindSetError(info, $"{Name}: there is no source {id}.");
            return;
        }

        foreach (var column in entry.Source.Columns)
        {
            var type = TypeOf(column.Type);
            DuckDbNative.BindAddResultColumn(info, column.Name, type);
            DuckDbNative.DestroyLogicalType(ref type);
        }

        DuckDbNative.BindSetBindData(info, (nint)id, 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(nint info) => DuckDbNative.InitSetMaxThreads(info, 1);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(nint info, nint chunk)
    {
        var entry = Sources[DuckDbNative.FunctionGetBindData(info)];
        try
        {
            DuckDbNative.DataChunkSetSize(chunk, (ulong)entry.Source.Fill(new Chunk(chunk)));
        }
        catch (Exception fault)
        {
            entry.Fault = ExceptionDispatchInfo.Capture(fault);
            DuckDbNative.FunctionSetError(info, fault.Message);
        }
    }

    private static nint TypeOf(ColumnType type)
    {
        if (type != ColumnType.FloatList)
        {
            return DuckDbNative.CreateLogicalType(type switch { ColumnType.Int32 => TypeInteger, ColumnType.Int64 => TypeBigint, _ => TypeFloat });
        }

        var child = DuckDbNative.CreateLogicalType(TypeFloat);
        var list = DuckDbNative.CreateListType(child);
        DuckDbNative.DestroyLogicalType(ref child);
        return list;
    }

    private sealed class Entry(RowSource source)
    {
        public RowSource Source => source;

        public ExceptionDispatchInfo? Fault { get; set; }
    }

    private sealed class Chunk(nint chunk) : IColumnSink
    {
        public int Capacity { get; } = (int)DuckDbNative.VectorSize();

        public Span<T> Column<T>(int index)
            where T : unmanaged => new(DuckDbNative.VectorGetData(Vector(index)), Capacity);

        public Span<float> Lists(int index, int rows, int width)
        {
            var vector = Vector(index);
            var total = (ulong)rows * (ulong)width;
            if (DuckDbNative.ListVectorReserve(vector, total) != 0 || DuckDbNative.ListVectorSetSize(vector, total) != 0)
            {
                throw new DuckDbException($"DuckDB has no room for {rows} lists of {width} values.");
            }

            var entries = (DuckDbNative.ListEntry*)DuckDbNative.VectorGetData(vector);
            for (var row = 0; row < rows; row++)
            {
                entries[row] = new((ulong)row * (ulong)width, (ulong)width);
            }

            return new(DuckDbNative.VectorGetData(DuckDbNative.ListVectorGetChild(vector)), checked((int)total));
        }

        private nint Vector(int index) => DuckDbNative.DataChunkGetVector(chunk, (ulong)index);
    }
}
