using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Inference.Forecasting;

/// <summary>Which forecasts to run.</summary>
public sealed record ForecastRequest
{
    /// <summary>The leads to keep, in steps, rising; 0 is the start itself.</summary>
    public required IReadOnlyList<int> Leads { get; init; }

    /// <summary>Starts from every n-th step, counted from the first of <see cref="Starts"/> (from step 0 where that is not given).</summary>
    public int StartEvery { get; init; } = 1;

    /// <summary>The steps to start from; all analyses by default.</summary>
    public StepRange? Starts { get; init; }

    /// <summary>The forcing at the forecasts' steps, where the model has one: the series of the model's <see cref="ForecastModel.Forcing"/>.</summary>
    public ForcingSeries? Forcing { get; init; }

    /// <summary>The most states, of starts and their members, that are advanced as one batch; fewer where they are large. 256 is 1.3 times as fast as 128 on
    /// the released hybrid of 40 sites.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>
    /// The members of an ensemble from each start; 1 for the analysis itself. Members start at the analysis plus its spread times independent standard normal
    /// numbers: the spread knows nothing of how the errors of neighbouring entries go together, so that an ensemble needs some steps to take the system's
    /// shape.
    /// </summary>
    public int Members { get; init; } = 1;

    /// <summary>The standard deviation of the members' starts at every entry, in state units; the analyses' own spread by default.</summary>
    public double? InitialSpread { get; init; }

    /// <summary>The seed that the members are drawn by.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The batches worked on at the same time; 0 for one on each core.</summary>
    public int Workers { get; init; }

    /// <summary>Told the number of forecasts done.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>Stops the forecasts.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Refuses a request that makes no sense.</summary>
    /// <exception cref="ArgumentException">Values out of range; all faults at once.</exception>
    public void Check() => new Faults(nameof(ForecastRequest))
        .Require(
            Leads.Count > 0 && Leads[0] >= 0 && Leads.Zip(Leads.Skip(1)).All(p => p.First < p.Second),
            nameof(Leads), "rising numbers of at least 0", string.Join(", ", Leads))
        .Require(StartEvery >= 1, nameof(StartEvery), "at least 1", StartEvery)
        .Require(BatchSize >= 1, nameof(BatchSize), "at least 1", BatchSize)
        .Require(Members >= 1, nameof(Members), "at least 1", Members)
        .Require(
            InitialSpread is null || (InitialSpread > 0 && double.IsFinite(InitialSpread.Value) && Members > 1),
            nameof(InitialSpread), Members > 1 ? "a finite number greater than 0" : "none without members (2 or more)", InitialSpread)
        .Require(Workers >= 0, nameof(Workers), "at least 0", Workers)
        .ThrowIfAny();

    /// <summary>The steps that forecasts start from, in words.</summary>
    internal string Describe() => Starts is { } range
        ? FormattableString.Invariant($"every {StartEvery} of the steps {range}")
        : FormattableString.Invariant($"multiples of {StartEvery} steps");

    /// <summary>Whether forecasts start from a step.</summary>
    internal bool IsStart(long step) => Starts is { } range
        ? range.Contains(step) && (step - range.Start) % StartEvery == 0
        : step % StartEvery == 0;
}
