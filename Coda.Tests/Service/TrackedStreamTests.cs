using Coda.Classical.Variational;
using Coda.Classical.Variational.Cycles;
using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Service.Settings;
using Coda.Tests.Inference;
using Coda.Tests.Training;
using Coda.Training.Export;

namespace Coda.Tests.Service;

/// <summary>Observations that arrive one after the other, of a model that is corrected as they come.</summary>
[TestClass]
public sealed class TrackedStreamTests
{
    private const int WarmUp = 5;
    private const int Window = 10;

    private static readonly MemoryArchive Archive = TrainingExamples.Record(TrainingExamples.Twin with { StepCount = 45, TrajectoryCount = 1 });
    private static readonly CycledSmoother.Options Options = new() { Parameters = ["*"], WarmUp = WarmUp, WindowSteps = Window };

    [TestMethod]
    public void WhatArrivesByWindowsIsAnalyzedAndCorrectedAsTheWholeRecord()
    {
        using var run = Run();
        var windows = new List<ParameterWindowReport>();
        var whole = Method(run.Model).Compute(Archive, new AnalysisRequest { Workers = 1 }, windows.Add).ToList();
        var (states, spread) = (new List<float>(), new List<float>());
        foreach (var window in windows)
        {
            var reply = run.Post("/v1/streams/buoys", ServiceRun.Rows(Archive.ReadObservations(0, window.Steps)));
            Assert.AreEqual((0L, window.Steps.End), ((long)reply["beganAt"]!, (long)reply["nextStep"]!));
            Assert.AreEqual("windows", (string)reply["analyses"]!["form"]!);
            states.AddRange(ServiceRun.States(reply["analyses"]!).SelectMany(state => state));
            spread.AddRange(ServiceRun.States(reply["analyses"]!, "spread").SelectMany(state => state));
            var corrected = reply["corrected"]!.AsArray();
            CollectionAssert.AreEqual(window.Values.ToArray(), corrected.Select(c => (double)c!["value"]!).ToArray());
            CollectionAssert.AreEqual(window.Deviations.ToArray(), corrected.Select(c => (double)c!["deviation"]!).ToArray());
            Assert.AreEqual(("F", "first.weight.1"), ((string)corrected[0]!["name"]!, (string)corrected[1]!["name"]!));
        }

        Assert.AreEqual(WarmUp + 4, windows.Count);
        CollectionAssert.AreEqual(whole.SelectMany(b => b.States.ToArray()).ToArray(), states);
        CollectionAssert.AreEqual(whole.SelectMany(b => b.Spread!.Value.ToArray()).ToArray(), spread);
    }

    [TestMethod]
    public void StreamsStandByThemselvesAndWindowsAreAnalyzedBesides()
    {
        using var run = Run();
        var start = ServiceRun.Rows(Archive.ReadObservations(0, new StepRange(0, 12)));
        var first = run.Post("/v1/streams/a", start);
        run.Post("/v1/streams/a", ServiceRun.Rows(Archive.ReadObservations(0, new StepRange(12, 20))));
        Assert.AreEqual(first["analyses"]!.ToJsonString(), run.Post("/v1/streams/b", start)["analyses"]!.ToJsonString());
        var left = run.Post("/v1/streams/b", ServiceRun.Rows(Archive.ReadObservations(0, new StepRange(15, 16))));
        Assert.AreEqual(16, (long)left["nextStep"]!);
        Assert.AreNotEqual("windows", (string)run.Post("/v1/analyses", start)["form"]!);
        ServiceRun.Problem(run.Client.PostAsync("/v1/streams/a", ServiceRun.Json(start)).GetAwaiter().GetResult(), 409, "step-passed");
    }

    private static CycledSmoother Method(OnnxModel model) => new(AnalysisContext.Of(model), Options);

    private static ServiceRun Run()
    {
        var model = ModelExamples.Of(TrainingExamples.Corrected with { Tracked = ["*"] });
        return new(folder => ModelExport.Write(model, folder, ""), new ServiceSettings
        {
            Workers = 1, StartStreams = served => Method(served).StartStream(),
        });
    }
}
