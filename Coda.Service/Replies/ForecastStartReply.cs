namespace Coda.Service.Replies;

/// <summary>The forecasts from one start.</summary>
internal sealed record ForecastStartReply
{
    /// <summary>The step that the forecast starts from.</summary>
    public required long Step { get; init; }

    /// <summary>
    /// How many steps past its own the start's analysis has seen, so that leads up to it are no forecasts: 0 at the newest step of the record; nothing where
    /// the state was sent.
    /// </summary>
    public long? LookAhead { get; init; }

    /// <summary>The date and time of each lead, where those of steps are known.</summary>
    public IReadOnlyList<string>? Times { get; init; }

    /// <summary>A state for each lead.</summary>
    public required IReadOnlyList<float[]> States { get; init; }
}
