namespace Coda.Training.Optimization;

/// <summary>A number that a run trains in double precision, within bounds, such as a simulator's parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">The value to start from.</param>
/// <param name="Lower">Its least value.</param>
/// <param name="Upper">Its greatest value.</param>
public sealed record TrainableNumber(string Name, double Start, double Lower, double Upper)
{
    /// <summary>The size that its learning rate is multiplied by, greater than 0.</summary>
    public double Scale { get; init; } = 1;
}
