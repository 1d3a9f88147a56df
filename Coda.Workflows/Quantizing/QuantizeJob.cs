using Coda.Data.Archives;

namespace Coda.Workflows.Quantizing;

/// <summary>A model to which the network in eight-bit integers is added.</summary>
/// <param name="Model">The model's folder, or the name of a released one.</param>
/// <param name="Archive">The observations that tell the ranges; it stays the caller's.</param>
public sealed record QuantizeJob(string Model, IObservationArchive Archive)
{
    /// <summary>The number of steps that are looked at by default.</summary>
    public const int DefaultSteps = 4000;

    /// <summary>An empty folder for a copy of the model; by default the file is added to the model's own.</summary>
    public string? Output { get; init; }

    /// <summary>The most of the archive's steps that are looked at, at least 1.</summary>
    public int Steps { get; init; } = DefaultSteps;
}
