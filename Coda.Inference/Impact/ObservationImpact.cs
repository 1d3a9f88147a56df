namespace Coda.Inference.Impact;

/// <summary>What one observation was worth.</summary>
/// <param name="Site">The site.</param>
/// <param name="Value">The observed value y.</param>
/// <param name="Innovation">y - H(x_b), x_b what is known without the observations of its step.</param>
/// <param name="Impact">The share of the change of the forecast's error that it brought; negative where it made the forecast better.</param>
/// <param name="Influence">∂H(x_a)/∂y, its share of the degrees of freedom for signal: 0 where the analysis does not look at it, 1 where it takes it as it
/// is.</param>
public sealed record ObservationImpact(int Site, double Value, double Innovation, double Impact, double Influence);
