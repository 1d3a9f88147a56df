namespace Coda.Workflows.Quantizing;

/// <summary>What was added to a model.</summary>
/// <param name="Model">The model's folder.</param>
/// <param name="Tensors">The number of tensors in integers, inputs and outputs of convolutions.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="BytesInFloat32">That of the file in float32.</param>
/// <param name="Difference">The root mean square difference of the analyses, in state units.</param>
public sealed record QuantizeOutcome(string Model, int Tensors, long Bytes, long BytesInFloat32, double Difference);
