using Coda.Classical.Numerics;
using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Tuning;

/// <summary>Fits a short record by one solution of a system: its parameters and initial states, and the size of the errors where that is not known.</summary>
/// <remarks>
/// Strong-constraint 4D-Var over the whole record with the parameters in the control vector: the least Σ (y - H(x))² / σ² and departure from the priors, by
/// Levenberg and Marquardt, on coordinates without bounds (<see cref="StateDomain"/>). The record grows quasi-statically (Pires, Vautard and Talagrand, Tellus
/// 48A, 1996), from several starts. An unknown σ is that at which the misfit has as many degrees of freedom as observations are left over. Priors that are not
/// given are a factor of ten on a coordinate with bounds, else as wide as the start, or the system's reference state, is large. For records no longer than
/// errors of the start take to grow out of reach; a network's analyses and <see cref="ParameterEstimation"/> do the others.
/// </remarks>
public sealed class RecordFit
{
    /// <summary>The most parameters and entries of initial states together; larger states take <see cref="WindowEstimation"/>.</summary>
    public const int MostUnknowns = 1000;

    private const int Iterations = 100;
    private const double SigmaTolerance = 1e-6;
    private const double Agreement = 1e-3; // of the sum of squares
    private const ulong StartSeed = 0xF17;

    private static readonly double[] Shares = [0.125, 0.25, 0.5, 1];

    private readonly Component _component;
    private readonly Simulator _simulator;
    private readonly Options _options;

    /// <summary>Makes the fit.</summary>
    /// <param name="system">The system.</param>
    /// <param name="integrator">The scheme.</param>
    /// <param name="stepLength">The time step dt.</param>
    /// <param name="options">Starts and priors.</param>
    /// <exception cref="ArgumentException">No such system, or options out of range.</exception>
    public RecordFit(Component system, Component integrator, double stepLength, Options options)
    {
        new Faults("fit")
            .Require(options.StartCount >= 1, nameof(options.StartCount), "at least 1", options.StartCount)
            .Require(options.SigmaPasses >= 0, nameof(options.SigmaPasses), "at least 0", options.SigmaPasses)
            .Require(options.Sigma is null or > 0, nameof(options.Sigma), "greater than 0", options.Sigma)
            .ThrowIfAny();
        _simulator = new Simulator(DynamicalSystem.Catalog.Create(system), Integrator.Catalog.Create(integrator), stepLength).RequireStable();
        (_component, _options) = (system, options);
    }

