namespace Coda.Data.Scoring;

/// <summary>A least-squares polynomial and what it leaves.</summary>
/// <param name="Degree">Its degree.</param>
/// <param name="Coefficients">The coefficients of 1, x, x², ...</param>
/// <param name="Residual">The root mean square of y less the polynomial.</param>
public sealed record RegressionFit(int Degree, IReadOnlyList<double> Coefficients, double Residual);
