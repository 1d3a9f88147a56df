namespace Coda.Inference.Sessions;

/// <summary>A tensor of an ONNX file with the shape that it has in one run.</summary>
/// <param name="Name">Its name in the file, one of those that <see cref="Data.Cards.ModelFolder"/> defines.</param>
/// <param name="Shape">The length of every axis.</param>
public sealed record TensorBinding(string Name, params long[] Shape);
