using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>What methods that weigh observations by their errors can be told.</summary>
public abstract record MethodOptions
{
    /// <summary>The standard deviation of the observations' errors; the archive's by default.</summary>
    public double? Sigma { get; init; }

    /// <summary>Collects what is out of range.</summary>
    /// <param name="method">The method's name.</param>
    public virtual Faults Check(string method) => new Faults(method)
        .Require(Sigma is null or (> 0 and < double.PositiveInfinity), nameof(Sigma), "a finite number greater than 0", Sigma);
}
