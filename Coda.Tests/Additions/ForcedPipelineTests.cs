using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Pipelines;
using Coda.Tests.Archives;
using Coda.Tests.Data;
using Coda.Tests.Inference;
using Coda.Tests.Training;
using Coda.Training.Export;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Tests.Additions;

/// <summary>Models with forcing in ML.NET: rows hold it after the state.</summary>
[TestClass]
public sealed class ForcedPipelineTests
{
    private static readonly int[] Leads = [0, 5, 40];

    private readonly TemporaryDirectory _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("forced-lorenz96", "a", 0.01)]
    [DataRow("driven-pendulum", "g", 0.05)]
    public void ForecastsAreThoseOfTheModel(string system, string parameter, double stepLength)
    {
        var twin = (TrainingExamples.Twin with { System = new Component(system), StepLength = stepLength, StepCount = 100, TrajectoryCount = 2 }).Forced();
        using var archive = Archive(twin);
        using var model = Model(twin, parameter);
        var context = new MLContext(1);
        var starts = context.Data.FilterRowsByColumn(context.Data.LoadAnalyses(archive, model, Leads[^1]), "Time", 19.5 * stepLength, 39.5 * stepLength);
        var forecast = context.Transforms.Forecast(model, Leads, inputColumnName: CodaCatalog.ForcedState, batchSize: 7);
        var transformer = forecast.Fit(starts);
        var got = Column(transformer.Transform(starts));
        Assert.HasCount(40, got);

        using var hybrid = new HybridModel(model);
        var size = hybrid.StateSize;
        var blocks = archive.ReadStates(ArchiveTable.Analyses).SelectMany(b => Enumerable.Range(20, 20).Select(b.Row));
        var request = new ForecastRequest { Leads = Leads, Forcing = ForcingSeries.Of(hybrid.Forcing, archive) };
        var expected = Forecasts.Run(hybrid, blocks, request).GroupBy(b => (b.Trajectory, b.FirstStep)).OrderBy(g => g.Key)
            .Select(g => g.OrderBy(b => b.Lead).SelectMany(b => b.States.ToArray()).ToArray());
        foreach (var (one, other) in expected.Zip(got))
        {
            ExampleTwins.AssertClose(one, other, 1e-5);
        }

        context.Model.Save(transformer, starts.Schema, _folder.File("saved.zip"));
        var loaded = Column(context.Model.Load(_folder.File("saved.zip"), out _).Transform(starts));
        ExampleTwins.AssertClose([.. got.SelectMany(r => r)], [.. loaded.SelectMany(r => r)], 1e-5);
        Assert.HasCount(3 * size, got[0]);
    }

    [TestMethod]
    public void WhatIsMissingIsNamed()
    {
        var twin = (TrainingExamples.Twin with { System = new Component("forced-lorenz96"), StepCount = 60, TrajectoryCount = 1 }).Forced();
        using var archive = Archive(twin);
        using var model = Model(twin, "a");
        var context = new MLContext(1);
        var bare = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => context.Transforms.Forecast(model, Leads).Fit(context.Data.LoadAnalyses(archive)));
        Assert.Contains("'State': expected Vector<Single, 49>", bare.Message);
        Assert.Contains("[0, 100)", Assert.ThrowsExactly<InvalidDataException>(
            () => Column(context.Data.LoadAnalyses(archive, model, 50), CodaCatalog.ForcedState)).Message);
        ExampleModels.Write(Directory.CreateDirectory(_folder.File("plain")).FullName);
        using var plain = OnnxModel.Open(_folder.File("plain"));
        Assert.Contains("expected one with forcing", Assert.ThrowsExactly<ArgumentException>(() => context.Data.LoadAnalyses(archive, plain, 5)).Message);
    }

    private static List<float[]> Column(IDataView view, string name = "Forecast") => [.. view.GetColumn<float[]>(view.Schema[name])];

    private ParquetArchive Archive(TwinExperiment twin)
    {
        var archive = ParquetArchive.Create(_folder.File("archive"), twin.Describe());
        archive.WriteStates(ArchiveTable.Analyses, twin.Truth());
        if (archive.Description.Forcing is not null)
        {
            archive.WriteStates(ArchiveTable.Forcing, twin.ForcingRows(40));
        }

        return archive;
    }

    private OnnxModel Model(TwinExperiment twin, string parameter)
    {
        var experiment = TrainingExamples.Experiment with { System = twin.System, Parameters = [] };
        var model = ModelExamples.Of(experiment, twin.Archive());
        ModelExport.Write(
            model with { Parameters = model.Simulator.System.ParameterNumbers }, Directory.CreateDirectory(_folder.File("model")).FullName, parameter);
        return OnnxModel.Open(_folder.File("model"));
    }
}
