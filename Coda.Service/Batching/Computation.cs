using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Impact;
using Coda.Inference.Sessions;
using Coda.Service.Metrics;
using Coda.Service.Problems;
using Coda.Service.Settings;

namespace Coda.Service.Batching;

/// <summary>A model, its workers and their queue: what the routes ask. Safe for use from several threads.</summary>
internal sealed class Computation : IDisposable
{
    private readonly OnnxModel _model;
    private readonly HybridModel? _hybrid;
    private readonly int _batchSize;
    private readonly Worker[] _workers;
    private readonly Thread[] _threads;

    /// <summary>Makes the workers; they start with <see cref="Start"/>.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <param name="options">Workers, batch, limits.</param>
    /// <param name="metrics">Told what is computed.</param>
    /// <param name="bands">The bands of what is computed; none by default.</param>
    public Computation(OnnxModel model, ServiceSettings options, ServiceMetrics metrics, BandsInUse? bands = null)
    {
        (_model, _batchSize, Bands, Metrics) = (model, options.BatchSize, bands ?? new(null, null), metrics);
        _hybrid = model.Has(ModelRoles.Forecast) ? new HybridModel(model) : null;
        Queue = new WorkQueue(options.Limits.Requests);
        var count = options.Workers == 0 ? Environment.ProcessorCount : options.Workers;
        var streams = Enumerable.Range(0, count)
            .Select(_ => options.StartStreams?.Invoke(model) ?? StreamAnalysis.Of(model))
            .ToList();
        Streams = streams[0];
        _workers = [.. streams.Select(own => new Worker(model, _hybrid, Queue, metrics, options.BatchSize, own, Bands.Streams))];
        _threads = [.. _workers.Select((worker, i) => new Thread(worker.Work) { Name = $"coda worker {i}", IsBackground = true })];
    }

    /// <summary>Requests and their jobs.</summary>
    public WorkQueue Queue { get; }

    /// <summary>The bands of what is computed.</summary>
    public BandsInUse Bands { get; }

    /// <summary>Told what is computed.</summary>
    public ServiceMetrics Metrics { get; }

    /// <summary>The number of workers.</summary>
    public int WorkerCount => _workers.Length;

    /// <summary>Whether the model has the stretch form.</summary>
    public bool HasStretch => _model.Has(ModelRoles.AnalysisStretch);

    /// <summary>Whether analyses are those of a stream, for the model reads no windows.</summary>
    public bool IsSequential => !_model.Has(ModelRoles.Analysis);

    /// <summary>What takes streams further, to be asked for its words alone.</summary>
    public StreamAnalysis Streams { get; }

