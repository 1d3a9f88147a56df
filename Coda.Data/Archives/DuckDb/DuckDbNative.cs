using System.Runtime.InteropServices;

namespace Coda.Data.Archives.DuckDb;

/// <summary>The functions of DuckDB's C API that Coda uses, under their own names without the prefix.</summary>
internal static unsafe partial class DuckDbNative
{
    private const string Library = "duckdb";
    private const string Prefix = "duckdb_";

    [LibraryImport(Library, EntryPoint = Prefix + "open_ext", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string? path, out nint database, nint config, out nint error);

    [LibraryImport(Library, EntryPoint = Prefix + "close")]
    internal static partial void Close(ref nint database);

    [LibraryImport(Library, EntryPoint = Prefix + "connect")]
    internal static partial int Connect(DatabaseHandle database, out nint connection);

    [LibraryImport(Library, EntryPoint = Prefix + "disconnect")]
    internal static partial void Disconnect(ref nint connection);

    [LibraryImport(Library, EntryPoint = Prefix + "interrupt")]
    internal static partial void Interrupt(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = Prefix + "free")]
    internal static partial void Free(nint memory);

    [LibraryImport(Library, EntryPoint = Prefix + "library_version")]
    internal static partial nint LibraryVersion();

    [LibraryImport(Library, EntryPoint = Prefix + "query", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Query(ConnectionHandle connection, string sql, NativeResult* result);

    [LibraryImport(Library, EntryPoint = Prefix + "prepare", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Prepare(ConnectionHandle connection, string sql, out nint statement);

    [LibraryImport(Library, EntryPoint = Prefix + "prepare_error")]
    internal static partial nint PrepareError(nint statement);

    [LibraryImport(Library, EntryPoint = Prefix + "destroy_prepare")]
    internal static partial void DestroyPrepare(ref nint statement);

    [LibraryImport(Library, EntryPoint = Prefix + "pending_prepared_streaming")]
    internal static partial int PendingPreparedStreaming(nint statement, out nint pending);

    [LibraryImport(Library, EntryPoint = Prefix + "pending_error")]
    internal static partial nint PendingError(nint pending);

    [LibraryImport(Library, EntryPoint = Prefix + "execute_pending")]
    internal static partial int ExecutePending(nint pending, NativeResult* result);

    [LibraryImport(Library, EntryPoint = Prefix + "destroy_pending")]
    internal static partial void DestroyPending(ref nint pending);

    [LibraryImport(Library, EntryPoint = Prefix + "result_error")]
    internal static partial nint ResultError(NativeResult* result);

    [LibraryImport(Library, EntryPoint = Prefix + "destroy_result")]
    internal static partial void DestroyResult(NativeResult* result);

    [LibraryImport(Library, EntryPoint = Prefix + "fetch_chunk")]
    internal static partial nint FetchChunk(NativeResult result);

    [LibraryImport(Library, EntryPoint = Prefix + "column_count")]
    internal static partial ulong ColumnCount(NativeResult* result);

    [LibraryImport(Library, EntryPoint = Prefix + "column_name")]
    internal static partial nint ColumnName(NativeResult* result, ulong column);

    [LibraryImport(Library, EntryPoint = Prefix + "column_type")]
    internal static partial int ColumnType(NativeResult* result, ulong column);

    [LibraryImport(Library, EntryPoint = Prefix + "destroy_data_chunk")]
    internal static partial void DestroyDataChunk(ref nint chunk);

    [LibraryImport(Library, EntryPoint = Prefix + "data_chunk_get_size"), SuppressGCTransition]
    internal static partial ulong DataChunkGetSize(nint chunk);

    [LibraryImport(Library, EntryPoint = Prefix + "data_chunk_set_size"), SuppressGCTransition]
    internal static partial void DataChunkSetSize(nint chunk, ulong size);

    [LibraryImport(Library, EntryPoint = Prefix + "data_chunk_get_vector"), SuppressGCTransition]
    internal static partial nint DataChunkGetVector(nint chunk, ulong column);

    [LibraryImport(Library, EntryPoint = Prefix + "vector_size"), SuppressGCTransition]
    internal static partial ulong VectorSize();

    [LibraryImport(Library, EntryPoint = Prefix + "vector_get_data"), SuppressGCTransition]
    internal static partial void* VectorGetData(nint vector);

    [LibraryImport(Library, EntryPoint = Prefix + "vector_get_validity"), SuppressGCTransition]
    internal static partial ulong* VectorGetValidity(nint vector);

    [LibraryImport(Library, EntryPoint = Prefix + "list_vector_get_child"), SuppressGCTransition]
    internal static partial nint ListVectorGetChild(nint vector);

    [LibraryImport(Library, EntryPoint = Prefix + "list_vector_get_size"), SuppressGCTransition]
    internal static partial ulong ListVectorGetSize(nint vector);

    [LibraryImport(Library, EntryPoint = Prefix + "list_vector_reserve")]
    internal static partial int ListVectorReserve(nint vector, ulong capacity);

    [LibraryImport(Library, EntryPoint = Prefix + "list_vector_set_size")]
    internal static partial int ListVectorSetSize(nint vector, ulong size);

    [LibraryImport(Library, EntryPoint = Prefix + "create_logical_type")]
    internal static partial nint CreateLogicalType(int type);

    [LibraryImport(Library, EntryPoint = Prefix + "create_list_type")]
    internal static partial nint CreateListType(nint child);

    [LibraryImport(Library, EntryPoint = Prefix + "destroy_logical_type")]
    internal static partial void DestroyLogicalType(ref nint type);

    [LibraryImport(Library, EntryPoint = Prefix + "create_table_function")]
    internal static partial nint CreateTableFunction();

    [LibraryImport(Library, EntryPoint = Prefix + "destroy_table_function")]
    internal static partial void DestroyTableFunction(ref nint function);

    [LibraryImport(Library, EntryPoint = Prefix + "table_function_set_name", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void TableFunctionSetName(nint function, string name);

    [LibraryImport(Library, EntryPoint = Prefix + "table_function_add_parameter")]
    internal static partial void TableFunctionAddParameter(nint function, nint type);

    [LibraryImport(Library, EntryPoint = Prefix + "table_function_set_bind")]
    internal static partial void TableFunctionSetBind(nint function, delegate* unmanaged[Cdecl]<nint, void> bind);

    [LibraryImport(Library, EntryPoint = Prefix + "table_function_set_init")]
    internal static partial void TableFunctionSetInit(nint function, delegate* unmanaged[Cdecl]<nint, void> init);

    [LibraryImport(Library, EntryPoint = Prefix + "table_function_set_function")]
    internal static partial void TableFunctionSetFunction(nint function, delegate* unmanaged[Cdecl]<nint, nint, void> fill);

    [LibraryImport(Library, EntryPoint = Prefix + "register_table_function")]
    internal static partial int RegisterTableFunction(ConnectionHandle connection, nint function);

    [LibraryImport(Library, EntryPoint = Prefix + "bind_get_parameter")]
    internal static partial nint BindGetParameter(nint info, ulong index);

    [LibraryImport(Library, EntryPoint = Prefix + "get_int64")]
    internal static partial long GetInt64(nint value);

    [LibraryImport(Library, EntryPoint = Prefix + "destroy_value")]
    internal static partial void DestroyValue(ref nint value);

    [LibraryImport(Library, EntryPoint = Prefix + "bind_add_result_column", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void BindAddResultColumn(nint info, string name, nint type);

    [LibraryImport(Library, EntryPoint = Prefix + "bind_set_bind_data")]
    internal static partial void BindSetBindData(nint info, nint data, nint destroy);

    [LibraryImport(Library, EntryPoint = Prefix + "bind_set_error", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void BindSetError(nint info, string error);

    [LibraryImport(Library, EntryPoint = Prefix + "init_set_max_threads")]
    internal static partial void InitSetMaxThreads(nint info, ulong threads);

    [LibraryImport(Library, EntryPoint = Prefix + "function_get_bind_data")]
    internal static partial nint FunctionGetBindData(nint info);

    [LibraryImport(Library, EntryPoint = Prefix + "function_set_error", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void FunctionSetError(nint info, string error);

    /// <summary>Text that DuckDB owns.</summary>
    internal static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";

    /// <summary>DuckDB's <c>duckdb_result</c>, whose members are not for us.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeResult
    {
        private fixed ulong _members[6];
    }

    /// <summary>DuckDB's <c>duckdb_list_entry</c>: where a list stands in the child vector.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct ListEntry(ulong offset, ulong length)
    {
        public readonly ulong Offset = offset;
        public readonly ulong Length = length;
    }

    /// <summary>DuckDB's <c>duckdb_string_t</c>: text of up to 12 bytes in place, else a pointer to it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    internal struct StringEntry
    {
        [FieldOffset(0)]
        public int Length;

        [FieldOffset(4)]
        public fixed byte Inline[12];

        [FieldOffset(8)]
        public byte* Pointer;
    }
}
