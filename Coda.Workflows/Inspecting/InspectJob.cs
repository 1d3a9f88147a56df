namespace Coda.Workflows.Inspecting;

/// <summary>An archive, a model or an ONNX file to look into.</summary>
/// <param name="Path">An archive's directory, a model's folder or a released model's name, or an ONNX file.</param>
public sealed record InspectJob(string Path)
{
    /// <summary>
    /// Whether it is verified, too: checksums and every row of an archive, hashes of a model and its agreement with LibTorch; else descriptions are read only.
    /// </summary>
    public bool Verifies { get; init; } = true;
}
