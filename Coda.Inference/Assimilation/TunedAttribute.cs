namespace Coda.Inference.Assimilation;

/// <summary>Marks an option of a method that is tuned to the observations, with the values that are tried where nobody gives others.</summary>
/// <param name="values">The values, in rising order.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TunedAttribute(params double[] values) : Attribute
{
    /// <summary>The values, in rising order.</summary>
    public IReadOnlyList<double> Values { get; } = values;
}
