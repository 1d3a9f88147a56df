using Coda.Data.Cards;
using Coda.Pipelines;
using Coda.Inference.Sessions;
using Coda.Tests.Inference;
using Microsoft.ML;

namespace Coda.Tests.Pipelines;

/// <summary>A model's files run unchanged in ML.NET's own transformer, with the same numbers.</summary>
[TestClass]
public sealed class ApplyOnnxModelTests
{
    private static readonly string Released = Path.Combine(Repository.Root, "models", "lorenz96");

    [TestMethod]
    public void TheReleasedAnalysisRuns()
    {
        using var model = OnnxModel.Open(Released);
        var context = new MLContext(1);
        var windows = context.Data.LoadObservationWindows(ExampleTwins.Lorenz96(size: 40, steps: 60, trajectories: 1).Archive(), model);
        var theirs = context.Transforms.CopyColumns(ModelFolder.Observations, CodaCatalog.Observations)
            .Append(context.Transforms.ApplyOnnxModel([ModelFolder.State], [ModelFolder.Observations], Path.Combine(Released, GraphFiles.Analysis)))
            .Fit(windows).Transform(windows);
        var ours = context.Transforms.Assimilate(model).Fit(windows).Transform(windows);
        ExampleTwins.AssertClose(PipelineExample.Vectors(ours, CodaCatalog.State), PipelineExample.Vectors(theirs, ModelFolder.State), 1e-4);
    }

    [TestMethod]
    public void TheReleasedForecastRuns()
    {
        using var model = OnnxModel.Open(Released);
        var context = new MLContext(1);
        var truth = ExampleTwins.Lorenz96(size: 40, steps: 60, trajectories: 1).Truth().Single();
        var states = context.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Row { State = truth.States.Slice(40 * i, 40).ToArray() }));
        var theirs = context.Transforms.CopyColumns(ModelFolder.State, CodaCatalog.State)
            .Append(context.Transforms.ApplyOnnxModel([ModelFolder.NextState], [ModelFolder.State], Path.Combine(Released, GraphFiles.Forecast)))
            .Fit(states).Transform(states);
        var ours = context.Transforms.Forecast(model, [1]).Fit(states).Transform(states);
        ExampleTwins.AssertClose(PipelineExample.Vectors(ours, "Forecast"), PipelineExample.Vectors(theirs, ModelFolder.NextState), 1e-4);
    }

    private sealed class Row
    {
        [Microsoft.ML.Data.VectorType(40)]
        public float[] State { get; set; } = [];
    }
}
