using Coda.Inference.Sessions;

namespace Coda.Workflows.Inspecting;

/// <summary>An ONNX file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
/// <param name="BelongsTo">The model whose card names it with this hash, where there is one.</param>
/// <param name="File">What it takes and gives.</param>
public sealed record InspectedFile(string Path, string Sha256, string? BelongsTo, OnnxFile File)
    : Inspection("onnx", Path);