    /// <summary>Fits a record.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="request">Which trajectories and steps, how many workers.</param>
    /// <exception cref="ArgumentException">The system does not go with the observations, or there are too many unknowns.</exception>
    /// <exception cref="InvalidDataException">A trajectory without observations, or errors that are known of some trajectories only.</exception>
    /// <exception cref="DivergenceException">From no start did a solution stay finite.</exception>
    public RecordFitResult Run(IObservationArchive archive, AnalysisRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        request ??= new AnalysisRequest();
        var (description, parameters) = (archive.Description, _simulator.System.Parameters.Count);
        var trajectories = Read(PlausibleObservations.Of(archive), request);
        var unknowns = FitUnknowns.Of(_simulator.System, _options, description, trajectories);
        new Faults("fit")
            .Require(unknowns.Count <= MostUnknowns, "unknowns", $"at most {MostUnknowns} parameters and entries of initial states (take fewer trajectories)",
                unknowns.Count)
            .Require(unknowns.Any(u => !u.IsKnown), "unknowns", "at least one number that is not known", "none")
            .ThrowIfAny();
        var isScaleKnown = trajectories[0].HasDeviations;
        new Faults("fit").Require(isScaleKnown || description.ErrorModels().Distinct().Count() == 1, nameof(_options.Sigma),
            "one for each field, where errors are of several kinds (coda import --sigma)", "none").ThrowIfAny();
        var scale = isScaleKnown ? 1 : FirstScale(trajectories);
        var minima = Minima(unknowns, trajectories, scale, request);
        var best = minima.MinBy(m => m.Sum);
        if (!double.IsFinite(best.Sum))
        {
            throw new DivergenceException($"The fit of {_component.Name} from {minima.Count} starts: expected solutions that stay finite, got none; give "
                + "nearer starts, a shorter time step, or a shorter part of the record.");
        }

        var posterior = FitPosterior.At(new RecordMisfit(unknowns, parameters, trajectories, 1, scale), unknowns, best.Point, scale);
        bool IsAtRest() => isScaleKnown || Math.Abs((posterior.ResidualScale / scale) - 1) <= SigmaTolerance;
        for (var pass = 0; pass < _options.SigmaPasses && !IsAtRest(); pass++)
        {
            scale = posterior.ResidualScale;
            var misfit = new RecordMisfit(unknowns, parameters, trajectories, 1, scale);
            posterior = FitPosterior.At(
                misfit, unknowns, LevenbergMarquardt.Minimize(misfit, posterior.Point, Iterations, request.Cancellation).Point, scale);
        }

        var numbers = unknowns.Select((u, i) => Number(u, posterior.Coordinates[i], posterior.DeviationOf(i))).ToList();
        var agreeing = minima.Count(m => m.Sum - best.Sum < Agreement * (1 + best.Sum));
        return new RecordFitResult
        {
            Parameters = numbers[..parameters],
            InitialStates = numbers[parameters..],
            Correlations = posterior.Correlations(parameters + _simulator.System.Layout.Size),
            Sigma = isScaleKnown ? _options.Sigma ?? description.Sigma : scale,
            IsSigmaEstimated = !isScaleKnown,
            HasSigmaSettled = IsAtRest(),
            Misfit = posterior.Misfit(trajectories, scale),
            Observations = trajectories.Sum(t => t.Values.Length),
            Starts = minima.Count,
            Agreeing = agreeing,
            Solution = [.. Solution(new RecordMisfit(unknowns, parameters, trajectories, 1, scale), posterior, description, request)],
            System = ParameterOptions.With(_component, numbers[..parameters].Select(n => KeyValuePair.Create(n.Name, n.Value))),
        };
    }

    // With the spread of a linear model around it, on coordinates.
    private IEnumerable<StateBlock> Solution(RecordMisfit misfit, FitPosterior posterior, ArchiveDescription archive, AnalysisRequest request)
    {
        var (steps, layout) = (request.Steps ?? archive.Steps, _simulator.System.Layout);
        var (first, count) = (checked((int)(steps.Start - (_options.InitialStep ?? steps.Start))), checked((int)steps.Count));
        foreach (var (trajectory, place) in Trajectories(archive, request).Select((t, place) => (t, place)))
        {
            var solution = misfit.Solution(posterior.Coordinates, place, first, count);
            var moved = Enumerable.Range(0, posterior.Coordinates.Length).Where(i => posterior.DeviationOf(i) > 0)
                .Select(i => (i, States: misfit.Solution(RecordMisfit.Moved(posterior.Coordinates, i), place, first, count))).ToList();
            var spread = new float[solution.Length];
            for (var at = 0; at < spread.Length; at++)
            {
                var slopes = moved.Select(m => (m.i, Slope: (m.States[at] - solution[at]) / RecordMisfit.Difference)).Where(m => m.Slope != 0).ToList();
                spread[at] = (float)Math.Sqrt(slopes.Sum(a => slopes.Sum(c => a.Slope * c.Slope * posterior.Covariance(a.i, c.i))));
            }

            yield return new StateBlock(trajectory, steps.Start, layout.Size, Array.ConvertAll(solution, x => (float)x), spread).ToPhysical(layout);
        }
    }

    private static IReadOnlyList<int> Trajectories(ArchiveDescription archive, AnalysisRequest request) =>
        request.Trajectories ?? [.. Enumerable.Range(0, archive.TrajectoryCount)];

    private static FittedNumber Number(FitUnknown unknown, double z, double deviation) => unknown.IsKnown
        ? new(unknown.Name, unknown.Start, unknown.Mean, 0, 0)
        : new(unknown.Name, unknown.Start, unknown.Domain.ToPhysical(z), deviation * unknown.Domain.Slope(z), unknown.ShareOfPrior(z, deviation));

