using Coda.Training.Export;
using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>From a model, its folder: ONNX files, card, README.</summary>
/// <param name="folder">The folder.</param>
internal sealed class ExportModel(string folder) : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model)
    {
        ArgumentNullException.ThrowIfNull(model);
        run.OnFirst(first => first.Progress.Run("export", _ => ModelExport.Write(model, folder, first.Command)));
        return model;
    }
}