    /// <summary>Opens the sessions, runs every shape once and starts the workers.</summary>
    public void Start()
    {
        foreach (var worker in _workers)
        {
            worker.WarmUp(HasStretch, !IsSequential);
        }

        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>
    /// Analyzes steps of a record. All of them, or many, are read as stretches where the model has that form, with the bits of <c>coda analyze</c>; a few of a
    /// longer record each through a window, together with those of other requests. Which form it is depends on the request alone.
    /// </summary>
    /// <param name="observations">The record.</param>
    /// <param name="steps">The steps to analyze, within it.</param>
    /// <param name="cancellation">Cancelled when nobody waits any more.</param>
    /// <exception cref="RequestFault">The analyses are not finite; 422.</exception>
    public async Task<(StateBlock Analyses, string Form)> Analyze(ObservationStretch observations, StepRange steps, CancellationToken cancellation)
    {
        if (IsSequential)
        {
            var all = await Advance(observations, null, null, cancellation).ConfigureAwait(false);
            return (Physical(all.Analyses.Rows(steps)) with { Band = null }, Streams.Form);
        }

        var readsStretches = HasStretch && (steps == observations.Steps || steps.Count >= _batchSize);
        var hasSpread = _model.Card.HasSpread(readsStretches ? ModelRoles.AnalysisStretch : ModelRoles.Analysis);
        var job = new PendingAnalysis(observations, steps, readsStretches, _model.Card.Layout.Size, hasSpread, cancellation);
        await Queue.Run(job).ConfigureAwait(false);
        return (Physical(job.Analyses), readsStretches ? "stretch" : "window");
    }

    /// <summary>Takes a stream of observations further, from wherever it stands.</summary>
    /// <param name="observations">The observations from the stream's next step on, on the scale of their errors.</param>
    /// <param name="from">Where the stream stands; <see langword="null"/> for one that begins.</param>
    /// <param name="bands">What is known of its bands; <see langword="null"/> where it has none, or begins.</param>
    /// <param name="cancellation">Cancelled when nobody waits any more.</param>
    /// <returns>The analyses of every step, where the stream stands then, and what is known of its bands.</returns>
    /// <exception cref="RequestFault">The forecasts diverge, or something is observed between the network's cycles; 422.</exception>
    public async Task<AdvancedSteps> Advance(
        ObservationStretch observations, StreamPosition? from, AdaptiveState? bands, CancellationToken cancellation)
    {
        var job = new PendingSteps(observations, from, bands, cancellation);
        try
        {
            await Queue.Run(job).ConfigureAwait(false);
        }
        catch (DivergenceException fault)
        {
            throw RequestFault.Unprocessable("divergence", "observations along which forecasts stay finite", fault.Message.TrimEnd('.'),
                "End the stream and begin anew, or serve a model trained on records like this one.");
        }
        catch (InvalidDataException fault)
        {
            throw RequestFault.Unprocessable("between-cycles", $"observations at multiples of {_model.Card.CycleSteps} steps", fault.Message.TrimEnd('.'),
                "Number the steps so that observations are there.");
        }

        return job.Result;
    }

    /// <summary>Analyses as values.</summary>
    /// <param name="coordinates">As the network gives them.</param>
    /// <exception cref="RequestFault">They are not finite; 422.</exception>
    public StateBlock Physical(StateBlock coordinates)
    {
        var analyses = coordinates.ToPhysical(_model.Card.Layout);
        if (!TensorPrimitives.IsFiniteAll(analyses.States.Span) || (analyses.Spread is { } spread && !TensorPrimitives.IsFiniteAll(spread.Span)))
        {
            throw RequestFault.Unprocessable(
                "not-finite", "observations of which the model makes finite analyses", "others",
                "Check the values and their unit; GET /v1/model tells the climatology.");
        }

        return analyses;
    }

    /// <summary>Forecasts from some states.</summary>
    /// <param name="starts">The states, one in each block.</param>
    /// <param name="leads">The leads to keep, in steps, rising.</param>
    /// <param name="forcing">The forcing along them, where the model has one.</param>
    /// <param name="cancellation">Cancelled when nobody waits any more.</param>
    /// <returns>The forecasts: every lead of the first start, then of the next.</returns>
    /// <exception cref="RequestFault">The forecasts diverge, or the model has none; 422.</exception>
    public async Task<IReadOnlyList<StateBlock>> Forecast(
        IReadOnlyList<StateBlock> starts, IReadOnlyList<int> leads, ForcingSeries? forcing, CancellationToken cancellation)
    {
        var job = new PendingForecast(starts, leads, forcing, cancellation);
        try
        {
            await Queue.Run(job).ConfigureAwait(false);
        }
        catch (DivergenceException fault)
        {
            throw RequestFault.Unprocessable("divergence", "states from which forecasts stay finite",
                fault.Message.TrimEnd('.'), "Start from better states, or ask for shorter leads.");
        }

        return job.Forecasts;
    }

    /// <summary>Weighs the observations of some steps of a record.</summary>
    /// <param name="observations">The record, as values.</param>
    /// <param name="steps">The steps, whose forecasts end within it.</param>
    /// <param name="isNowcast">Whether analyses leave out what was observed after their step.</param>
    /// <param name="request">Lead and influences.</param>
    /// <param name="cancellation">Cancelled when nobody waits any more.</param>
    /// <exception cref="RequestFault">The model cannot be taken back, or its errors or states are of a kind that cannot be weighed; 422.</exception>
    public async Task<IReadOnlyList<ImpactCase>> Weigh(
        ObservationStretch observations, StepRange steps, bool isNowcast, ImpactRequest request, CancellationToken cancellation)
    {
        if (_hybrid is null || !_model.Has(ModelRoles.Analysis) || !_model.Has(ModelRoles.Impact))
        {
            throw RequestFault.Unprocessable(
                "no-impact", $"a model with a network, {ModelRoles.FileName(ModelRoles.Impact)} and forecasts", "one without",
                "Export it again with this version ('coda train' does), or weigh by coda impact, which takes the graph from weights.");
        }

        var job = new PendingImpact(observations, steps, isNowcast, request, cancellation);
        try
        {
            await Queue.Run(job).ConfigureAwait(false);
        }
        catch (DivergenceException fault)
        {
            throw RequestFault.Unprocessable("divergence", "analyses from which forecasts stay finite", fault.Message.TrimEnd('.'), "Ask for a shorter lead.");
        }
        catch (ArgumentException fault)
        {
            throw RequestFault.Unprocessable("no-impact", "observations and states that can be weighed", fault.Message.TrimEnd('.'),
                "coda impact --help tells the methods.");
        }

        return job.Cases;
    }

    /// <summary>Ends the workers once the queue is empty, and frees their buffers; the model stays open.</summary>
    public void Dispose()
    {
        Queue.Close();
        foreach (var thread in _threads.Where(t => t.ThreadState != ThreadState.Unstarted && t.IsAlive))
        {
            thread.Join();
        }

        foreach (var worker in _workers)
        {
            worker.Dispose();
        }

        _hybrid?.Dispose();
    }
}
