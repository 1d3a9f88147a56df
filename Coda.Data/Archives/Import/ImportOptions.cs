using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Import;

/// <summary>How a user's own observations are to be read.</summary>
public sealed record ImportOptions
{
    /// <summary>The files: Parquet where the name ends in <c>.parquet</c> or <c>.pq</c>, else CSV with a header line. All have the same columns.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The model's time step dt, in <see cref="TimeUnit"/>.</summary>
    public required double StepLength { get; init; }

    /// <summary>The column of times: numbers in <see cref="TimeUnit"/>, or dates and times in ISO 8601 (UTC where no offset is given).</summary>
    public string TimeColumn { get; init; } = "time";

    /// <summary>The column of sites: integers from 0, or names.</summary>
    public string SiteColumn { get; init; } = "site";

    /// <summary>The column of values.</summary>
    public string ValueColumn { get; init; } = "value";

    /// <summary>
    /// Columns with the values of one site each, instead of <see cref="SiteColumn"/> and <see cref="ValueColumn"/>; their names become those of the
    /// sites, and those of the state's entries lie at these.
    /// </summary>
    public IReadOnlyList<string>? SiteColumns { get; init; }

    /// <summary>The column of the errors' standard deviations.</summary>
    public string? SigmaColumn { get; init; }

    /// <summary>The column of trajectories, integers from 0; all rows belong to trajectory 0 when there is none.</summary>
    public string? TrajectoryColumn { get; init; }

    /// <summary>The delimiter of CSV files; found out by default.</summary>
    public string? Delimiter { get; init; }

    /// <summary>The time that is step 0: a number, or a date and time. 0 by default, or the first date and time in the files.</summary>
    public string? TimeOrigin { get; init; }

    /// <summary>The unit of time; s, min, h or d where times are dates.</summary>
    public string TimeUnit { get; init; } = "1";

    /// <summary>The length of one time unit in seconds, where times are dates and the unit is another than s, min, h or d.</summary>
    public double? SecondsPerTimeUnit { get; init; }

    /// <summary>The unit of the values.</summary>
    public string ValueUnit { get; init; } = "1";

    /// <summary>
    /// The names of the sites in the order of their index; by default integers are taken as they are and names are sorted. Sites that are called like
    /// entries of the state (<see cref="StateLayout.EntryName"/>) lie at these, in their order, whatever the order here.
    /// </summary>
    public IReadOnlyList<string>? SiteNames { get; init; }

    /// <summary>The number of sites; by default the layout's, the number of names, or the largest site plus 1.</summary>
    public int? SiteCount { get; init; }

    /// <summary>The layout of the state; by default a ring of one entry per site.</summary>
    public StateLayout? Layout { get; init; }

    /// <summary>The entry of the state that each site observes, where the layout is larger than the number of sites.</summary>
    public IReadOnlyList<int>? Locations { get; init; }

    /// <summary>The system that was observed, where it is known.</summary>
    public Component? System { get; init; }

    /// <summary>The standard deviation of the errors, where one number serves.</summary>
    public double? Sigma { get; init; }

    /// <summary>Takes times to the nearest step even where they are further off than 1 % of a step.</summary>
    public bool Snap { get; init; }

    /// <summary>Values that stand for none, as text; numbers are compared as numbers. An empty cell is the empty text.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [""];

    /// <summary>What to do with several values for one site at one step.</summary>
    public DuplicateRule Duplicates { get; init; } = DuplicateRule.Error;

    /// <summary>The share of the observations that is kept from every input and used for scoring.</summary>
    public Withholding Withheld { get; init; } = new(0.05, 0);

    /// <summary>Where the data come from, in words; the files' names by default.</summary>
    public string? Provenance { get; init; }

    /// <summary>The memory that sorting may take before it spills to disk beside the archive, as in <c>2GB</c>.</summary>
    public string MemoryLimit { get; init; } = "2GB";

    /// <summary>Checks what can be checked without the files.</summary>
    /// <exception cref="ArgumentException">One line for every fault.</exception>
    internal void Check() => new Faults("Import options")
        .Require(Files.Count > 0, "files", "at least one", Files.Count)
        .Require(double.IsFinite(StepLength) && StepLength > 0, "stepLength", "a finite number greater than 0", StepLength)
        .Require(SecondsPerTimeUnit is null or (> 0 and < double.PositiveInfinity), "secondsPerTimeUnit", "a finite number greater than 0", SecondsPerTimeUnit)
        .Require(SiteColumns is null or { Count: > 0 }, "siteColumns", "at least one, or none at all", SiteColumns?.Count)
        .Require(SiteColumns is null || SigmaColumn is null, "sigmaColumn", "none, or one number, with one column per site", SigmaColumn)
        .Require(
            SiteColumns is null || SiteColumns.Distinct().Count() == SiteColumns.Count, "siteColumns", "distinct columns",
            string.Join(", ", SiteColumns ?? []))
        .Require(
            SiteColumns is null || SiteNames is null || SiteColumns.All(SiteNames.Contains), "siteColumns", "columns called like the sites",
            $"'{SiteColumns?.FirstOrDefault(c => SiteNames?.Contains(c) == false)}', which is none of them")
        .Require(Sigma is null || SigmaColumn is null, "sigma", "one number or a column, not both", Sigma)
        .Require(Sigma is null or (> 0 and < double.PositiveInfinity), "sigma", "a finite number greater than 0", Sigma)
        .Require(SiteCount is null or > 0, "siteCount", "at least 1", SiteCount)
        .Require(SiteNames is null || SiteNames.Distinct().Count() == SiteNames.Count, "siteNames", "distinct names", SiteNames?.Count)
        .Require(Locations is null || Layout is not null, "locations", "none without a layout", Locations?.Count)
        .Require(Withheld.Fraction is >= 0 and < 1, "withheld.fraction", "a share in [0, 1)", Withheld.Fraction)
        .ThrowIfAny();
}
