using Coda.Data.Coverage;

namespace Coda.Workflows.Calibrating;

/// <summary>Residuals of bounded number: where a record has more, those of a share of its times, chosen by a hash and kept with all of their sites.</summary>
/// <param name="most">The most residuals, at least 1.</param>
internal sealed class ResidualSample(int most)
{
    private readonly List<WithheldResidual> _kept = [];

    /// <summary>Those that are kept.</summary>
    public IReadOnlyList<WithheldResidual> Kept => _kept;

    /// <summary>One of how many times is kept, a power of 2.</summary>
    public ulong Every { get; private set; } = 1;

    /// <summary>Adds one.</summary>
    /// <param name="residual">The residual.</param>
    public void Add(WithheldResidual residual)
    {
        if (!IsKept(residual))
        {
            return;
        }

        _kept.Add(residual);
        while (_kept.Count > most && Every < 1UL << 62)
        {
            Every *= 2;
            _kept.RemoveAll(other => !IsKept(other));
        }
    }

    private bool IsKept(WithheldResidual residual) => (Hash(residual.Trajectory, residual.Step) & (Every - 1)) == 0;

    // SplitMix64: Steele, Lea and Flood (2014), doi:10.1145/2714064.2660195.
    private static ulong Hash(int trajectory, long step)
    {
        var z = unchecked(((ulong)trajectory * 0xD1342543DE82EF95) + ((ulong)step * 0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
