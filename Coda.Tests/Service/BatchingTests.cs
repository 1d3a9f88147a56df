using System.Text.Json.Nodes;
using Coda.Data.Time;
using Coda.Inference.Forecasting;
using Coda.Service.Batching;
using Coda.Service.Metrics;
using Coda.Service.Problems;
using Coda.Service.Settings;
using Coda.Tests.Archives;

namespace Coda.Tests.Service;

[TestClass]
public sealed class BatchingTests
{
    private const string Route = "/v1/analyses";

    [TestMethod]
    public async Task RequestsThatWaitAreComputedTogether()
    {
        using var run = new ServiceRun();
        var metrics = new ServiceMetrics();
        using var hybrid = new HybridModel(run.Model);
        var queue = new WorkQueue(16);
        using var worker = new Worker(run.Model, hybrid, queue, metrics, 16);
        var jobs = Enumerable.Range(0, 7).Select(i => PendingWork(i, new StepRange(i, i + 2), readsStretches: false)).ToList();
        var waiting = jobs.Select(queue.Run).ToList();
        queue.Close();
        worker.Work();
        await Task.WhenAll(waiting);
        Assert.Contains("coda_batch_size_sum{kind=\"window\"} 14", await metrics.Text());
        Assert.Contains("coda_batch_size_count{kind=\"window\"} 1", await metrics.Text());
        for (var i = 0; i < jobs.Count; i++)
        {
            CollectionAssert.AreEqual(Alone(run, i, new StepRange(i, i + 2)), jobs[i].Analyses.States.ToArray(), $"job {i}");
        }
    }

    [TestMethod]
    public async Task AFullBatchLeavesTheRestForTheNext()
    {
        using var run = new ServiceRun();
        var metrics = new ServiceMetrics();
        var queue = new WorkQueue(16);
        using var worker = new Worker(run.Model, null, queue, metrics, 4);
        var jobs = Enumerable.Range(0, 3).Select(i => PendingWork(i, new StepRange(0, 3), readsStretches: false)).ToList();
        var stretch = PendingWork(9, new StepRange(0, 20), readsStretches: true);
        List<Task> waiting = [queue.Run(jobs[0]), queue.Run(jobs[1]), queue.Run(stretch), queue.Run(jobs[2])];
        worker.WarmUp(readsStretches: false, readsWindows: true);
        var thread = new Thread(worker.Work);
        thread.Start();
        await Task.WhenAll(waiting);
        queue.Close();
        thread.Join();
        Assert.Contains("coda_batch_size_sum{kind=\"window\"} 9", await metrics.Text());
        Assert.Contains("coda_batch_size_sum{kind=\"stretch\"} 20", await metrics.Text());
        Assert.Contains("coda_batch_size_bucket{kind=\"window\",le=\"4\"} 3", await metrics.Text());
        foreach (var (job, i) in jobs.Select((job, i) => (job, i)))
        {
            CollectionAssert.AreEqual(Alone(run, i, new StepRange(0, 3)), job.Analyses.States.ToArray(), $"job {i}");
        }
    }

    [TestMethod]
    public async Task ManyClientsAtOnceGetTheBitsOfOne()
    {
        using var run = new ServiceRun();
        var bodies = Enumerable.Range(0, 60).Select(i =>
        {
            var body = ServiceRun.Rows(ArchiveExamples.Stretch(i, new StepRange(0, 30), ServiceRun.Sites));
            body["steps"] = i % 3 == 0 ? ServiceRun.Steps(0, 30) : ServiceRun.Steps(i % 20, (i % 20) + 1 + (i % 7));
            return body;
        }).ToList();
        var alone = bodies.Select(b => Entries(run, b)).ToList();
        var together = await Task.WhenAll(bodies.Select(b => run.Client.PostAsync(Route, ServiceRun.Json(b)))); // no thread waits for a reply
        for (var i = 0; i < bodies.Count; i++)
        {
            CollectionAssert.AreEqual(alone[i], Entries(ServiceRun.Ok(together[i])), $"request {i}");
        }
    }

    [TestMethod]
    public async Task AFaultOfAWorkerGoesToWhoeverWaitsAndTheWorkerGoesOn()
    {
        using var run = new ServiceRun();
        var metrics = new ServiceMetrics();
        var queue = new WorkQueue(4);
        using var worker = new Worker(run.Model, null, queue, metrics, 4);
        var forecast = new PendingForecast([ArchiveExamples.Block(0, 0, 1, ServiceRun.Sites)], [1], null, CancellationToken.None);
        var analysis = PendingWork(0, new StepRange(0, 2), readsStretches: false);
        var (failed, sound) = (queue.Run(forecast), queue.Run(analysis));
        queue.Close();
        worker.Work();
        await Assert.ThrowsExactlyAsync<RequestFault>(() => failed);
        await sound;
    }

