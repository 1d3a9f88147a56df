namespace Coda.Service.Bodies;

/// <summary>A half-open range of steps.</summary>
internal sealed record StepsBody
{
    /// <summary>The first step.</summary>
    public required long Start { get; init; }

    /// <summary>The step after the last.</summary>
    public required long End { get; init; }
}
