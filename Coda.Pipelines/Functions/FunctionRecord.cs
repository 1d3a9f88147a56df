namespace Coda.Pipelines.Functions;

/// <summary>A function as it is saved: the model's folder by its path, and the graph by its hash.</summary>
/// <param name="Folder">The model's folder, from the root.</param>
/// <param name="File">The ONNX file.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
/// <param name="Leads">The leads of a forecast, in steps; none for analyses.</param>
/// <param name="Device">Where it computes.</param>
/// <param name="Threads">The threads inside a run.</param>
internal sealed record FunctionRecord(string Folder, string File, string Sha256, IReadOnlyList<int> Leads, string Device, int Threads);
