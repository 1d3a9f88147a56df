namespace Coda.Workflows.Inspecting;

/// <summary>What was found: an <see cref="InspectedArchive"/>, an <see cref="InspectedModel"/> or an <see cref="InspectedFile"/>.</summary>
/// <param name="Kind">archive, model or onnx.</param>
/// <param name="Path">Where.</param>
public abstract record Inspection(string Kind, string Path);
