using System.Globalization;
using Coda.Data.Foundation;

namespace Coda.Benchmarks.Kills;

/// <summary>Where a process is killed: at the n-th thing of a kind that it does.</summary>
/// <param name="Kind">What it is about to do.</param>
/// <param name="Ordinal">Which one, from 1.</param>
internal sealed record KillPoint(KillKind Kind, long Ordinal)
{
    /// <summary>Draws one: each kind that there is as often as the others, and each of a kind as often as its others.</summary>
    /// <param name="counts">How many there are of each kind.</param>
    /// <param name="random">Where it comes from.</param>
    public static KillPoint Draw(IReadOnlyList<long> counts, ref CounterRandom random)
    {
        var kinds = Enum.GetValues<KillKind>().Where(kind => counts[(int)kind] > 0).ToList();
        var kind = kinds[(int)random.NextInteger(kinds.Count)];
        return new(kind, 1 + random.NextInteger(counts[(int)kind]));
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">Such as Rename:3.</param>
    public static KillPoint Parse(string text) => text.Split(':') is [var kind, var ordinal]
        ? new(Enum.Parse<KillKind>(kind), long.Parse(ordinal, CultureInfo.InvariantCulture))
        : throw new ArgumentException($"Expected a point such as Rename:3, got '{text}'.");

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Kind}:{Ordinal}");
}
