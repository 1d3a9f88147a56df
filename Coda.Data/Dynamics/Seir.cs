using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Dynamics;

/// <summary>An epidemic with a latent period: dS/dt = -β S I / N, dE/dt = β S I / N - σ E, dI/dt = σ E - γ I.</summary>
/// <remarks>
/// R. M. Anderson and R. M. May, "Infectious Diseases of Humans", Oxford, 1991, chapter 3, without births and deaths. E are those who are infected and do not
/// infect yet, for 1 / σ on average; else as <see cref="Sir"/>, which is its limit for large σ. Numbers are greater than 0, so that methods work on their
/// logarithms. Immutable; safe to share.
/// </remarks>
public sealed class Seir : DynamicalSystem
{
    private const double Most = 100; // of a rate

    private readonly Options _options;

    /// <summary>Makes the system.</summary>
    /// <param name="options">Its rates and the number of people.</param>
    /// <exception cref="ArgumentException">A rate or a number out of range.</exception>
    public Seir(Options options)
    {
        var faults = new Faults("seir");
        foreach (var (name, rate) in new[]
        {
            (nameof(options.Beta), options.Beta), (nameof(options.Sigma), options.Sigma), (nameof(options.Gamma), options.Gamma),
        })
        {
            faults.Require(rate is > 0 and <= Most, name, FormattableString.Invariant($"greater than 0, at most {Most}"), rate);
        }

        faults.Require(
            options.Population > 2 && double.IsFinite(options.Population), nameof(options.Population), "a finite number greater than 2", options.Population)
            .ThrowIfAny();
        _options = options;
        Parameters = [new("beta", options.Beta, 0, Most), new("sigma", options.Sigma, 0, Most), new("gamma", options.Gamma, 0, Most)];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; } = StateLayout.Of("S", "E", "I").Within(StateDomain.Positive);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p)
    {
        var (susceptible, exposed, infected) = (x.Slice(0, 1), x.Slice(1, 1), x.Slice(2, 1));
        var infections = p["beta"] * susceptible * infected / _options.Population;
        return Field<T>.Concat(-1, -infections, infections - p["sigma"] * exposed, p["sigma"] * exposed - p["gamma"] * infected);
    }

    /// <summary>S + E + I - γ N / β ln S.</summary>
    public override IReadOnlyList<Invariant<T>> Invariants<T>(Field<T> x, ParameterValues<T> p)
    {
        var (susceptible, exposed, infected) = (x.Slice(0, 1), x.Slice(1, 1), x.Slice(2, 1));
        return [new("course", (susceptible + exposed + infected - p["gamma"] / p["beta"] * _options.Population * susceptible.Log()).Sum(-1))];
    }

    /// <summary>One exposed and one infected among all.</summary>
    public override double[] ReferenceState() => [_options.Population - 2, 1, 1];

    /// <summary>Its rates and the number of people.</summary>
    public sealed record Options
    {
        /// <summary>β, the rate at which one infected infects, where everybody may be infected.</summary>
        public double Beta { get; init; } = 1;

        /// <summary>σ, the rate at which the exposed become infectious.</summary>
        public double Sigma { get; init; } = 0.5;

        /// <summary>γ, the rate at which the infected recover.</summary>
        public double Gamma { get; init; } = 0.3;

        /// <summary>N, the number of people.</summary>
        public double Population { get; init; } = 1000;
    }
}
