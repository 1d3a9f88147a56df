using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Service.Replies;

/// <summary>Hybrid forecasts: simulator, estimated parameters and correction.</summary>
internal sealed record ForecastReply
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The leads, in steps.</summary>
    public required IReadOnlyList<int> Leads { get; init; }

    /// <summary>The forecasts from each start.</summary>
    public required IReadOnlyList<ForecastStartReply> Forecasts { get; init; }

    /// <summary>What makes the analyses doubtful that the forecasts start from, where something does.</summary>
    public IReadOnlyList<ResultWarning>? Warnings { get; init; }

    /// <summary>Makes the reply.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="leads">The leads.</param>
    /// <param name="lookAhead">How many steps past a step its analysis has seen; nothing where that is not known.</param>
    /// <param name="forecasts">Every lead of the first start, then of the next.</param>
    /// <param name="warnings">What makes the starts doubtful.</param>
    public static ForecastReply Of(
        string model, IReadOnlyList<int> leads, Func<long, long?> lookAhead, IReadOnlyList<StateBlock> forecasts,
        IReadOnlyList<ResultWarning> warnings) => new()
    {
        Model = model,
        Leads = leads,
        Warnings = warnings.Count > 0 ? warnings : null,
        Forecasts = [.. forecasts.Chunk(leads.Count).Select(start => new ForecastStartReply
        {
            Step = start[0].FirstStep,
            LookAhead = lookAhead(start[0].FirstStep),
            States = [.. start.Select(f => f.States.ToArray())],
        })],
    };
}
