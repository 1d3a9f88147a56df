using Coda.Data.Cards;
using Coda.Figures.Drawing;

namespace Coda.Reports.Gathering;

/// <summary>A model that is reported of.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Card">What it is.</param>
internal sealed record ReportedModel(string Folder, ModelCard Card)
{
    private readonly Lazy<TrainingHistory?> _history = new(() => TrainingHistory.Read(Folder));

    /// <summary>The course of its training; <see langword="null"/> where there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public TrainingHistory? History => _history.Value;

    /// <summary>What pictures of it alone name.</summary>
    public FigureSource Source => new(null, $"model: {Card.Name}", Card.Seed);
}
