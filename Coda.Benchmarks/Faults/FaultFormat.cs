namespace Coda.Benchmarks.Faults;

/// <summary>What a file is made of, which says how it can be damaged.</summary>
internal enum FaultFormat
{
    /// <summary>Bytes: Parquet, ONNX, safetensors, archives of ML.NET.</summary>
    Binary,

    /// <summary>A JSON document.</summary>
    Json,

    /// <summary>A table as text, with a header.</summary>
    Csv,
}
