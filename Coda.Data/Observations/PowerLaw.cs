using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>A pointwise nonlinear instrument: H(x) = x / 2 · [1 + (|x| / s)^(γ-1)], linear at γ = 1.</summary>
/// <remarks>
/// M. Asch, M. Bocquet and M. Nodet, "Data Assimilation: Methods, Algorithms, and Applications", SIAM, 2016, eq. 6.28 (there s = 10).
/// Increasing in x, so that it can be inverted; the gain at 0 is 1/2.
/// </remarks>
public sealed class PowerLaw : ObservationOperator
{
    private readonly Options _options;

    /// <summary>Makes the operator.</summary>
    /// <param name="layout">The state's layout.</param>
    /// <param name="options">Exponent and scale.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public PowerLaw(StateLayout layout, Options options)
    {
        new Faults("power-law")
            .Require(options.Exponent >= 2, nameof(options.Exponent), "at least 2, so that the derivative at 0 exists", options.Exponent)
            .Require(options.Scale > 0, nameof(options.Scale), "a number greater than 0", options.Scale)
            .ThrowIfAny();
        _options = options;
        Locations = [.. Enumerable.Range(0, layout.Size)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Locations { get; }

    /// <inheritdoc/>
    public override Field<T> Apply<T>(Field<T> x) => x * ((x.Abs() / _options.Scale).Power(_options.Exponent - 1) + 1) * 0.5;

    /// <summary>Exponent and scale.</summary>
    public sealed record Options
    {
        /// <summary>The exponent γ, at least 2.</summary>
        public double Exponent { get; init; } = 3;

        /// <summary>The magnitude s at which the nonlinear part equals the linear one.</summary>
        public double Scale { get; init; } = 10;
    }
}
