using Coda.Data.Archives;

namespace Coda.Workflows.Following;

/// <summary>Where a feed stands, but for the numbers: the text beside the arrays of the position's file.</summary>
internal sealed record StoredFollow
{
    /// <summary>The format that this version of Coda writes.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>The format.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>What the analyses are made with and of: whatever they depend on besides the batches.</summary>
    public required SortedDictionary<string, string> Origin { get; init; }

    /// <summary>The last batch that was taken.</summary>
    public string? Ordinal { get; init; }

    /// <summary>The batches that were taken.</summary>
    public required long Batches { get; init; }

    /// <summary>The observations that they had.</summary>
    public required long Observations { get; init; }

    /// <summary>The date of step 0, where it is known.</summary>
    public string? TimeOrigin { get; init; }

    /// <summary>The number of the archive's parts.</summary>
    public required int Parts { get; init; }

    /// <summary>Those of them that were written last, by name, with their SHA-256: a process that was killed may not have let the archive name them.</summary>
    public required SortedDictionary<string, string> Newest { get; init; }

    /// <summary>The trajectories, by number.</summary>
    public required IReadOnlyList<Trajectory> Trajectories { get; init; }

    /// <summary>Where one trajectory stands.</summary>
    internal sealed record Trajectory
    {
        /// <summary>Its number.</summary>
        public required int Number { get; init; }

        /// <summary>The step that it began at, and that of its newest analysis; nothing before its first.</summary>
        public long? FirstStep { get; init; }

        /// <inheritdoc cref="FirstStep"/>
        public long? Step { get; init; }

        /// <summary>The kind of analysis.</summary>
        public string? Form { get; init; }

        /// <summary>Observations of steps that are not analyzed yet.</summary>
        public required IReadOnlyList<ObservationRow> Open { get; init; }

        /// <summary>The number of its next part.</summary>
        public required int NextPart { get; init; }

        /// <summary>The observations that came late.</summary>
        public required long Late { get; init; }
    }
}
