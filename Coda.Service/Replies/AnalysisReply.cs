using Coda.Data.Archives;
using Coda.Data.Foundation;

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

    /// <summary>A state for each step.</summary>
    public required IReadOnlyList<float[]> States { get; init; }

    /// <summary>The standard deviation of each entry's error, where the model gives it.</summary>
    public IReadOnlyList<float[]>? Spread { get; init; }

    /// <summary>What makes the analyses doubtful, where something does.</summary>
    public IReadOnlyList<ResultWarning>? Warnings { get; init; }

    /// <summary>Makes the reply.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="form">The form of the network.</param>
    /// <param name="analyses">The analyses.</param>
    /// <param name="warnings">What makes them doubtful.</param>
    public static AnalysisReply Of(string model, string form, StateBlock analyses, IReadOnlyList<ResultWarning> warnings) => new()
    {
        Model = model,
        Form = form,
        FirstStep = analyses.FirstStep,
        States = Rows(analyses.States, analyses.StateSize),
        Spread = analyses.Spread is { } spread ? Rows(spread, analyses.StateSize) : null,
        Warnings = warnings.Count > 0 ? warnings : null,
    };

    private static float[][] Rows(ReadOnlyMemory<float> entries, int size) =>
        [.. Enumerable.Range(0, entries.Length / size).Select(row => entries.Slice(row * size, size).ToArray())];
}
