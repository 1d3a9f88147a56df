using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Inference.Impact;
using Coda.Service.Bodies;

namespace Coda.Service.Replies;

/// <summary>What the observations of one step were worth.</summary>
internal sealed record ImpactStepReply
{
    /// <summary>The step.</summary>
    public required long Step { get; init; }

    /// <summary>Its date and time, where those of steps are known.</summary>
    public string? Time { get; init; }

    /// <summary>The mean square error of the forecast from the analysis with the step's observations.</summary>
    public required double Error { get; init; }

    /// <summary>That from the analysis without them, measured: data denial.</summary>
    public required double ErrorWithout { get; init; }

    /// <summary>The sum of their impacts, which is to be the difference.</summary>
    public required double Sum { get; init; }

    /// <summary>Degrees of freedom for signal: the sum of their influences.</summary>
    public required double Signal { get; init; }

    /// <summary>Each of them.</summary>
    public required IReadOnlyList<ObservationImpact> Observations { get; init; }

    /// <summary>The names of their sites, where the model's sites have names.</summary>
    public IReadOnlyList<string>? SiteNames { get; init; }

    /// <summary>Makes the reply of a step.</summary>
    /// <param name="found">What came of it.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="calendar">What steps are in dates, where that is known.</param>
    public static ImpactStepReply Of(ImpactCase found, ModelCard card, StepCalendar? calendar) => new()
    {
        Step = found.Step,
        Time = calendar is null ? null : StepReading.DateOf(calendar, found.Step),
        Error = found.Error,
        ErrorWithout = found.ErrorWithout,
        Sum = found.Sum,
        Signal = found.Signal,
        Observations = found.Observations,
        SiteNames = card.SiteNames is { } names ? [.. found.Observations.Select(o => names[o.Site])] : null,
    };
}
