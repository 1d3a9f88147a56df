using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Optimization;

/// <summary>A part's weights while they are trained, their running average, and an optimizer for each of its groups.</summary>
/// <param name="part">The part.</param>
/// <param name="seed">The seed of random starts.</param>
/// <param name="device">Where the weights live.</param>
internal sealed class TrainedPart(TrainablePart part, ulong seed, Device device) : IDisposable
{
    private (WeightGroup Group, Adam Adam)[] _groups = [];

    /// <summary>The weights.</summary>
    public WeightStore Weights { get; } = new(part.Component.WeightDefinitions, seed ^ part.Stream, device);

    /// <summary>Their running average.</summary>
    public WeightStore Averaged { get; } = new(part.Component.WeightDefinitions, seed ^ part.Stream, device);

    /// <summary>The part's name.</summary>
    public string Name => part.Name;

    /// <summary>The part's arrays.</summary>
    public IReadOnlyList<WeightDefinition> Definitions => part.Component.WeightDefinitions;

    /// <summary>The optimizers.</summary>
    public IReadOnlyList<(WeightGroup Group, Adam Adam)> Groups => _groups;

    /// <summary>Takes the values to start from, and makes the optimizers.</summary>
    public TrainedPart Begin()
    {
        _groups = [.. part.Groups.Select(group => (group, new Adam(Weights.TrainedOf(group.Selects))))];
        if (part.Start is { } start)
        {
            Weights.LoadShared(start.Component.WeightDefinitions, start.Weights);
            Averaged.LoadShared(start.Component.WeightDefinitions, start.Weights);
        }

        return this;
    }

    /// <summary>Moves the average towards the weights, where they are trained.</summary>
    /// <param name="share">The share of the way.</param>
    public void Approach(double share)
    {
        if (_groups.Length > 0)
        {
            Averaged.Approach(Weights, share);
        }
    }

    /// <summary>Everything that a resumed run needs, by name in the checkpoint.</summary>
    public IEnumerable<(string Name, IReadOnlyDictionary<string, float[]> Arrays)> Export() =>
        [(Name, Weights.Export()), (part.Averaged, Averaged.Export()), .. _groups.Select(g => (g.Group.Name, g.Adam.Export()))];

    /// <summary>Overwrites it.</summary>
    /// <param name="arrays">Gives what <see cref="Export"/> gave, by name.</param>
    public void Load(Func<string, IReadOnlyDictionary<string, float[]>> arrays)
    {
        Weights.Load(arrays(Name));
        Averaged.Load(arrays(part.Averaged));
        foreach (var (group, adam) in _groups)
        {
            adam.Load(arrays(group.Name));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        Averaged.Dispose();
        foreach (var (_, adam) in _groups)
        {
            adam.Dispose();
        }
    }
}
