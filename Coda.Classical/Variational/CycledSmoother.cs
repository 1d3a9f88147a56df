using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Coda.Classical.Ensemble;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Cycles;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational;

/// <summary>Successive windows of weak-constraint 4D-Var, each with the last one's posterior as its prior; with parameters of the system in the control vector,
/// so that the model is corrected while it assimilates.</summary>
/// <remarks>
/// After Farchi, Laloyaux, Bonavita and Bocquet (2021), doi:10.1002/qj.4116, and Farchi, Chrust, Bocquet, Laloyaux and Bonavita (2023),
/// doi:10.1029/2022MS003474: the correction is learned online, in the control vector of 4D-Var. Here its covariance is carried along, too. A window is smoothed
/// by Gauss-Newton passes over state and parameters (<see cref="AugmentedSystem"/>), which leave mean and information matrix of its last step, all observations
/// up to then in it: for linear models the Kalman filter and, within a window, the Rauch-Tung-Striebel smoother. Parameters wander as far as their prior
/// deviation in <c>memory</c> steps, which is what lets them follow a change; a window whose passes do not come to rest is cut in two. It starts from the
/// model's climatology. A lag of less than a window; no worker but for each trajectory. With matrices: for states, and what is corrected, of up to some hundred
/// numbers. Weights of a trained model's correction join the state by <see cref="TrackedModel"/>.
/// </remarks>
[System.ComponentModel.Description(
    "Successive windows of weak-constraint 4D-Var with the last posterior as prior; corrects parameters or weights of the model as it goes.")]
public sealed class CycledSmoother : AssimilationMethod
{
    private const int MostWaiting = 64; // blocks of a trajectory that wait to be read

    private readonly Options _options;
    private readonly LinearizedModel _model;
    private readonly float[] _units; // of the corrected entries, in those of the model's state
    private readonly OnFirstUse<Prior> _first;
    private readonly ArchiveDescription _reference;
    private readonly IReadOnlyList<ForcingDefinition> _forcing;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The reference observations, which name the system; the trained model if there is one.</param>
    /// <param name="options">Model, parameters, windows.</param>
    /// <exception cref="ArgumentException">Options out of range, no such parameter, no model with a tangent, or one without parameters.</exception>
    public CycledSmoother(AnalysisContext context, Options options)
    {
        options.Check(Name).ThrowIfAny();
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        var model = Choose(context, options, out var corrected);
        (Corrected, _reference, _forcing) = (corrected, context.Reference.Description, model.Forcing);

        // In these units a random walk of variance q a step comes to the prior's deviation within the memory.
        _units = [.. Corrected.Select(entry => (float)(entry.Deviation / entry.Unit / Math.Sqrt(options.Memory * options.ModelErrorVariance)))];
        Layout = new StateLayout([.. model.Layout.Fields.Where(f => f.Name is not (AugmentedSystem.Field or TrackedPart.Field))]);
        var h = ModelOperator.Of(context.Reference.Description, model);
        var scales = new FieldScales(context.Reference.Description, model.Layout, h);
        _model = new LinearizedModel(new ScaledModel(scales.Of(model), [.. Enumerable.Repeat(1f, Layout.Size), .. _units]), h, scales, context.Reference);
        _first = new(cancellation => First(ModelClimatology.Of(_model, CovarianceForm.Variances, cancellation).Prior(options.PriorVariance)));
    }

    /// <summary>What is corrected of the model: parameters, or weights; nothing where the model is taken as it is.</summary>
    public IReadOnlyList<CorrectedEntry> Corrected { get; }

    /// <summary>The system whose parameters are corrected, with the values to start from; nothing where none is, or where the model is a trained one.</summary>
    public Component? System { get; private set; }

    /// <inheritdoc/>
    public override string? Model => System is { } system
        ? $"system: {system.Name} with {string.Join(", ", _options.Parameters)} corrected on the way" : _model.Description;

