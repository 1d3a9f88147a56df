using System.Text.Json.Serialization;

namespace Coda.Data.Archives;

/// <summary>The stretches of a table of analyses that are not sound, as many as an archive's description has room for.</summary>
/// <param name="Stretches">The first ones by trajectory and step, at least one and at most <see cref="Most"/>; those of one fault that follow each other are
/// one.</param>
public sealed record UnsoundStretches(IReadOnlyList<UnsoundStretch> Stretches)
{
    /// <summary>The most stretches that are kept.</summary>
    public const int Most = 300;

    /// <summary>How many there are besides, after the last one, at least 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Others { get; init; }

    /// <summary>Joins what follows each other, and keeps the first.</summary>
    /// <param name="stretches">The stretches, in any order.</param>
    /// <returns>Nothing where there are none.</returns>
    public static UnsoundStretches? Of(IEnumerable<UnsoundStretch> stretches) => Joined(
        stretches.OrderBy(s => s.Trajectory).ThenBy(s => s.Steps.Start).Select(s => (s, 0L)));

    /// <summary>Those of a table from those of its parts.</summary>
    /// <param name="parts">Those of each part in the order of its rows; nothing for a part without.</param>
    /// <returns>Nothing where there are none.</returns>
    public static UnsoundStretches? OfParts(IEnumerable<UnsoundStretches?> parts) => Joined(
        parts.OfType<UnsoundStretches>().SelectMany(part => part.Stretches.Select((s, i) => (s, i == part.Stretches.Count - 1 ? part.Others : 0))));

    /// <summary>The first ones in words, as in "trajectory 0, steps [0, 50) (did not converge)".</summary>
    /// <param name="nameOf">What a trajectory is called.</param>
    /// <param name="most">How many are named; the others are counted.</param>
    public string Describe(Func<int, string> nameOf, int most)
    {
        ArgumentNullException.ThrowIfNull(nameOf);
        var rest = Others + Math.Max(0, Stretches.Count - most);
        return string.Join("; ", Stretches.Take(most).Select(s => $"trajectory {nameOf(s.Trajectory)}, steps {s.Steps} ({Words(s.Fault)})"))
            + (rest > 0 ? FormattableString.Invariant($"; and {rest:N0} more") : "");
    }

    /// <summary>A fault in the words of pictures and tables.</summary>
    /// <param name="fault">The fault.</param>
    public static string Words(StretchFault fault) => fault switch
    {
        StretchFault.Failed => "did not converge",
        StretchFault.Relaxed => "larger model error",
        StretchFault.Inconsistent => "spread too small",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Expected a fault that has a word."),
    };

    /// <summary>Whether a record can have them.</summary>
    /// <param name="description">What the record holds.</param>
    internal bool IsWithin(ArchiveDescription description) => Others >= 0 && Stretches.Count is > 0 and <= Most && Stretches.All(
        s => s is not null && s.Trajectory >= 0 && s.Trajectory < description.TrajectoryCount && Enum.IsDefined(s.Fault)
            && s.Steps.Count > 0 && s.Steps.Intersect(description.Steps) == s.Steps);

    // Each with the number of those after it that a part left out.
    private static UnsoundStretches? Joined(IEnumerable<(UnsoundStretch Stretch, long Others)> stretches)
    {
        var (kept, others, last) = (new List<UnsoundStretch>(), 0L, (UnsoundStretch?)null);
        foreach (var (stretch, left) in stretches)
        {
            if (last is not null && last == stretch with { Steps = last.Steps } && stretch.Steps.Start == last.Steps.End)
            {
                last = last with { Steps = new(last.Steps.Start, stretch.Steps.End) };
                kept[^1] = others == 0 ? last : kept[^1];
            }
            else
            {
                last = stretch;
                if (others == 0 && kept.Count < Most)
                {
                    kept.Add(stretch);
                }
                else
                {
                    others++;
                }
            }

            (others, last) = left > 0 ? (others + left, null) : (others, last);
        }

        return kept.Count == 0 ? null : new UnsoundStretches(kept) { Others = others };
    }
}
