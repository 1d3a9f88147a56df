using Coda.Data.Cards;
using Coda.Inference.Sessions;

namespace Coda.Pipelines.Functions;

/// <summary>One graph of a model, as a function needs it.</summary>
internal static class ModelGraph
{
    /// <summary>What identifies a function of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">The graph's file.</param>
    /// <param name="leads">The leads of a forecast.</param>
    /// <exception cref="ModelMismatchException">The model has no such file.</exception>
    public static FunctionRecord Record(OnnxModel model, string file, IReadOnlyList<int> leads) => model.Has(file)
        ? new FunctionRecord(model.Folder, file, model.Card.Files[file].Sha256, leads, model.Settings.Device, model.Settings.Threads)
        : throw new ModelMismatchException($"Model '{model.Card.Name}': expected {file}, got a model without it; export it again.");
}
