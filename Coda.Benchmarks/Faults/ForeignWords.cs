using System.Text.RegularExpressions;
using Coda.Data.Foundation;

namespace Coda.Benchmarks.Faults;

/// <summary>Words by which .NET and the libraries beneath give themselves away.</summary>
internal static partial class ForeignWords
{
    /// <summary>The first of them, or <see langword="null"/>.</summary>
    /// <param name="text">What was printed.</param>
    public static string? In(string text) => Words().Match(text) is { Success: true, Value: var word } ? word : null;

    /// <summary>The first control character that is neither the end of a line nor a tab, or <see langword="null"/>.</summary>
    /// <param name="text">What was printed.</param>
    public static string? Control(string text) => Controls().Match(text) is { Success: true, Value: var found } ? $"U+{(int)found[0]:X4}" : null;

    [GeneratedRegex(
        // .NET
        @"\bSystem\.\w+|\bNullable\b|BytePositionInLine|LineNumber:|could not be mapped|\.NET member|\w+Exception\b|Value cannot be null"
        + @"|\(Parameter '|Object reference|The given key|Index was out|Specified (argument|method)|Arithmetic operation|Destination is too short"
        + @"|Sequence contains|Utf8JsonReader|JsonElement|JsonNode|^\s+at \w|Coda\.(Data|Inference|Training|Service|Cli)\.\w+|Input string"
        + @"|Non-negative number required|Unable to (read|cast)|was (either )?too large or too small|Attempted to (read|divide)|Cannot access a"
        + @"|Array dimensions|Offset and length|start of a property name|invalid start of a value|Expected depth|The node (of type|must)"
        + @"|An item with the same key|Could not find (file|a part)|Access to the path|The JSON value|JSON deserialization"
        // DuckDB, Parquet.Net, Thrift
        + @"|(Invalid Input|Binder|IO|Conversion|Catalog|Out of Memory|Parser|Invalid|INTERNAL|Serialization|Not implemented) Error:|TProtocol"
        + @"|read_csv|read_parquet|Candidate|sniffer|strict_mode|ignore_errors|[Tt]hrift|don't know|Snappy|Zstd|ZSTD"
        // ONNX Runtime, protobuf, LibTorch
        + @"|onnxruntime|ONNXRuntimeError|ErrorCode|[Pp]rotobuf|[Pp]rotocol message|c10::|at::|INVALID_|ShapeInferenceError|node_index",
        RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Words();

    [GeneratedRegex(@"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]")]
    private static partial Regex Controls();
}
