namespace Coda.Training.Networks;

/// <summary>A component with weights: what training fits, and what a model's folder holds of it.</summary>
/// <remarks>Whoever trains, exports, checks or reads models goes over such components; a new kind is one class, and a stage that trains it.</remarks>
public interface ITrainable
{
    /// <summary>The arrays of weights.</summary>
    IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <summary>What it computes: a graph each of the model's folder.</summary>
    /// <param name="context">Layout, sites and climatology of the model.</param>
    IEnumerable<ModelGraph> Graphs(AssimilationContext context);
}
