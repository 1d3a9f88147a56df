using Coda.Data.Cards;
using Coda.Inference.Sessions;

namespace Coda.Pipelines.Functions;

/// <summary>One graph of a model, as a function needs it.</summary>
internal static class ModelGraph
{
    /// <summary>What identifies a function of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="role">What the graph is for.</param>
    /// <param name="leads">The leads of a forecast.</param>
    /// <exception cref="ModelMismatchException">The model has no such graph.</exception>
    public static FunctionRecord Record(OnnxModel model, string role, IReadOnlyList<int> leads) => model.Card.FileOf(role) is { } file
        ? new FunctionRecord(model.Folder, file, model.Card.Files[file].Sha256, leads, model.Settings.Device, model.Settings.Threads)
        : throw new ModelMismatchException($"Model '{model.Card.Name}': expected a graph for {role}, got a model without it; export it again.");
}
