using Coda.Data.Foundation;

namespace Coda.Data.Archives;

/// <summary>A seeded share of the observations that is kept from every input and used for scoring and tuning only.</summary>
/// <param name="Fraction">The share, in [0, 1).</param>
/// <param name="Seed">The seed that names them.</param>
public sealed record Withholding(double Fraction, ulong Seed)
{
    /// <summary>Nothing withheld.</summary>
    public static Withholding None { get; } = new(0, 0);

    /// <summary>Whether an observation is withheld: a pure function of the seed and the entry's place.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    /// <param name="site">The operator's index.</param>
    public bool Contains(int trajectory, long step, int site) => Fraction > 0 && Contains(KeyOf(trajectory, step), site);

    /// <summary>The part of <see cref="Contains(int, long, int)"/> that all sites of a step share; a scan computes it once a step.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    internal ulong KeyOf(int trajectory, long step) => new CounterRandom(Seed, 0x57, trajectory, step).State;

    /// <summary>Whether the observation of a site is withheld.</summary>
    /// <param name="key">The key of its step.</param>
    /// <param name="site">The operator's index.</param>
    internal bool Contains(ulong key, int site) => new CounterRandom(key, site).NextUniform() < Fraction;
}
