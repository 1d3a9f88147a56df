using Coda.Data.Cards;
using Coda.Data.Foundation;

namespace Coda.Workflows.Inspecting;

/// <summary>The course of a training, in short.</summary>
/// <param name="Rows">The number of rows that are kept of it.</param>
/// <param name="Steps">The number of optimizer steps, over all stages.</param>
/// <param name="Seconds">The time that they took, in seconds.</param>
/// <param name="Stages">The stages, in order.</param>
/// <param name="Values">What every column was at first and at last; columns without a finite value are left out.</param>
/// <param name="Truths">The true values of parameters, by column, where a twin's archive named them.</param>
public sealed record InspectedHistory(
    int Rows,
    long Steps,
    double Seconds,
    IReadOnlyList<InspectedHistory.Stage> Stages,
    IReadOnlyList<InspectedHistory.Value> Values,
    IReadOnlyDictionary<string, double> Truths)
{
    /// <summary>A stage.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Steps">The number of its steps.</param>
    public sealed record Stage(string Name, long Steps);

    /// <summary>A column's ends.</summary>
    /// <param name="Column">The column's name.</param>
    /// <param name="First">Its first finite value.</param>
    /// <param name="Last">Its last finite value.</param>
    /// <param name="Course">Means of its finite values in between, oldest first, at most 20.</param>
    public sealed record Value(string Column, double First, double Last, IReadOnlyList<double> Course);

    /// <summary>Sums a history up.</summary>
    /// <param name="history">The history; nothing, or one without rows, gives nothing.</param>
    internal static InspectedHistory? Of(TrainingHistory? history)
    {
        if (history is not { Steps.Count: > 0 and var rows })
        {
            return null;
        }

        var ends = history.Stages.Zip(history.Steps).GroupBy(row => row.First).Select(stage => (Name: stage.Key, Step: stage.Last().Second)).ToList();
        var seconds = history.Column(TrainingHistory.Seconds)[^1];
        var columns = history.Columns.Where(name => name != TrainingHistory.Seconds)
            .Select(name => (Name: name, Finite: history.Column(name).Where(double.IsFinite).ToArray())).Where(column => column.Finite.Length > 0);
        return new(
            rows,
            history.Steps[^1],
            double.IsFinite(seconds) ? seconds : 0,
            [.. ends.Select((end, i) => new Stage(end.Name, end.Step - (i == 0 ? 0 : ends[i - 1].Step)))],
            [.. columns.Select(column => new Value(column.Name, column.Finite[0], column.Finite[^1], Means.Of(column.Finite, 20)))],
            history.Truths.ToDictionary(truth => TrainingHistory.Parameter + truth.Key, truth => truth.Value));
    }
}
