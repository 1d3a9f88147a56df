namespace Coda.Figures.Inputs;

/// <summary>What an operation costs at rising sizes, beside the power of the size that it may grow with.</summary>
/// <param name="Title">What is done, and what came of it.</param>
/// <param name="Sizes">The sizes, rising, greater than 0.</param>
/// <param name="Costs">What it costs at each, greater than 0.</param>
/// <param name="Exponent">The power, whose line is drawn through the first cost.</param>
public sealed record ScalingPanel(string Title, IReadOnlyList<double> Sizes, IReadOnlyList<double> Costs, double Exponent);
