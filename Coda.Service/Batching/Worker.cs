using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Service.Metrics;
using Coda.Service.Problems;

namespace Coda.Service.Batching;

/// <summary>Takes jobs from the queue until it is closed, and computes them: what waits, up to a batch, and without waiting for more. For one thread.</summary>
/// <param name="model">The trained model; it stays the caller's.</param>
/// <param name="hybrid">Its forecasts; they stay the caller's.</param>
/// <param name="queue">Where jobs come from.</param>
/// <param name="metrics">Told what was computed.</param>
/// <param name="batchSize">The most windows of one run.</param>
/// <param name="streams">What takes streams further; <see langword="null"/> where nothing does.</param>
/// <param name="bands">Holds their observations to bands; <see langword="null"/> where there are none.</param>
internal sealed class Worker(
    OnnxModel model, HybridModel? hybrid, WorkQueue queue, ServiceMetrics metrics, int batchSize, StreamAnalysis? streams = null, BandedStream? bands = null)
    : IDisposable
{
    private readonly Dictionary<(bool IsStretch, int Steps), BoundNetwork> _runs = [];
    private readonly List<Share> _batch = [];
    private PendingWork? _carried;

    /// <summary>Works until the queue is closed and empty.</summary>
    public void Work()
    {
        while ((_carried ?? queue.Take()) is { } job)
        {
            _carried = null;
            _batch.Clear();
            try
            {
                Claim(job);
                Compute();
            }
            catch (Exception fault)
            {
                // Whoever waits for these gets the fault, and the worker goes on.
                foreach (var share in _batch)
                {
                    share.PendingWork.Fail(fault);
                }
            }
        }
    }

    /// <summary>Runs every shape once, so that the first request finds them planned.</summary>
    /// <param name="readsStretches">Whether the model has the stretch form.</param>
    /// <param name="readsWindows">Whether the model reads windows.</param>
    public void WarmUp(bool readsStretches, bool readsWindows)
    {
        streams?.Advance(null, new ObservationStretch(0, new StepRange(0, 2), model.Card.SiteCount));
        foreach (var steps in readsStretches ? Shapes.Stretches() : [])
        {
            Run(true, steps).Run();
        }

        foreach (var rows in readsWindows ? Shapes.Batches(batchSize) : [])
        {
            Run(false, rows).Run();
        }

        foreach (var rows in hybrid is null ? [] : Shapes.Batches(Shapes.Forecasts))
        {
            var states = new float[rows * model.Card.Layout.Size];
            var channels = hybrid!.Forcing.Sum(u => u.Size);
            hybrid.Advance(states, new float[states.Length], rows, new float[rows * 2 * channels]);
            hybrid.Advance(states, new float[states.Length], rows, steps: 2, new float[rows * 3 * channels]); // several steps are a graph of their own
        }
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        foreach (var run in _runs.Values)
        {
            run.Dispose();
        }

        streams?.Dispose();
    }

    /// <summary>Claims items of a job; of one that reads windows, and of those behind it, until the batch is full.</summary>
    private void Claim(PendingWork job)
    {
        var jobs = queue.Share;
        Add(job, job is PendingAnalysis { ReadsStretches: true } ? Shapes.Stretch : job is PendingForecast ? Shapes.Forecasts : batchSize);
        while (job is PendingAnalysis { ReadsStretches: false } && --jobs > 0 && _batch.Sum(s => s.Count) < batchSize && queue.TryTake() is { } next)
        {
            if (next is not PendingAnalysis { ReadsStretches: false })
            {
                _carried = next;
                return;
            }

            Add(next, batchSize - _batch.Sum(s => s.Count));
        }
    }

    private void Add(PendingWork job, int most)
    {
        var (first, count) = job.Claim(most);
        if (count > 0)
        {
            _batch.Add(new Share(job, first, count));
            queue.PutBack(job);
        }
    }

    private void Compute()
    {
        switch (_batch)
        {
            case []:
                break; // nobody waits any more
            case [{ PendingWork: PendingForecast job } share]:
                Forecast(job, share.First, share.Count);
                break;
            case [{ PendingWork: PendingSteps job }]:
                job.Compute(streams!, bands);
                metrics.Analyzed(streams!.Form, job.Result.Analyses.Count);
                break;
            case [{ PendingWork: PendingImpact job }]:
                job.Compute(model, hybrid!);
                break;
            case [{ PendingWork: PendingAnalysis { ReadsStretches: true } job } share]:
                Stretch(job, share.First, share.Count);
                break;
            default:
                Windows();
                break;
        }
    }

    private void Stretch(PendingAnalysis job, int first, int count)
    {
        var run = Run(true, Shapes.OfStretch(count));
        run.LoadStretch(job.Observations, job.Step(first));
        run.Run();
        metrics.Analyzed("stretch", count);
        Put(run, job, first, 0, count);
    }

    private void Windows()
    {
        var rows = _batch.Sum(s => s.Count);
        var (run, row) = (Run(false, Shapes.OfBatch(rows, batchSize)), 0);
        foreach (var (job, first, count) in _batch)
        {
            var analysis = (PendingAnalysis)job;
            for (var item = first; item < first + count; item++)
            {
                run.LoadWindow(row++, analysis.Observations, analysis.Step(item));
            }
        }

        run.ClearFrom(row);
        run.Run();
        metrics.Analyzed("window", rows);
        row = 0;
        foreach (var (job, first, count) in _batch)
        {
            Put(run, (PendingAnalysis)job, first, row, count);
            row += count;
        }
    }

    private void Put(BoundNetwork run, PendingAnalysis job, int first, int row, int count)
    {
        var size = model.Card.Layout.Size;
        job.Put(first, run.States.Slice(row * size, count * size), run.HasSpread ? run.Spread.Slice(row * size, count * size) : default);
    }

    private void Forecast(PendingForecast job, int first, int count)
    {
        // Padded with the last start, so that a batch has one of a few shapes.
        var starts = Enumerable.Range(0, Shapes.OfBatch(count, Shapes.Forecasts)).Select(row => job.Starts[first + Math.Min(row, count - 1)]);
        var request = new ForecastRequest
        {
            Leads = job.Leads, BatchSize = Shapes.Forecasts, Workers = 1, Forcing = job.Forcing, Cancellation = job.Cancellation,
        };
        var forecasts = Forecasts.Run(hybrid ?? throw NoForecast(), starts, request).ToList();
        metrics.Forecasted(count);
        job.Put(first, count, forecasts);
    }

    private RequestFault NoForecast() => RequestFault.Unprocessable(
        "no-forecast", "a model with a forecast", $"'{model.Card.Name}' without one", "Ask for analyses, or serve a model with forecast.onnx.");

    private BoundNetwork Run(bool isStretch, int steps)
    {
        if (!_runs.TryGetValue((isStretch, steps), out var run))
        {
            _runs[(isStretch, steps)] = run = new BoundNetwork(model, isStretch, steps);
        }

        return run;
    }

    private readonly record struct Share(PendingWork PendingWork, int First, int Count);
}
