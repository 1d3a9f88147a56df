using System.Text.Json.Serialization;
using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Data.Cards;

/// <summary>The kind of record that a card's scores were measured on; a fresh one of the same kind can be simulated from it.</summary>
/// <remarks>Immutable; safe to share.</remarks>
public sealed record ScoredOn
{
    /// <summary>The system that made the truth, which the model's simulator may lack parts of; <see langword="null"/> where no system did.</summary>
    public Component? System { get; init; }

    /// <summary>The observation operator.</summary>
    public required Component Operator { get; init; }

    /// <summary>Where and when was observed; <see langword="null"/> where that is not known.</summary>
    public Component? ObservingNetwork { get; init; }

    /// <summary>The standard deviation of the observation error; <see langword="null"/> where every observation has its own.</summary>
    public double? Sigma { get; init; }

    /// <summary>The number of steps left out at each end of the record.</summary>
    public int Margin { get; init; }

    /// <summary>The number of records whose analyses were scored; <see langword="null"/> where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Records { get; init; }

    /// <summary>The number of steps of each that were scored, on average; <see langword="null"/> where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Steps { get; init; }

    /// <summary>The kind of an archive.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="margin">The number of steps left out at each end of the record.</param>
    public static ScoredOn Of(ArchiveDescription archive, int margin) =>
        new() { System = archive.System, Operator = archive.Operator, ObservingNetwork = archive.ObservingNetwork, Sigma = archive.Sigma, Margin = margin };
}
