namespace Coda.Data.Dynamics;

/// <summary>A scalar parameter of a system, which training may estimate.</summary>
/// <param name="Name">Its symbol, for example <c>F</c>.</param>
/// <param name="Default">The value in the cited paper.</param>
/// <param name="Lower">The least value that makes sense.</param>
/// <param name="Upper">The greatest value that makes sense.</param>
public sealed record ParameterDefinition(string Name, double Default, double Lower = double.NegativeInfinity, double Upper = double.PositiveInfinity);
