namespace Coda.Service.Bodies;

/// <summary>A half-open range of steps, whose ends are steps or, where timeOrigin says what step 0 stands for, dates.</summary>
internal sealed record StepsBody
{
    /// <summary>The first step. Either this or startTime.</summary>
    public long? Start { get; init; }

    /// <summary>The date and time of the first step, in ISO 8601.</summary>
    public string? StartTime { get; init; }

    /// <summary>The step after the last. Either this or endTime.</summary>
    public long? End { get; init; }

    /// <summary>The date and time of the step after the last.</summary>
    public string? EndTime { get; init; }
}
