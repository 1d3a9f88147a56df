using Coda.Data.Archives.Stored;
using Coda.Inference.Sessions;
using Coda.Pipelines;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Tests.Pipelines;

/// <summary>The ML.NET example of the README; a test keeps the two alike.</summary>
internal static class ReadmePipeline
{
    public static IReadOnlyList<uint> Run(string archiveFolder, string modelFolder, string file)
    {
        // README begin
        var context = new MLContext(seed: 1);
        using var archive = ParquetArchive.Open(archiveFolder);
        using var model = OnnxModel.Open(modelFolder);

        // Windows up to each step -> analyses -> hybrid forecasts 25 and 50 steps ahead -> any trainer; here, four regimes.
        var windows = context.Data.LoadObservationWindows(archive, model, nowcast: true);
        var pipeline = context.Transforms.Assimilate(model)
            .Append(context.Transforms.Forecast(model, leads: [25, 50]))
            .Append(context.Transforms.Concatenate("Features", "State", "Forecast"))
            .Append(context.Clustering.Trainers.KMeans(numberOfClusters: 4));
        var transformer = pipeline.Fit(windows);
        context.Model.Save(transformer, windows.Schema, file);

        // Analyses that the archive holds already are rows of Trajectory, Step, Time, State and Spread.
        var spread = context.Data.LoadAnalyses(archive).Schema.GetColumnOrNull("Spread");
        // README end
        Assert.IsNull(spread, "expected a network's analyses to have no spread");
        return [.. new MLContext().Model.Load(file, out _).Transform(windows).GetColumn<uint>("PredictedLabel")];
    }
}