    /// <inheritdoc/>
    public override int? LookAhead => _options.WindowSteps - 1;

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        double size = _model.Layout.Size, cycles = Math.Min(workers, archive.TrajectoryCount);
        return new MemoryNeed($"Method '{Name}'")
            .AddArray(FormattableString.Invariant($"the equations of {_options.WindowSteps + 1} steps of {size} entries"), sizeof(double),
                _options.WindowSteps + 1, size, (2 * size) + 1)
            .Add(FormattableString.Invariant($"those of {cycles} trajectories"), sizeof(double), cycles - 1, _options.WindowSteps + 1, size, (2 * size) + 1)
            .Add("matrices", sizeof(double), cycles, 8, size, size);
    }

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The smoother lost the model; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) => Compute(archive, request, _ => { });

    /// <summary>As <see cref="AssimilationMethod.Compute"/>, with what was known of the parameters at each window's end.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps, and with how many workers; all of them if none is given.</param>
    /// <param name="report">Told each window just before its analyses, in order, by the thread that enumerates.</param>
    /// <returns>The analyses, of the states alone, sorted by (trajectory, step).</returns>
    /// <exception cref="ArgumentException">As for <see cref="AssimilationMethod.Analyze"/>.</exception>
    public IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request, Action<ParameterWindowReport> report)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(report);
        request ??= new AnalysisRequest();
        _model.Require(Name, archive.Description);
        request.Require(archive.Description, this);
        return Enumerate(PlausibleObservations.Of(_model.Scales.Of(archive)), request, report);
    }

    /// <summary>Starts a worker that takes streams of observations further: what arrives at once is a window, or several where it is longer than
    /// <c>windowSteps</c>, and what is known at its end, of state and model, is the stream's position.</summary>
    /// <param name="cancellation">Stops the estimate of the climatology, from which streams begin.</param>
    /// <exception cref="ArgumentException">The model reads forcing.</exception>
    public StreamAnalysis StartStream(CancellationToken cancellation = default)
    {
        var archive = _model.Scales.Reference;
        new Faults(Name).Require(_forcing.Count == 0, nameof(Options.System), "a model without forcing, where observations arrive", string.Join(", ",
            _forcing.Select(u => u.Name))).ThrowIfAny();
        return new WindowStream(_model, Settings(archive, cancellation), _reference, window => [.. Corrected.Zip(Numbers(window), (entry, n) =>
            new CorrectedNumber(entry.Name, n.Value, n.Deviation))], window => Block(0, window, window.Steps));
    }

    private CycleSettings Settings(ArchiveDescription archive, CancellationToken cancellation) =>
        new(_first.Get(cancellation), new ErrorVariance(_options.Sigma, archive.Sigma), _options.ModelErrorVariance)
        {
            WindowSteps = _options.WindowSteps, WarmUp = _options.WarmUp, Passes = _options.Passes,
        };

    private IEnumerable<StateBlock> Enumerate(PlausibleObservations archive, AnalysisRequest request, Action<ParameterWindowReport> report)
    {
        var description = archive.Description;
        var settings = Settings(description, request.Cancellation) with { Forcing = _model.ForcingOf(archive) };
        var wanted = request.Steps ?? description.Steps;
        var trajectories = request.Trajectories ?? [.. Enumerable.Range(0, description.TrajectoryCount)];
        var (windows, done, total) = (new ConcurrentDictionary<(int, long), ParameterWindowReport>(), 0L, (double)trajectories.Count * wanted.Count);
        foreach (var block in TrajectoryStreams.Run(trajectories, InOrder.Workers(request.Workers), MostWaiting,
            (t, stop) => Survivors.Of(Run(t, stop), t, wanted, request), request.Cancellation))
        {
            done += block.Count;
            request.Progress?.Report(done / total);
            if (windows.TryRemove((block.Trajectory, block.FirstStep), out var window))
            {
                report(window);
            }

            yield return block;
        }

        IEnumerable<StateBlock> Run(int trajectory, CancellationToken stop)
        {
            using var cycle = new WindowCycle(_model, settings);
            var (cost, observed) = (0.0, 0L);
            foreach (var window in cycle.Run(archive, trajectory, wanted.End, stop))
            {
                var isWarm = window.Steps.Start - description.Steps.Start >= _options.WarmUp && window.Observed > 0;
                (cost, observed) = isWarm ? (cost + (window.Misfit * window.Observed), observed + window.Observed) : (cost, observed);
                var kept = window.Steps.Intersect(wanted);
                if (kept.Count > 0)
                {
                    windows[(trajectory, kept.Start)] = Report(trajectory, window);
                    yield return _model.Scales.Back(Block(trajectory, window, kept));
                }
            }

            if (cost > WindowPosition.MostMisfit * observed)
            {
                request.Warn(new AnalysisWarning(trajectory, wanted, FormattableString.Invariant(
                    $"twice the cost is {cost / observed:G3} times the number of observations, where about 1 is expected, so that the spread says too little: ")
                    + "raise the model's error variance (modelErrorVariance), or shorten windows (windowSteps)."));
            }
        }
    }

    private ParameterWindowReport Report(int trajectory, SmoothedWindow window)
    {
        var numbers = Numbers(window);
        return new(trajectory, window.Steps, [.. numbers.Select(n => n.Value)], [.. numbers.Select(n => n.Deviation)], window.Passes, window.Misfit);
    }

    // What is corrected, as it was known at a window's end.
    private (double Value, double Deviation)[] Numbers(SmoothedWindow window) => [.. Corrected.Select((entry, i) =>
    {
        var (at, unit) = (Corrected.Count - i, entry.Unit * _units[i]);
        return (entry.Zero + (window.States[^at] * unit), Math.Sqrt(window.Variances[^at]) * unit);
    })];

    // Of the augmented states, in their own scales; the parameters are left out.
    private StateBlock Block(int trajectory, SmoothedWindow window, StepRange kept)
    {
        var (size, whole, first) = (Layout.Size, _model.Layout.Size, kept.Start - window.Steps.Start);
        var (states, spread) = (new float[kept.Count * size], new float[kept.Count * size]);
        for (var i = 0; i < states.Length; i++)
        {
            var at = ((first + (i / size)) * whole) + (i % size);
            (states[i], spread[i]) = ((float)window.States[at], (float)Math.Sqrt(window.Variances[at]));
        }

        return new StateBlock(trajectory, kept.Start, size, states, spread);
    }

    // The climatology of the states; the corrected entries' own means and variances, in their units.
    private Prior First(Prior climatology)
    {
        var (mean, variances) = (climatology.Mean.ToArray(), climatology.Variances.ToArray());
        foreach (var (i, entry) in Corrected.Index())
        {
            mean[Layout.Size + i] = (entry.Value - entry.Zero) / entry.Unit / _units[i];
            variances[Layout.Size + i] = _options.Memory * _options.ModelErrorVariance;
        }

        return new Prior(mean, variances);
    }

    private ForecastModel Choose(AnalysisContext context, Options options, out IReadOnlyList<CorrectedEntry> corrected)
    {
        if (options.Parameters.Count == 0)
        {
            corrected = [];
            var taken = options.Choose(context.Forecast);
            new Faults(Name).Require(taken is not TrackedModel, nameof(options.ForecastModel), "none with a trained model (parameters=[\"*\"] corrects it)",
                options.ForecastModel?.Name).ThrowIfAny();
            return taken;
        }

        if (options is { System: null, ForecastModel: null } && context.HasModel)
        {
            new Faults(Name).Require(options.Integrator is null, nameof(options.Integrator), "none with a trained model, which has its own scheme",
                options.Integrator?.Name).ThrowIfAny();
            var tracked = new TrackedModel(context.Forecast, new());
            corrected = CorrectedEntry.Of(tracked, options.Parameters, options.Deviations, TrajectoryPrior.ParameterDeviation);
            return tracked;
        }

        System = SystemOf(context, options);
        corrected = CorrectedEntry.Of(System, options.Parameters, options.Deviations, TrajectoryPrior.ParameterDeviation);
        return (options with { System = Augmented(System, options.Parameters) }).Choose(context.Forecast);
    }

    private static Component SystemOf(AnalysisContext context, Options options)
    {
        var system = options.System ?? context.Reference.Description.System;
        new Faults("cycled-smoother")
            .Require(options.ForecastModel is null, nameof(options.Parameters),
                "none with another forecast model, or a system that has them (option system)", string.Join(", ", options.Parameters))
            .Require(system is not null, nameof(options.System), "a system, as the archive names none", null)
            .ThrowIfAny();
        return system!;
    }

    private static Component Augmented(Component system, IReadOnlyList<string> parameters) => new("augmented", new JsonObject
    {
        ["system"] = new JsonObject { ["name"] = system.Name, ["options"] = system.Options?.DeepClone() ?? new JsonObject() },
        ["parameters"] = new JsonArray([.. parameters.Select(name => (JsonNode)name)]),
    });

    /// <summary>Model, parameters, windows.</summary>
    public sealed record Options : ForecastingOptions
    {
        /// <summary>The system's parameters to correct, by name, from the values that its options give them; none by default. With a trained model all that it
        /// has in its state, parameters and weights of the correction: * for all.</summary>
        public IReadOnlyList<string> Parameters { get; init; } = [];

        /// <summary>The standard deviation of what is known of each of them before, in their order; by default .3 of its value, or .0003 where that is
        /// less than .001. Of weights it is that of each, by default .3 of the size of their array.</summary>
        public IReadOnlyList<double> Deviations { get; init; } = [];

        /// <summary>The steps in which a parameter may wander as far as that deviation, at least 1: short ones follow changes soon, long ones average
        /// more.</summary>
        public double Memory { get; init; } = 100_000;

        /// <summary>The steps of a window, at least 1; with 1 it is the iterated extended Kalman filter.</summary>
        public int WindowSteps { get; init; } = 25;

        /// <summary>The first steps of a trajectory that are windows of one step each, at least 0, until there is a state to linearize longer ones
        /// about.</summary>
        public int WarmUp { get; init; } = 200;

        /// <summary>The most passes over a window; one that takes more is cut in two.</summary>
        public int Passes { get; init; } = 6;

        /// <summary>q, the variance of the model's error in one step, greater than 0.</summary>
        [Tuned(1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 7e-3)]
        public double ModelErrorVariance { get; init; } = 1e-5;

        /// <summary>The variance of the state before the first step; by default the model's climatology.</summary>
        public double? PriorVariance { get; init; }

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(Deviations.Count == 0 || Deviations.Count == Parameters.Count, nameof(Deviations),
                $"none, or one for each of {Parameters.Count} parameters", Deviations.Count)
            .Require(Deviations.All(d => d > 0 && double.IsFinite(d)), nameof(Deviations), "finite numbers greater than 0", string.Join(", ", Deviations))
            .Require(Parameters.Distinct().Count() == Parameters.Count, nameof(Parameters), "every parameter once", string.Join(", ", Parameters))
            .Require(Memory >= 1 && double.IsFinite(Memory), nameof(Memory), "a finite number of at least 1", Memory)
            .Require(WindowSteps >= 1, nameof(WindowSteps), "at least 1", WindowSteps)
            .Require(WarmUp >= 0, nameof(WarmUp), "at least 0", WarmUp)
            .Require(Passes >= 2, nameof(Passes), "at least 2, of which the last says whether they came to rest", Passes)
            .Require(
                ModelErrorVariance >= 1e-12 && double.IsFinite(ModelErrorVariance), nameof(ModelErrorVariance), "a finite number of at least 1e-12",
                ModelErrorVariance)
            .Require(PriorVariance is null or (> 0 and < double.PositiveInfinity), nameof(PriorVariance), "a finite number greater than 0", PriorVariance);
    }
}
