namespace Coda.Data.Foundation;

/// <summary>
/// A small random generator that is a pure function of its key, so that any (seed, trajectory, step) can be drawn in any order and in parallel.
/// </summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood, 2014, doi:10.1145/2660193.2660195). Not for cryptography. A mutable value: one per thread.</remarks>
public struct CounterRandom
{
    private ulong _state;
    private double _spare;
    private bool _hasSpare;

    /// <summary>Starts the stream that belongs to a seed and a key.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="key">Anything that tells streams apart: purpose, trajectory, step.</param>
    public CounterRandom(ulong seed, params ReadOnlySpan<long> key)
    {
        _state = Mix(seed + 0x9E3779B97F4A7C15);
        foreach (var part in key)
        {
            _state = Mix(_state ^ Mix((ulong)part + 0xD1B54A32D192ED03));
        }
    }

    /// <summary>The state from which the stream continues.</summary>
    public readonly ulong State => _state;

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>A uniform number in [0, 1).</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform integer in [0, <paramref name="exclusiveUpper"/>).</summary>
    /// <param name="exclusiveUpper">The bound, greater than 0.</param>
    public long NextInteger(long exclusiveUpper) => (long)Math.BigMul(NextBits(), (ulong)exclusiveUpper, out _);

    /// <summary>A standard normal number (Box and Muller, 1958).</summary>
    public double NextGaussian()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - NextUniform()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * NextUniform());
        (_spare, _hasSpare) = (radius * sine, true);
        return radius * cosine;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
