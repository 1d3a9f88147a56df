using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Coda.Data.Archives.Engines;
using DuckDB.NET.Native;

namespace Coda.Data.Archives.DuckDb;

/// <summary>
/// The SQL table function <c>coda_rows(id)</c>, whose rows come from a <see cref="RowSource"/>: it fills DuckDB's own vectors, so nothing is copied on the way.
/// </summary>
internal static unsafe class RowSourceFunction
{
    private const string Name = "coda_rows";
    private static readonly ConcurrentDictionary<long, Entry> Sources = new();
    private static long _lastId;

    /// <summary>Makes the function known to a database.</summary>
    /// <param name="connection">A connection to it.</param>
    public static void Register(DuckDbConnection connection)
    {
        var function = NativeMethods.TableFunction.DuckDBCreateTableFunction();
        using var parameter = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.BigInt);
        NativeMethods.TableFunction.DuckDBTableFunctionSetName(function, Name);
        NativeMethods.TableFunction.DuckDBTableFunctionAddParameter(function, parameter);
        NativeMethods.TableFunction.DuckDBTableFunctionSetBind(function, &Bind);
        NativeMethods.TableFunction.DuckDBTableFunctionSetInit(function, &Init);
        NativeMethods.TableFunction.DuckDBTableFunctionSetFunction(function, &Fill);
        var state = NativeMethods.TableFunction.DuckDBRegisterTableFunction(connection.Handle, function);
        NativeMethods.TableFunction.DuckDBDestroyTableFunction(ref function);
        if (!state.IsSuccess())
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
        using var value = NativeMethods.TableFunction.DuckDBBindGetParameter(info, 0);
        var id = NativeMethods.Value.DuckDBGetInt64(value);
        if (!Sources.TryGetValue(id, out var entry))
        {
            NativeMethods.TableFunction.DuckDBBindSetError(info, $"{Name}: there is no source {id}.");
            return;
        }

        foreach (var column in entry.Source.Columns)
        {
            using var type = TypeOf(column.Type);
            NativeMethods.TableFunction.DuckDBBindAddResultColumn(info, column.Name, type);
        }

        NativeMethods.TableFunction.DuckDBBindSetBindData(info, (nint)id, null);
    }

    // DuckDB wants one. A source has one thread, which is what a function gets that does not ask for more.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(nint info)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(nint info, nint chunk)
    {
        var entry = Sources[NativeMethods.TableFunction.DuckDBFunctionGetBindData(info)];
        try
        {
            using var handle = new DuckDBDataChunk(chunk); // DuckDB's own
            _ = NativeMethods.DataChunks.DuckDBDataChunkSetSize(handle, (ulong)entry.Source.Fill(new Chunk(handle)));
        }
        catch (Exception fault)
        {
            entry.Fault = ExceptionDispatchInfo.Capture(fault);
            NativeMethods.TableFunction.DuckDBFunctionSetError(info, fault.Message);
        }
    }

    private static DuckDBLogicalType TypeOf(ColumnType type)
    {
        if (type != ColumnType.FloatList)
        {
            return NativeMethods.LogicalType.DuckDBCreateLogicalType(
                type switch
                {
                    ColumnType.Int32 => DuckDBType.Integer,
                    ColumnType.Int64 => DuckDBType.BigInt,
                    ColumnType.Double => DuckDBType.Double,
                    _ => DuckDBType.Float,
                });
        }

        using var child = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Float);
        return NativeMethods.LogicalType.DuckDBCreateListType(child);
    }

    private sealed class Entry(RowSource source)
    {
        public RowSource Source => source;

        public ExceptionDispatchInfo? Fault { get; set; }
    }

    private sealed class Chunk(DuckDBDataChunk chunk) : IColumnSink
    {
        public int Capacity { get; } = (int)NativeMethods.Helpers.DuckDBVectorSize();

        public Span<T> Column<T>(int index)
            where T : unmanaged => new(NativeMethods.Vectors.DuckDBVectorGetData(Vector(index)), Capacity);

        public Span<float> Lists(int index, int rows, int width)
        {
            var vector = Vector(index);
            var total = (ulong)rows * (ulong)width;
            if (!NativeMethods.Vectors.DuckDBListVectorReserve(vector, total).IsSuccess()
                || !NativeMethods.Vectors.DuckDBListVectorSetSize(vector, total).IsSuccess())
            {
                throw new DuckDbException($"DuckDB has no room for {rows} lists of {width} values.");
            }

            var entries = (DuckDBListEntry*)NativeMethods.Vectors.DuckDBVectorGetData(vector);
            for (var row = 0; row < rows; row++)
            {
                entries[row] = new((ulong)row * (ulong)width, (ulong)width);
            }

            return new(NativeMethods.Vectors.DuckDBVectorGetData(NativeMethods.Vectors.DuckDBListVectorGetChild(vector)), checked((int)total));
        }

        private nint Vector(int index) => NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, index);
    }
}
