using System.Runtime.CompilerServices;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>A learned sequential analysis over an archive, on ONNX Runtime: forecast, analysis, forecast, and so on from the record's start.</summary>
/// <remarks>
/// A filter (after Bocquet et al., 2024, doi:10.1063/5.0230837): x^a_k from x^f_k, y_k and a memory by one graph, x^f_{k+1} = M(x^a_k) by another. It starts
/// from the climatology's mean, so that a trajectory's first analyses are far off; a network of several members starts them about it
/// (<see cref="StartingMembers"/>). Several trajectories are rows of one batch; rows do not affect each other.
/// Where the network analyzes every n steps, the steps between have forecasts. One trained on a ring reads rings of any size.
/// </remarks>
[System.ComponentModel.Description("A learned sequential analysis, cycled with the model's forecast: a filter.")]
public sealed class CycleMethod : AssimilationMethod
{
    private const int ArraysOfRow = 512; // numbers for each entry of a state, in all layers that are held at the same time
    private const int ArraysOfMember = 64; // likewise: neighbours of each member, and stages of its forecast

    private readonly OnnxModel _model;
    private readonly Options _options;
    private readonly ConditionalWeakTable<IObservationArchive, OnFirstUse<ObservingSettings>> _settings = [];

    /// <summary>Makes the method.</summary>
    /// <param name="context">The model; of the reference, only the size of a ring is used.</param>
    /// <param name="options">The size of a batch.</param>
    /// <exception cref="ArgumentException">No model, one without a graph of a cycle or of its forecast, or options out of range.</exception>
    public CycleMethod(AnalysisContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var model = context.Model;
        new Faults("cycle")
            .Require(model is not null, nameof(context.Model), "a trained model", null)
            .Require(model?.Has(ModelRoles.Cycle) ?? true, nameof(context.Model),
                $"one with a graph for {ModelRoles.Cycle}, as 'coda train' makes of an experiment with the member cycle", model?.Card.Name)
            .Require(model?.Has(ModelRoles.Forecast) ?? true, nameof(context.Model), $"one with a graph for {ModelRoles.Forecast}", model?.Card.Name)
            .Require(options.BatchSize >= 1, nameof(options.BatchSize), "at least 1", options.BatchSize)
            .ThrowIfAny();
        (_model, _options) = (model!, options);
        Layout = _model.Card.LayoutOn(context.Reference.Description);
    }

    /// <inheritdoc/>
    public override string Model => $"model: cycle of {_model.Card.Name}";

    /// <inheritdoc/>
    public override int? LookAhead => 0;

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        ArgumentNullException.ThrowIfNull(archive);
        double rows = _options.BatchSize, size = Layout.Size, steps = archive.Steps.Count;
        var batches = Math.Min((3.0 * workers) + 2, Math.Ceiling(archive.TrajectoryCount / rows)); // under way and waiting
        return new MemoryNeed($"Method '{Name}'")
            .Add(FormattableString.Invariant($"analyses and spread of {batches} batches of {rows} trajectories of {steps} steps and {size} entries"),
                2 * sizeof(float), batches, rows, steps, size)
            .Add(FormattableString.Invariant($"observations of {workers} batches"), 2 * sizeof(float), workers, rows, steps, archive.SiteCount)
            .Add(FormattableString.Invariant($"runs of {workers} workers"), sizeof(float), workers, rows,
                ArraysOfRow + (ArraysOfMember * CycleGraphs.MembersOf(_model)), size);
    }

    /// <inheritdoc/>
    /// <exception cref="ModelMismatchException">Archive and card disagree on step length, units or sites, and not both are rings.</exception>
    /// <exception cref="InvalidDataException">Something is observed at a step between the network's cycles.</exception>
    /// <exception cref="DivergenceException">A trajectory diverged, and there is nobody to tell; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        request ??= new AnalysisRequest();
        var description = archive.Description;
        var card = _model.Card.On(description);
        request.Require(description, this);
        Warn(archive, request);
        var plausible = PlausibleObservations.Of(archive);
        var trajectories = request.Trajectories ?? [.. Enumerable.Range(0, description.TrajectoryCount)];
        return Enumerate();

        IEnumerable<StateBlock> Enumerate()
        {
            var (wanted, done) = (request.Steps ?? description.Steps, 0);
            foreach (var blocks in InOrder.Map(
                trajectories.Chunk(_options.BatchSize), InOrder.Workers(request.Workers), () => new CycleRun(_model, card, plausible, _options.BatchSize),
                (run, batch) => run.Analyze(batch, wanted, request), request.Cancellation))
            {
                request.Progress?.Report((done += blocks.Count) / (double)trajectories.Count);
                foreach (var block in blocks.Where(block => block.Count > 0))
                {
                    yield return block;
                }
            }
        }
    }

    private void Warn(IObservationArchive archive, AnalysisRequest request)
    {
        if (request.Warnings is { } warnings)
        {
            var card = _model.Card;
            var record = _settings.GetValue(archive, read => new(stop => ObservingSettings.Of(read, card.Sigma, card.SiteScales(), stop)))
                .Get(request.Cancellation);
            foreach (var warning in TrainingRange.Warnings(card, record))
            {
                warnings.Add(warning);
            }
        }
    }

    /// <summary>How trajectories are taken together.</summary>
    public sealed record Options
    {
        /// <summary>The trajectories that one run advances.</summary>
        public int BatchSize { get; init; } = 8;
    }
}
