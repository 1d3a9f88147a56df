using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>What a component computes as a graph of the model's folder: written once over the algebra, exported to ONNX, and computed by LibTorch for the
/// reference.</summary>
/// <param name="role">What it is for: <see cref="Data.Cards.ModelRoles"/>, or a word of a plug-in's own, unique in a model; the file is named after it.</param>
/// <param name="description">What it maps to what, in a sentence.</param>
public abstract class ModelGraph(string role, string description)
{
    /// <summary>What it is for.</summary>
    public string Role => role;

    /// <summary>What it maps to what, in a sentence.</summary>
    public string Description => description;

    /// <summary>Its inputs.</summary>
    public abstract IReadOnlyList<ModelTensor> Inputs { get; }

    /// <summary>Its outputs.</summary>
    public abstract IReadOnlyList<ModelTensor> Outputs { get; }

    /// <summary>Whether inputs and outputs stand in the model's reference; else other arrays of it tell whether the graph is right.</summary>
    public virtual bool HasReference => true;

    /// <summary>Computes the outputs, in order.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The component's weights.</param>
    /// <param name="inputs">The inputs, in order.</param>
    /// <typeparam name="T">What stands for an array.</typeparam>
    public abstract IReadOnlyList<T> Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, IReadOnlyList<T> inputs);

    /// <summary>Draws an input for the reference; one that no other graph of the model gives must be drawn.</summary>
    /// <param name="input">Which of <see cref="Inputs"/>.</param>
    /// <param name="batch">The number of rows.</param>
    /// <param name="seed">The seed of the model.</param>
    /// <returns>The input, row-major; <see langword="null"/> where it is what other graphs give or take.</returns>
    public virtual float[]? Draw(ModelTensor input, int batch, ulong seed) => null;
}
