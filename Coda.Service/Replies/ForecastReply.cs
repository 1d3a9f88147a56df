using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Service.Bodies;

namespace Coda.Service.Replies;

/// <summary>Hybrid forecasts: simulator, estimated parameters and correction.</summary>
internal sealed record ForecastReply
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The leads, in steps.</summary>
    public required IReadOnlyList<int> Leads { get; init; }

    /// <summary>The date and time of step 0, where it is known.</summary>
    public string? TimeOrigin { get; init; }

    /// <summary>The names of the entries of a state, where the model's sites have names: as the site there, else as the field.</summary>
    public IReadOnlyList<string>? EntryNames { get; init; }

    /// <summary>The forecasts from each start.</summary>
    public required IReadOnlyList<ForecastStartReply> Forecasts { get; init; }

    /// <summary>What makes the analyses doubtful that the forecasts start from, where something does.</summary>
    public IReadOnlyList<ResultWarning>? Warnings { get; init; }

    /// <summary>Makes the reply.</summary>
    /// <param name="reply">What is to be said of the forecasts.</param>
    /// <param name="leads">The leads.</param>
    /// <param name="lookAhead">How many steps past a step its analysis has seen; nothing where that is not known.</param>
    /// <param name="forecasts">Every lead of the first start, then of the next.</param>
    /// <param name="entryNames">The names of the entries of a state, where they have names.</param>
    public static ForecastReply Of(
        StatesReply reply, IReadOnlyList<int> leads, Func<long, long?> lookAhead, IReadOnlyList<StateBlock> forecasts,
        IReadOnlyList<string>? entryNames) => new()
    {
        Model = reply.Card.Name,
        Leads = leads,
        TimeOrigin = reply.Calendar?.Origin,
        EntryNames = entryNames,
        Warnings = reply.Warnings.Count > 0 ? reply.Warnings : null,
        Forecasts = [.. forecasts.Chunk(leads.Count).Select(start => new ForecastStartReply
        {
            Step = start[0].FirstStep,
            LookAhead = lookAhead(start[0].FirstStep),
            Times = reply.Calendar is { } calendar ? [.. leads.Select(lead => StepReading.DateOf(calendar, start[0].FirstStep + lead))] : null,
            States = [.. start.Select(f => f.States.ToArray())],
        })],
    };
}