    private List<RecordTrajectory> Read(IObservationArchive archive, AnalysisRequest request)
    {
        var description = archive.Description;
        var steps = request.Steps ?? description.Steps;
        var initial = _options.InitialStep ?? steps.Start;
        new Faults("fit")
            .Require(
                initial <= steps.Start, nameof(_options.InitialStep), FormattableString.Invariant($"at most {steps.Start}, the record's first step"), initial)
            .ThrowIfAny();
        var h = ModelOperator.Of(description, new SimulatorModel(_simulator));
        var (noise, forcing) = (new ErrorVariance(_options.Sigma, description.Sigma), ForcingSeries.Of(_simulator.System.Forcing, archive));
        List<RecordTrajectory> read = [.. Trajectories(description, request)
            .Select(trajectory => new RecordTrajectory(_simulator, h, archive.ReadObservations(trajectory, steps), initial, noise, forcing))];
        if (read.FindIndex(t => t.HasDeviations != read[0].HasDeviations) is var other and >= 0)
        {
            throw new InvalidDataException(
                $"The record: expected errors that are known in every trajectory, or in none, got trajectories {Trajectories(description, request)[0]} and "
                + $"{Trajectories(description, request)[other]}, of which one has them. Give one for all with --sigma.");
        }

        return read.TrueForAll(t => t.Values.Length > 0) ? read : throw new InvalidDataException(
            $"The record: expected observations in every trajectory, got none in trajectory {read.FindIndex(t => t.Values.Length == 0)}; leave it out.");
    }

    // A third of the observations' own scatter: what a fit that has only begun may miss them by.
    private static double FirstScale(IReadOnlyList<RecordTrajectory> trajectories)
    {
        double[] values = [.. trajectories.SelectMany(t => t.Values)];
        var mean = values.Average();
        var scatter = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return scatter > 0 ? scatter / 3 : 1;
    }

    private List<(double[] Point, double Sum)> Minima(
        IReadOnlyList<FitUnknown> unknowns, IReadOnlyList<RecordTrajectory> trajectories, double scale, AnalysisRequest request)
    {
        var minima = new (double[] Point, double Sum)[_options.StartCount];
        Parallel.For(0, minima.Length, new ParallelOptions
        {
            MaxDegreeOfParallelism = request.Workers > 0 ? request.Workers : Environment.ProcessorCount,
            CancellationToken = request.Cancellation,
        }, i =>
        {
            var random = new CounterRandom(StartSeed, i);
            double[] point = [.. unknowns.Where(u => !u.IsKnown).Select(u => u.Coordinate + (i == 0 ? 0 : u.Wander * random.NextGaussian()))];
            var sum = double.PositiveInfinity;
            foreach (var share in Shares)
            {
                (point, sum) = LevenbergMarquardt.Minimize(
                    new RecordMisfit(unknowns, _simulator.System.Parameters.Count, trajectories, share, scale), point, Iterations, request.Cancellation);
            }

            minima[i] = (point, sum);
        });
        return [.. minima];
    }

    /// <summary>Whether the system has an option for each parameter, which can take the estimates.</summary>
    public bool CanKeepEstimates => ParameterOptions.With(_component, _simulator.System.ParameterNumbers) is not null;

    /// <summary>Starts and priors.</summary>
    public sealed record Options
    {
        /// <summary>Values to start from, by the name of a parameter or of an entry of the state; else parameters start from the system's options, entries from
        /// their first observation, or the system's reference state.</summary>
        public IReadOnlyList<KeyValuePair<string, double>> Starts { get; init; } = [];

        /// <summary>What is known of parameters and of entries of the initial state.</summary>
        public IReadOnlyList<FitPrior> Priors { get; init; } = [];

        /// <summary>The standard deviation of the observations' errors, in place of the archive's; on their scale (<see cref="ErrorScale"/>),
        /// as of logarithms where they are multiplicative.</summary>
        public double? Sigma { get; init; }

        /// <summary>The most passes in which an unknown size of the errors and the fit come to rest together, at least 0.</summary>
        public int SigmaPasses { get; init; } = 20;

        /// <summary>The step of the initial state, at most the record's first, which is the default.</summary>
        public long? InitialStep { get; init; }

        /// <summary>The number of starts, at least 1; the first is as given, the others are drawn around it.</summary>
        public int StartCount { get; init; } = 8;
    }
}
