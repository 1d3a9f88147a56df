using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>A random share of the sites, less neighbours that are never seen, and less steps without any observation: what a real network lacks.</summary>
/// <remarks>For asking how methods bear what they were not made for. The hole begins at site 0; every period ends in a gap.</remarks>
public sealed class Outages : ObservingNetwork
{
    private readonly Options _options;
    private readonly RandomFraction _rest;

    /// <summary>Makes the network.</summary>
    /// <param name="options">Share, hole and gaps.</param>
    /// <exception cref="ArgumentException">The share lies outside (0, 1], a length is negative, or a gap is no shorter than its period.</exception>
    public Outages(Options options)
    {
        new Faults("outages")
            .Require(options.Fraction is > 0 and <= 1, nameof(options.Fraction), "a share in (0, 1]", options.Fraction)
            .Require(options.Hole >= 0, nameof(options.Hole), "at least 0 sites", options.Hole)
            .Require(options.Gap >= 0, nameof(options.Gap), "at least 0", options.Gap)
            .Require(options.Period > options.Gap, nameof(options.Period), $"more steps than the gap's {options.Gap}", options.Period)
            .ThrowIfAny();
        _options = options;
        _rest = new RandomFraction(new RandomFraction.Options { Fraction = options.Fraction });
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The hole is as wide as the whole network.</exception>
    public override void Observe(ulong seed, int trajectory, long step, Span<bool> observed)
    {
        if (_options.Hole >= observed.Length)
        {
            throw new ArgumentException($"outages: expected a hole of less than {observed.Length} sites, got {_options.Hole}.");
        }

        if (step % _options.Period >= _options.Period - _options.Gap)
        {
            observed.Clear();
            return;
        }

        _rest.Observe(seed, trajectory, step, observed);
        observed[.._options.Hole].Clear();
    }

    /// <summary>Share, hole and gaps.</summary>
    public sealed record Options
    {
        /// <summary>The share of the other sites that is observed, in (0, 1].</summary>
        public double Fraction { get; init; } = 0.25;

        /// <summary>The number of neighbouring sites that are never observed.</summary>
        public int Hole { get; init; }

        /// <summary>The number of steps in a row without any observation, once every period.</summary>
        public int Gap { get; init; }

        /// <summary>The number of steps from the end of a gap to the end of the next one.</summary>
        public int Period { get; init; } = 300;
    }
}
