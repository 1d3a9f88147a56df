using Coda.Data.Foundation;

namespace Coda.Service.Replies;

/// <summary>What the observations of some steps were worth to the forecasts from there.</summary>
internal sealed record ImpactReply
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The forecasts' steps.</summary>
    public required int Lead { get; init; }

    /// <summary>What forecasts were held against, in words.</summary>
    public required string Verification { get; init; }

    /// <summary>The steps that have observations, in order.</summary>
    public required IReadOnlyList<ImpactStepReply> Steps { get; init; }

    /// <summary>What makes the impacts doubtful, where something does.</summary>
    public IReadOnlyList<ResultWarning>? Warnings { get; init; }
}
