namespace Coda.Cli.Commands;

/// <summary>Where a command stands in the order of the work, in which the help lists them; in a group, they stand by name.</summary>
public enum CommandGroup
{
    /// <summary>What a newcomer runs first.</summary>
    Start,

    /// <summary>What there is: systems, methods, models.</summary>
    Catalogs,

    /// <summary>Observations into archives.</summary>
    Records,

    /// <summary>Models and methods from archives.</summary>
    Training,

    /// <summary>Analyses and forecasts.</summary>
    Estimates,

    /// <summary>How good these are.</summary>
    Scores,

    /// <summary>What models tell, and are made into.</summary>
    Models,

    /// <summary>What is done to files that are there.</summary>
    Upkeep,
}
