using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Service.Bodies;

namespace Coda.Service.Replies;

/// <summary>The analyses of consecutive steps.</summary>
internal sealed record AnalysisReply
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>How the network read the observations: stretch or window. Both agree to rounding; each gives the same bits whatever else is computed.</summary>
    public required string Form { get; init; }

    /// <summary>The step of the first state.</summary>
    public required long FirstStep { get; init; }

    /// <summary>The date and time of step 0, where it is known.</summary>
    public string? TimeOrigin { get; init; }

    /// <summary>The date and time of each state, where those of steps are known.</summary>
    public IReadOnlyList<string>? Times { get; init; }

    /// <summary>The names of the entries of a state, where the model's sites have names: as the site there, else as the field.</summary>
    public IReadOnlyList<string>? EntryNames { get; init; }

    /// <summary>A state for each step.</summary>
    public required IReadOnlyList<float[]> States { get; init; }

    /// <summary>The standard deviation of each entry's error, where the model gives it.</summary>
    public IReadOnlyList<float[]>? Spread { get; init; }

    /// <summary>The half-width of a band around each entry that covers the state with the level; 0 where an entry is not covered. Where the service has
    /// bands.</summary>
    public IReadOnlyList<float[]>? Band { get; init; }

    /// <summary>The level of the bands, as 0.9.</summary>
    public double? BandLevel { get; init; }

    /// <summary>For each step the values at the sites, null where nothing was observed; only where the query asks for observations.</summary>
    public IReadOnlyList<float?[]>? Observations { get; init; }

    /// <summary>What makes the analyses doubtful, where something does.</summary>
    public IReadOnlyList<ResultWarning>? Warnings { get; init; }

    /// <summary>Makes the reply.</summary>
    /// <param name="reply">What is to be said of the analyses.</param>
    /// <param name="form">The form of the network.</param>
    /// <param name="analyses">The analyses.</param>
    /// <param name="entryNames">The names of the entries of a state, where they have names.</param>
    /// <param name="observations">The observations, where they are asked for.</param>
    public static AnalysisReply Of(
        StatesReply reply, string form, StateBlock analyses, IReadOnlyList<string>? entryNames, ObservationStretch? observations) => new()
    {
        Model = reply.Card.Name,
        Form = form,
        FirstStep = analyses.FirstStep,
        TimeOrigin = reply.Calendar?.Origin,
        Times = reply.Calendar is { } calendar
            ? [.. Enumerable.Range(0, analyses.Count).Select(row => StepReading.DateOf(calendar, analyses.FirstStep + row))] : null,
        EntryNames = entryNames,
        States = Rows(analyses.States, analyses.StateSize),
        Spread = analyses.Spread is { } spread ? Rows(spread, analyses.StateSize) : null,
        Band = analyses.Band is { } band ? Rows(band, analyses.StateSize) : null,
        BandLevel = analyses.Band is null ? null : reply.BandLevel,
        Observations = observations is null ? null
            : [.. Enumerable.Range(0, analyses.Count).Select(row => Observed(observations, (int)(analyses.FirstStep - observations.Steps.Start) + row))],
        Warnings = reply.Warnings.Count > 0 ? reply.Warnings : null,
    };

    private static float[][] Rows(ReadOnlyMemory<float> entries, int size) =>
        [.. Enumerable.Range(0, entries.Length / size).Select(row => entries.Slice(row * size, size).ToArray())];

    private static float?[] Observed(ObservationStretch record, int row) =>
        [.. Enumerable.Range(row * record.SiteCount, record.SiteCount).Select(at => record.Mask[at] != 0 ? record.Values[at] : (float?)null)];
}
