using Coda.Data.Archives;

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

    /// <summary>Makes the reply.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="leads">The leads.</param>
    /// <param name="lookAhead">How many steps past a step its analysis has seen; nothing where that is not known.</param>
    /// <param name="forecasts">Every lead of the first start, then of the next.</param>
    public static ForecastReply Of(string model, IReadOnlyList<int> leads, Func<long, long?> lookAhead, IReadOnlyList<StateBlock> forecasts) => new()
    {
        Model = model,
        Leads = leads,
        Forecasts = [.. forecasts.Chunk(leads.Count).Select(start => new ForecastStartReply
        {
            Step = start[0].FirstStep,
            LookAhead = lookAhead(start[0].FirstStep),
            States = [.. start.Select(f => f.States.ToArray())],
        })],
    };
}
