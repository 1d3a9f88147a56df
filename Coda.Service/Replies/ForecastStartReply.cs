namespace Coda.Service.Replies;

/// <summary>The forecasts from one start.</summary>
internal sealed record ForecastStartReply
{
    /// <summary>The step that the forecast starts from.</summary>
    public required long Step { get; init; }

    /// <summary>A state for each lead.</summary>
    public required IReadOnlyList<float[]> States { get; init; }
}
