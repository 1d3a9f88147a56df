namespace Coda.Inference.Sessions;

/// <summary>The rings that a model can be taken to, besides the one of its card.</summary>
/// <param name="Least">The fewest sites.</param>
/// <param name="Period">What the number of sites must be a multiple of.</param>
public sealed record RingSizes(int Least, int Period)
{
    /// <summary>As in <c>any from 2 sites on</c>.</summary>
    public override string ToString() => $"{(Period > 1 ? $"multiples of {Period}" : "any")} from {(Least + Period - 1) / Period * Period} sites on";
}
