using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Figures.Kinds;

namespace Coda.Figures;

/// <summary>All that a training's history has to show.</summary>
public static class TrainingFigures
{
    // Of numbers that differ from batch to batch more than in the course of the training.
    private const int MostMeans = 200;

    /// <summary>Its losses, parameters, gradients and learning rates, a picture each, as far as it has them.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="history">The history, of at least one row.</param>
    /// <param name="card">The card of the model that came of it, whose parameters stand beside those trained; <see langword="null"/> where there is none
    /// yet.</param>
    public static IReadOnlyList<Figure> Of(FigureSource source, TrainingHistory history, ModelCard? card = null)
    {
        var figures = new List<Figure>();
        var averaged = source;
        if (history.Steps.Count > MostMeans)
        {
            var rows = FormattableString.Invariant($"each value the mean of about {Math.Round((double)history.Steps.Count / MostMeans)} rows");
            averaged = source with { Detail = string.Join(" · ", new[] { source.Detail, rows }.OfType<string>()) };
        }

        if (Means(TrainingHistory.Loss, TrainingHistory.Validation) is { Count: > 0 } losses)
        {
            figures.Add(Figures.TrainingCurves(averaged, losses));
        }

        if (Columns(TrainingHistory.Parameter).ToList() is { Count: > 0 } parameters)
        {
            figures.Add(Figures.Parameters(source, [.. parameters.Select(name => Panel(name, history, card))]));
        }

        if (Means(TrainingHistory.Gradient) is { Count: > 0 } gradients)
        {
            figures.Add(OfCurves("gradients", "Norms of gradients by training step", "norm before clipping", gradients));
        }

        if (Means(TrainingHistory.Rate) is { Count: > 0 } rates)
        {
            figures.Add(OfCurves("rates", "Learning rates by training step", "learning rate", rates));
        }

        return figures;

        IEnumerable<string> Columns(string kind, string? more = null) =>
            history.Columns.Where(name => name.StartsWith(kind, StringComparison.Ordinal) || name == more);

        List<Curve> Means(string kind, string? more = null) =>
            [.. Columns(kind, more).Select(name => Mean(name == more ? name : name[kind.Length..], name, history))];

        Figure OfCurves(string name, string title, string y, List<Curve> curves) =>
            CurvesFigure.Of(name, title, averaged, "training step", y, curves, isLogarithmic: true);
    }

    // Each mean stands at the last of its steps.
    private static Curve Mean(string label, string column, TrainingHistory history)
    {
        var means = Coda.Data.Foundation.Means.Of(history.Column(column), MostMeans);
        return new(label, [.. means.Select((_, i) => (double)history.Steps[(int)(((long)history.Steps.Count * (i + 1) / means.Length) - 1)])], means);
    }

    private static SeriesPanel Panel(string column, TrainingHistory history, ModelCard? card)
    {
        var name = column[TrainingHistory.Parameter.Length..];
        double[] steps = [.. history.Steps.Select(step => (double)step)];
        List<Curve> curves = [new("trained", steps, history.Column(column)) { Quantity = Quantity.Analysis }];
        if (card?.Parameters.TryGetValue(name, out var released) == true)
        {
            curves.Add(new("in the model, ± its standard error", [steps[^1]], [released])
            {
                Quantity = Quantity.Forecast,
                IsPoints = true,
                Deviation = card.ParameterErrors.TryGetValue(name, out var error) && double.IsFinite(error) ? [error] : null,
            });
        }

        if (history.Truths.TryGetValue(name, out var truth))
        {
            curves.Add(new("truth", [steps[0], steps[^1]], [truth, truth]) { Quantity = Quantity.Truth, IsReference = true });
        }

        return new(name, "1", curves);
    }
}
