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
    public bool Contains(int trajectory, long step, int site) =>
        Fraction > 0 && new CounterRandom(Seed, 0x57, trajectory, step, site).NextUniform() < Fraction;
}
