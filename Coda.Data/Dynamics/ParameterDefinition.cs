namespace Coda.Data.Dynamics;

/// <summary>A scalar parameter of a system, which training may estimate.</summary>
/// <param name="Name">Its symbol, for example <c>F</c>.</param>
/// <param name="Default">The value in the cited paper.</param>
/// <param name="Lower">The least value that makes sense.</param>
/// <param name="Upper">The greatest value that makes sense.</param>
public sealed record ParameterDefinition(string Name, double Default, double Lower = double.NegativeInfinity, double Upper = double.PositiveInfinity)
{
    /// <summary>The size of a parameter that starts from a value: that value's, or the width of the range where that is smaller, or where the value is 0; 1
    /// where neither is known.</summary>
    /// <param name="start">The value.</param>
    public double SizeFrom(double start)
    {
        var width = Upper - Lower;
        return start != 0 ? Math.Min(Math.Abs(start), width > 0 ? width : double.PositiveInfinity) : double.IsFinite(width) && width > 0 ? width : 1;
    }
}
