using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>A random share of the sites, redrawn at every step: each site by itself, or an exact number of them.</summary>
/// <remarks>Zinchenko and Greenberg (2024), section 3.2: 75 % missing.</remarks>
public sealed class RandomFraction : ObservingNetwork
{
    private readonly Options _options;

    /// <summary>Makes the network.</summary>
    /// <param name="options">Share and kind of draw.</param>
    /// <exception cref="ArgumentException">The share lies outside (0, 1], or the interval is below 1.</exception>
    public RandomFraction(Options options)
    {
        new Faults("random-fraction")
            .Require(options.Fraction is > 0 and <= 1, nameof(options.Fraction), "a share in (0, 1]", options.Fraction)
            .Require(options.Interval >= 1, nameof(options.Interval), "at least 1 step", options.Interval)
            .ThrowIfAny();
        _options = options;
    }

    /// <inheritdoc/>
    public override void Observe(ulong seed, int trajectory, long step, Span<bool> observed)
    {
        observed.Clear();
        if (step % _options.Interval != 0)
        {
            return;
        }

        var random = new CounterRandom(seed, 0x0B5, trajectory, step);
        var wanted = (int)Math.Round(_options.Fraction * observed.Length);
        for (var site = 0; site < observed.Length; site++)
        {
            // Selection sampling (Knuth, TAOCP 3.4.2, algorithm S) draws exactly `wanted` sites without a permutation.
            var chance = _options.ExactCount ? (double)wanted / (observed.Length - site) : _options.Fraction;
            observed[site] = random.NextUniform() < chance;
            wanted -= observed[site] ? 1 : 0;
        }
    }

    /// <summary>Share and kind of draw.</summary>
    public sealed record Options
    {
        /// <summary>The share of sites observed, in (0, 1].</summary>
        public double Fraction { get; init; } = 0.25;

        /// <summary>Whether each step has exactly round(fraction · sites) observations; else each site is drawn by itself.</summary>
        public bool ExactCount { get; init; }

        /// <summary>Observes every n-th step.</summary>
        public int Interval { get; init; } = 1;
    }
}
