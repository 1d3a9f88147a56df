namespace Coda.Data.Archives.Import;

/// <summary>Whose observations a text has, and how much of it is read.</summary>
public sealed record ObservationTextSettings
{
    /// <summary>The length of a step, in <see cref="TimeUnit"/>.</summary>
    public required double StepLength { get; init; }

    /// <summary>The unit of times; s, min, h or d where they may be dates.</summary>
    public required string TimeUnit { get; init; }

    /// <summary>The date and time of step 0, in ISO 8601; by default that of the first observation, where times are dates.</summary>
    public string? TimeOrigin { get; init; }

    /// <summary>The index of the site that a text names; <see langword="null"/> where it names none.</summary>
    public required Func<string, int?> SiteOf { get; init; }

    /// <summary>Whether a text that names no site is read as an index; not where names are numbers, of which one that is missing would be another's
    /// index.</summary>
    public bool HasIndices { get; init; } = true;

    /// <summary>Whether trajectories may have names, which are numbered as they come; not where they would be numbered anew with every text.</summary>
    public bool HasTrajectoryNames { get; init; } = true;

    /// <summary>The most rows.</summary>
    public long MostRows { get; init; } = int.MaxValue;
}