    [TestMethod]
    public async Task NobodyComputesWhatNobodyWaitsFor()
    {
        using var run = new ServiceRun();
        var metrics = new ServiceMetrics();
        using var gone = new CancellationTokenSource();
        var queue = new WorkQueue(4);
        using var worker = new Worker(run.Model, null, queue, metrics, 4);
        var waiting = queue.Run(PendingWork(0, new StepRange(0, 20), readsStretches: true, gone.Token));
        gone.Cancel();
        queue.Close();
        worker.Work();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        Assert.DoesNotContain("coda_analyses_total{", await metrics.Text());
    }

    [TestMethod]
    public async Task JobsThatWereLeftTakeNoRoomFromOthers()
    {
        using var run = new ServiceRun();
        var metrics = new ServiceMetrics();
        var queue = new WorkQueue(1);
        using var worker = new Worker(run.Model, null, queue, metrics, 4);
        for (var i = 0; i < 3; i++)
        {
            using var place = queue.Admit();
            using var gone = new CancellationTokenSource();
            var left = queue.Run(PendingWork(i, new StepRange(0, 20), readsStretches: true, gone.Token));
            gone.Cancel();
            await Assert.ThrowsAsync<OperationCanceledException>(() => left);
        }

        Assert.AreEqual(0, queue.Waiting);
        using var another = queue.Admit();
        var waiting = queue.Run(PendingWork(9, new StepRange(0, 2), readsStretches: false));
        queue.Close();
        worker.Work();
        await waiting;
    }

    [TestMethod]
    public async Task WhatWasTakenBeforeTheQueueClosedIsComputedToItsEnd()
    {
        using var run = new ServiceRun();
        var metrics = new ServiceMetrics();
        var queue = new WorkQueue(4);
        using var worker = new Worker(run.Model, null, queue, metrics, 4);
        var jobs = Enumerable.Range(0, 3).Select(i => PendingWork(i, new StepRange(0, 11), readsStretches: false)).ToList();
        var waiting = jobs.Select(queue.Run).ToList();
        queue.Close();
        worker.Work();
        await Task.WhenAll(waiting);
        await Assert.ThrowsAsync<OperationCanceledException>(() => queue.Run(PendingWork(3, new StepRange(0, 2), readsStretches: false)));
        Assert.AreEqual(0, queue.Waiting);
    }

    [TestMethod]
    public void TheQueueLetsInAsManyAsItSaysAndSharesWithIdleWorkers()
    {
        var queue = new WorkQueue(3);
        var places = Enumerable.Range(0, 3).Select(_ => queue.Admit()).ToList();
        Assert.AreEqual(429, Assert.ThrowsExactly<RequestFault>(queue.Admit).Status);
        places[0].Dispose();
        places[0].Dispose();
        Assert.AreEqual(2, queue.Admitted);
        using var another = queue.Admit();
        Assert.AreEqual(1, queue.Share);
        _ = queue.Run(PendingWork(0, new StepRange(0, 1), readsStretches: false));
        _ = queue.Run(PendingWork(1, new StepRange(0, 1), readsStretches: false));
        Assert.AreEqual(2, queue.Waiting);
        Assert.AreEqual(3, queue.Share, "Nobody is idle: all of them, and the one in hand.");
    }

    [TestMethod]
    public void ShapesAreFew()
    {
        CollectionAssert.AreEqual(new[] { 16, 16, 32, 64, 64 }, new[] { 1, 16, 17, 63, 64 }.Select(Shapes.OfStretch).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 2, 4, 8, 8 }, new[] { 1, 2, 3, 5, 8 }.Select(rows => Shapes.OfBatch(rows, 16)).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 2, 4, 6 }, Shapes.Batches(6).ToArray());
        CollectionAssert.AreEqual(new[] { 16, 32, 48, 64 }, Shapes.Stretches().ToArray());
    }

    private static PendingAnalysis PendingWork(int seed, StepRange steps, bool readsStretches, CancellationToken cancellation = default) =>
        new(ArchiveExamples.Stretch(seed, new StepRange(0, 30), ServiceRun.Sites), steps, readsStretches, ServiceRun.Sites, hasSpread: false, cancellation);

    private static float[] Alone(ServiceRun run, int seed, StepRange steps)
    {
        var body = ServiceRun.Rows(ArchiveExamples.Stretch(seed, new StepRange(0, 30), ServiceRun.Sites));
        body["steps"] = ServiceRun.Steps(steps.Start, steps.End);
        return Entries(run, body);
    }

    private static float[] Entries(ServiceRun run, JsonObject body) => Entries(run.Post(Route, body));

    private static float[] Entries(JsonNode reply) => [.. ServiceRun.States(reply).SelectMany(s => s)];
}
