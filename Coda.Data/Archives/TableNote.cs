using System.Text.Json.Serialization;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Archives;

/// <summary>What a table of analyses or forecasts says of itself.</summary>
public sealed record TableNote
{
    /// <summary>The note of a table that has none.</summary>
    public static TableNote Unknown { get; } = new();

    /// <summary>
    /// The most steps past its own that an analysis has seen the observations of, at least 0; for forecasts, that of the analyses they start from. Nothing
    /// where that is not known. Statistics such as a mean do not count.
    /// </summary>
    public long? LookAhead { get; init; }

    /// <summary>Which model the states come from, in words, as in "model: hybrid of lorenz96" or "system: lorenz96 F = 8"; nothing where none did or that is
    /// not known.</summary>
    public string? Model { get; init; }

    /// <summary>The number of members N where states are those of ensembles, whose member m of trajectory t of the observations is trajectory t N + m; nothing
    /// where each trajectory has one state at a step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Members { get; init; }

    /// <summary>The layout of its states, where they have fields of the archive's and others beside them, such as hidden ones of the model; nothing where the
    /// archive's layout tells.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StateLayout? Layout { get; init; }

    /// <summary>The level of the column <c>band</c>, as .9; nothing where the table has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BandLevel { get; init; }

    /// <summary>What the run that made it had to say against it, if anything.</summary>
    public IReadOnlyList<ResultWarning>? Warnings { get; init; }

    /// <summary>The stretches whose analyses are not what was asked for; nothing where there are none, or a version of Coda that did not keep them made the
    /// table.</summary>
    public UnsoundStretches? Unsound { get; init; }

    /// <summary>Whether its analyses, or those that its forecasts start from, have seen their own future.</summary>
    [JsonIgnore]
    public StartKind Kind => LookAhead switch
    {
        null => StartKind.Unknown,
        0 => StartKind.Past,
        _ => StartKind.Smoothed,
    };

    /// <summary>What to note of the layout of states.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="states">The layout of the states.</param>
    public static StateLayout? LayoutBeside(ArchiveDescription archive, StateLayout states)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(states);
        return states.Fields.Count(archive.Layout.Fields.Contains) is var shared && shared > 0 && shared < states.Fields.Count ? states : null;
    }

    /// <summary>What analyses have seen, in words that follow "analyses that", as in "look ahead up to 50 steps".</summary>
    public string Describe() => LookAhead switch
    {
        null => "do not tell what they have seen",
        0 => "look back only",
        1 => "look ahead by a step",
        { } steps => FormattableString.Invariant($"look ahead up to {steps} steps"),
    };
}
