using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>Kermack and McKendrick (1927), an epidemic: dS/dt = -β S I / N, dI/dt = β S I / N - γ I.</summary>
/// <remarks>
/// W. O. Kermack and A. G. McKendrick, "A contribution to the mathematical theory of epidemics", Proc. R. Soc. A 115, 1927, doi:10.1098/rspa.1927.0118. S
/// are those who may be infected, I the infected; the rest of N has recovered. β and γ, in units of inverse time, can be estimated. Numbers are greater
/// than 0, so that methods work on their logarithms. Immutable; safe to share.
/// </remarks>
public sealed class Sir : DynamicalSystem
{
    private const double Most = 100; // of a rate

    private readonly Options _options;

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its rates and the number of people.</param>
    /// <exception cref="ArgumentException">A rate or a number out of range.</exception>
    public Sir(Options options)
    {
        new Faults("sir")
            .Require(options.Beta is > 0 and <= Most, nameof(options.Beta), FormattableString.Invariant($"greater than 0, at most {Most}"), options.Beta)
            .Require(options.Gamma is > 0 and <= Most, nameof(options.Gamma), FormattableString.Invariant($"greater than 0, at most {Most}"), options.Gamma)
            .Require(options.Population > 1 && double.IsFinite(options.Population), nameof(options.Population), "a finite number greater than 1",
                options.Population)
            .ThrowIfAny();
        _options = options;
        Parameters = [new("beta", options.Beta, 0, Most), new("gamma", options.Gamma, 0, Most)];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; } = StateLayout.Of("S", "I").Within(StateDomain.Positive);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p)
    {
        var (susceptible, infected) = (x.Slice(0, 1), x.Slice(1, 1));
        var infections = p["beta"] * susceptible * infected / _options.Population;
        return Field<T>.Concat(-1, -infections, infections - p["gamma"] * infected);
    }

    /// <summary>S + I - γ N / β ln S.</summary>
    public override IReadOnlyList<Invariant<T>> Invariants<T>(Field<T> x, ParameterValues<T> p) =>
        [new("course", (x.Slice(0, 1) + x.Slice(1, 1) - p["gamma"] / p["beta"] * _options.Population * x.Slice(0, 1).Log()).Sum(-1))];

    /// <summary>One infected among all.</summary>
    public override double[] ReferenceState() => [_options.Population - 1, 1];

    /// <summary>Its rates and the number of people.</summary>
    public sealed record Options
    {
        /// <summary>β, the rate at which one infected infects, where everybody may be infected.</summary>
        public double Beta { get; init; } = 1;

        /// <summary>γ, the rate at which the infected recover.</summary>
        public double Gamma { get; init; } = 0.3;

        /// <summary>N, the number of people.</summary>
        public double Population { get; init; } = 1000;
    }
}
