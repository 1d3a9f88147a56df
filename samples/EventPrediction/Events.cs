using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Microsoft.ML;

namespace Coda.Samples.EventPrediction;

/// <summary>Which steps of a twin experiment are followed by the event: x at a site above a threshold, a lead later.</summary>
public sealed class Events
{
    private const int Site = 0;
    private const float Threshold = 6;
    private const int Every = 10; // neighbouring steps tell nothing new

    private readonly bool?[][] _follows; // [trajectory][step]

    /// <summary>Looks the events up in the truth.</summary>
    /// <param name="archive">The archive, with its truth.</param>
    /// <param name="lead">The lead, in steps.</param>
    public Events(ParquetArchive archive, int lead)
    {
        var steps = (int)archive.Description.Steps.Count;
        _follows = [.. Enumerable.Range(0, archive.Description.TrajectoryCount).Select(_ => new bool?[steps])];
        foreach (var block in archive.ReadStates(ArchiveTable.Truth))
        {
            for (var row = 0; row < block.Count; row++)
            {
                var start = block.FirstStep + row - lead;
                if (start >= 0 && start % Every == 0)
                {
                    _follows[block.Trajectory][start] = block.States.Span[(row * block.StateSize) + Site] > Threshold;
                }
            }
        }
    }

    /// <summary>The number of steps that have a label.</summary>
    public int Count => _follows.Sum(f => f.Count(label => label is not null));

    /// <summary>The share of them that the event follows.</summary>
    public double Share => (double)_follows.Sum(f => f.Count(label => label is true)) / Count;

    /// <summary>Keeps the rows that have a label, and adds it.</summary>
    /// <param name="context">The context.</param>
    /// <param name="view">Rows with trajectory and step.</param>
    public IDataView Label(MLContext context, IDataView view)
    {
        var kept = context.Data.FilterByCustomPredicate<Place>(view, place => _follows[place.Trajectory][place.Step] is null);
        return context.Transforms.CustomMapping<Place, Answer>((place, answer) => answer.Label = _follows[place.Trajectory][place.Step] == true, null)
            .Fit(kept).Transform(kept);
    }

    private sealed class Place
    {
        public int Trajectory { get; set; }

        public long Step { get; set; }
    }

    private sealed class Answer
    {
        public bool Label { get; set; }
    }
}
