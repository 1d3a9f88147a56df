namespace Coda.Inference.Assimilation;

/// <summary>A number of the model that is corrected while it assimilates, as it was known at a step.</summary>
/// <param name="Name">The parameter's symbol; for a weight that of its array, and its place in it from 1.</param>
/// <param name="Value">Its value; of a weight its departure from the trained one.</param>
/// <param name="Deviation">The standard deviation of the value's error.</param>
public sealed record CorrectedNumber(string Name, double Value, double Deviation);
