using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Classical.Correlations;
using Coda.Classical.Numerics;
using Coda.Classical.Observed;
using Coda.Classical.Tuning.Windows;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Stretches;
using Coda.Classical.Variational.Tangents;
using Coda.Classical.Variational.Windows;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Tuning;

/// <summary>Estimates a system's parameters from the observations of a field of any size: strong-constraint 4D-Var in many windows that share them.</summary>
/// <remarks>
/// J = Σ_w ½ v_wᵀ v_w + ½ Σ (y - H(M_k(x_b + B^½ v_w, θ)))ᵀ R⁻¹ (...) + ½ |θ - θ_0|² over the prior's variance. x_b is a filter's analysis before the window,
/// one step on; B as for 4D-Var from a first guess. Gauss-Newton in all v_w and θ at once, v_w eliminated window by window by conjugate gradients, so that
/// memory grows with a window and with the number of windows times the state. The filter runs again with the estimates, until they stand still: with a wrong
/// parameter its analyses are wrong in a way that B does not know of. Parameters of a range without negative numbers are known before to a factor of ten,
/// others to the size that they start from. Parameters as control: I. M. Navon, Dyn. Atmos. Oceans 27, 1998, doi:10.1016/S0377-0265(97)00032-8.
/// </remarks>
public sealed class WindowEstimation
{
    private const int TimesOfWindow = 20; // with observations, by default
    private const int TimesLooked = 50;
    private const double MarginShare = 0.2;
    private const double LeastChange = 0.5; // of the standard error, from round to round

    private readonly Component _system;
    private readonly IReadOnlyList<ParameterDefinition> _definitions;
    private readonly Options _options;

    /// <summary>Makes the estimation.</summary>
    /// <param name="system">The system, with the values of parameters that are not estimated.</param>
    /// <param name="options">Parameters, filter, windows.</param>
    /// <exception cref="ArgumentException">No such system or parameter, options out of range, or a system without an option for a parameter.</exception>
    public WindowEstimation(Component system, Options options)
    {
        var instance = DynamicalSystem.Catalog.Create(system);
        var names = options.Starts.Select(p => p.Key).ToList();
        var unknown = names.FirstOrDefault(name => !instance.ParameterNumbers.ContainsKey(name));
        var given = options.FirstGuess.Options ?? [];
        new Faults("estimate in windows")
            .Require(names.Count > 0, nameof(options.Starts), $"at least one parameter of {string.Join(", ", instance.ParameterNumbers.Keys)}", "none")
            .Require(unknown is null, nameof(options.Starts), $"parameters of '{system.Name}' ({string.Join(", ", instance.ParameterNumbers.Keys)})", unknown)
            .Require(names.Distinct().Count() == names.Count, nameof(options.Starts), "every parameter once", string.Join(", ", names))
            .Require(
                !given.ContainsKey("system") && !given.ContainsKey("forecastModel") && !given.ContainsKey("integrator"), nameof(options.FirstGuess),
                "a filter without a model of its own, as it takes the estimates", options.FirstGuess.Name)
            .Require(options.WindowSteps is null or >= 2, nameof(options.WindowSteps), "at least 2", options.WindowSteps)
            .Require(options.MarginSteps is null or >= 0, nameof(options.MarginSteps), "at least 0", options.MarginSteps)
            .Require(options.WindowsPerTrajectory is null or >= 1, nameof(options.WindowsPerTrajectory), "at least 1", options.WindowsPerTrajectory)
            .Require(options.Rounds >= 1, nameof(options.Rounds), "at least 1", options.Rounds)
            .Require(options.Passes >= 1, nameof(options.Passes), "at least 1", options.Passes)
            .Require(options.SolverTolerance is > 0 and < 1, nameof(options.SolverTolerance), "greater than 0 and less than 1", options.SolverTolerance)
            .Require(options.SolverIterations >= 1, nameof(options.SolverIterations), "at least 1", options.SolverIterations)
            .Require(options.MaximumMisfit > 1, nameof(options.MaximumMisfit), "greater than 1", options.MaximumMisfit)
            .Require(options.Sigma is null or > 0, nameof(options.Sigma), "greater than 0", options.Sigma)
            .ThrowIfAny();
        _definitions = [.. names.Select(name => instance.Parameters.Single(p => p.Name == name))];
        var outside = options.Starts.Zip(_definitions).FirstOrDefault(p => !(p.First.Value >= p.Second.Lower && p.First.Value <= p.Second.Upper));
        new Faults("estimate in windows")
            .Require(outside.Second is null, outside.First.Key ?? "", outside.Second is null ? ""
                : FormattableString.Invariant($"a start in [{outside.Second.Lower:G6}, {outside.Second.Upper:G6}]"), outside.First.Value)
            .Require(ParameterOptions.With(system, options.Starts) is not null, nameof(system), "one with an option for each estimated parameter", system.Name)
            .ThrowIfAny();
        (_system, _options) = (system, options);
    }

    /// <summary>Estimates the parameters.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which trajectories, how many workers.</param>
    /// <exception cref="ArgumentException">The system or the filter does not go with the observations.</exception>
    /// <exception cref="InvalidDataException">The record is shorter than a window.</exception>
    /// <exception cref="DivergenceException">The filter lost the truth, or no trajectory of the model fits any window.</exception>
    public WindowEstimates Estimate(IObservationArchive archive, AnalysisRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        request ??= new AnalysisRequest();
        var (rounds, passes) = (new List<IReadOnlyList<double>>(), 0);
        IReadOnlyList<KeyValuePair<string, double>> starts = _options.Starts;
        while (true)
        {
            var told = new ResultWarnings(); // of a filter that still has the wrong values nobody wants to hear
            var round = Round(archive, request with { Warnings = told }, starts, rounds.Count);
            rounds.Add([.. round.Parameters.Select(p => p.Value)]);
            passes += round.Passes;
            var isSettled = round.Parameters.All(p => Math.Abs(p.Value - starts.First(s => s.Key == p.Name).Value) < LeastChange * p.StandardError);
            if ((isSettled && round.HasConverged) || rounds.Count == _options.Rounds)
            {
                foreach (var warning in told.All)
                {
                    request.Warnings?.Add(warning);
                }

                return round with { Rounds = rounds, Passes = passes };
            }

            starts = [.. round.Parameters.Select(p => KeyValuePair.Create(p.Name, p.Value))];
        }
    }

    private WindowEstimates Round(IObservationArchive archive, AnalysisRequest request, IReadOnlyList<KeyValuePair<string, double>> starts, int number)
    {
        void Report(double share) => request.Progress?.Report((number + share) / _options.Rounds);
        var system = ParameterOptions.With(_system, starts)!;
        var context = new AnalysisContext(archive);
        var model = LinearizedModel.Of(context, new Forecaster { System = system, Integrator = _options.Integrator });
        var filter = Filter(context, system);
        new Faults("estimate in windows")
            .Require(filter.LookAhead == 0, nameof(_options.FirstGuess), "a filter, which has not seen what its window observes", filter.Name)
            .Require(filter.Layout.Equals(model.Layout), nameof(_options.FirstGuess), $"states of the model's layout ({model.Layout})", filter.Layout)
            .ThrowIfAny();
        var scaled = model.Scales.Of(archive);
        var noise = new ErrorVariance(_options.Sigma, scaled.Description.Sigma);
        var guesses = model.Scales.Of(filter, archive.Description);
        var errors = FirstGuessErrors.Of(model, guesses, scaled, noise, _options.StatisticsSteps, request.Cancellation);
        Report(0.1);
        var steps = _options.WindowSteps ?? UsualSteps(scaled);
        List<ParameterWindow> windows = [.. Windows(model, guesses, scaled, noise, errors, request, steps)];
        Report(0.4);
        WindowParameter[] parameters = [.. _definitions.Select((p, j) => new WindowParameter(p, _options.Starts[j].Value))];
        var augmented = LinearizedModel.Of(context, new Forecaster { System = Augmented(system), Integrator = _options.Integrator });
        using var workers = new WorkerLoop<ParameterWindowSolver>(
            InOrder.Workers(request.Workers), () => new(augmented, errors, Solving, _options.Single), request.Cancellation);
        var (passes, all, done) = (new WindowPasses(parameters, [.. starts.Select(p => p.Value)], workers), windows.Count, 0);
        passes.Start(windows);
        passes.Run(
            windows, _options.Passes, window => _options.MaximumMisfit + (5 * Math.Sqrt(2.0 / window.Terms.Count)),
            () => Report(0.4 + (0.6 * Math.Min(1, ++done / (double)_options.Passes))));
        return windows.Count > 0 ? Estimates(passes, parameters, windows, all, steps) : throw new DivergenceException(
            $"Estimates from {all} windows of {steps} steps: expected some that a trajectory of {_system.Name} fits, got none. Take shorter windows, nearer "
            + "starts, or a larger sigma.");
    }

    private WindowEstimates Estimates(WindowPasses passes, WindowParameter[] parameters, List<ParameterWindow> windows, int all, int steps)
    {
        var covariance = passes.Precision.Inverse();
        double[] units = [.. parameters.Select((p, j) => p.Unit(passes.Values[j]))];
        double[] curvature = [.. units.Select((unit, j) => Math.Sqrt(covariance[j, j]) * unit)];
        var scatter = windows.Count > 1 ? passes.Scatter(windows) : null;
        double[] scattered = scatter is null ? [] : [.. units.Select((unit, j) => Math.Sqrt(scatter[j, j]) * unit)];
        var starts = _options.Starts;
        return new WindowEstimates
        {
            Parameters = [.. parameters.Select((p, j) => new FittedNumber(
                p.Definition.Name, starts[j].Value, passes.Values[j], Math.Max(curvature[j], scattered.ElementAtOrDefault(j)),
                Math.Min(1, Math.Sqrt(covariance[j, j]) / p.Deviation)))],
            CurvatureErrors = curvature,
            ScatterErrors = scattered,
            Correlations = [.. units.Select((_, i) => units.Select((_, j) => covariance[i, j] / Math.Sqrt(covariance[i, i] * covariance[j, j])).ToArray())],
            Windows = windows.Count,
            Unsound = all - windows.Count,
            WindowSteps = steps,
            Observations = windows.Sum(window => window.Terms.Count),
            Misfit = 2 * windows.Sum(window => window.Cost) / windows.Sum(window => window.Terms.Count),
            Rounds = [],
            Passes = passes.Count,
            HasConverged = passes.HasConverged,
            System = ParameterOptions.With(_system, parameters.Select((p, j) => KeyValuePair.Create(p.Definition.Name, passes.Values[j])))!,
        };
    }

    private ConjugateGradientSettings Solving => new()
    {
        Tolerance = _options.SolverTolerance,
        MostIterations = _options.SolverIterations,
        IsPreconditioned = true,
    };

    private AssimilationMethod Filter(AnalysisContext context, Component system)
    {
        var options = (JsonObject)(_options.FirstGuess.Options?.DeepClone() ?? new JsonObject());
        options["system"] = JsonSerializer.SerializeToNode(system, CodaJson.Options);
        if (_options.Integrator is { } integrator)
        {
            options["integrator"] = JsonSerializer.SerializeToNode(integrator, CodaJson.Options);
        }

        return AssimilationMethod.Catalog.Create(new Component(_options.FirstGuess.Name, options), context);
    }

    private Component Augmented(Component system) => new("augmented", new JsonObject
    {
        ["system"] = JsonSerializer.SerializeToNode(system, CodaJson.Options),
        ["parameters"] = new JsonArray([.. _definitions.Select(p => (JsonNode)p.Name)]),
    });

    // As many as have so many times with observations.
    private static int UsualSteps(IObservationArchive archive)
    {
        var (row, observed) = (0, new List<int>());
        foreach (var stretch in archive.ReadStretches(64, 0))
        {
            for (var k = 0; k < stretch.Steps.Count && observed.Count < TimesLooked; k++, row++)
            {
                if (stretch.Mask.AsSpan(k * stretch.SiteCount, stretch.SiteCount).ContainsAnyExcept(0f))
                {
                    observed.Add(row);
                }
            }

            if (observed.Count == TimesLooked)
            {
                break;
            }
        }

        return observed.Count < 2 ? 2 : Math.Max(2, (int)Math.Round(TimesOfWindow * (observed[^1] - observed[0]) / (observed.Count - 1.0)));
    }

    private IEnumerable<ParameterWindow> Windows(
        LinearizedModel model, AssimilationMethod filter, IObservationArchive archive, ErrorVariance noise, ICovariance errors, AnalysisRequest request,
        int steps)
    {
        archive = PlausibleObservations.Of(archive);
        var (record, size, forcing) = (archive.Description.Steps, model.Layout.Size, model.ForcingOf(archive));
        var margin = Math.Max(1, _options.MarginSteps ?? (long)(MarginShare * record.Count));
        var ranges = Ranges(new StepRange(record.Start + margin, record.End), steps);
        if (ranges.Count == 0)
        {
            throw new InvalidDataException(
                $"Windows of {steps} steps: expected a record of at least {margin + steps} steps, got {record.Count}. Take shorter windows or margins.");
        }

        using var map = model.StartTangent();
        foreach (var trajectory in request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)])
        {
            var part = request with
            {
                Trajectories = [trajectory],
                Steps = new StepRange(ranges[0].Start - 1, ranges[^1].Start),
                Progress = null,
            };
            using var guesses = new StateWindow(filter.Compute(archive, part), size);
            foreach (var range in ranges)
            {
                request.Cancellation.ThrowIfCancellationRequested();
                var terms = new ObservationTerms(archive.ReadObservations(trajectory, range), range, noise, forcing);
                var (before, background) = (guesses.Take(new StepRange(range.Start - 1, range.Start)), new double[size]);
                map.Apply(before, background, 1, terms.Forcing(-1));
                if (terms.Count > 0)
                {
                    yield return new ParameterWindow(background, terms, steps) { Control = new double[errors.ControlSize] };
                }
            }
        }
    }

    // One after another.
    private List<StepRange> Ranges(StepRange within, int steps)
    {
        var count = Math.Min(Math.Max(0, within.Count / steps), _options.WindowsPerTrajectory ?? int.MaxValue);
        return [.. Enumerable.Range(0, (int)count).Select(i => within.Start + ((long)i * steps)).Select(start => new StepRange(start, start + steps))];
    }

    private sealed record Forecaster : ForecastingOptions;

    /// <summary>Parameters, filter, windows.</summary>
    public sealed record Options
    {
        /// <summary>The parameters to estimate, with the values to start from.</summary>
        public required IReadOnlyList<KeyValuePair<string, double>> Starts { get; init; }

        /// <summary>The filter whose analyses the windows start from, without a model: it runs with the values of the parameters.</summary>
        public required Component FirstGuess { get; init; }

        /// <summary>The scheme that advances the system; by default the usual one.</summary>
        public Component? Integrator { get; init; }

        /// <summary>The standard deviation of the observations' errors, in place of the archive's.</summary>
        public double? Sigma { get; init; }

        /// <summary>The steps of a window; by default those of 20 times with observations. Long ones know slow changes, until errors of the start outgrow
        /// them.</summary>
        public int? WindowSteps { get; init; }

        /// <summary>The steps of a trajectory before its first window, in which the filter finds the truth; a fifth of the record by default.</summary>
        public int? MarginSteps { get; init; }

        /// <summary>The most windows of a trajectory, one after another; by default as many as there is room for.</summary>
        public int? WindowsPerTrajectory { get; init; }

        /// <summary>The most times that the filter runs; it runs again with the estimates until they change by less than half a standard error, and a
        /// round goes at most a factor of four from the filter's value.</summary>
        public int Rounds { get; init; } = 4;

        /// <summary>The most Gauss-Newton passes of a round.</summary>
        public int Passes { get; init; } = 8;

        /// <summary>The steps of the first trajectory that the filter's errors are estimated from.</summary>
        public int StatisticsSteps { get; init; } = 400;

        /// <summary>The residual over the gradient at which conjugate gradients stop.</summary>
        public double SolverTolerance { get; init; } = 0.1;

        /// <summary>The most iterations of conjugate gradients for an equation.</summary>
        public int SolverIterations { get; init; } = 50;

        /// <summary>Twice the cost over the number of observations, sampling error aside, above which a window is left out.</summary>
        public double MaximumMisfit { get; init; } = 1.5;

        /// <summary>Whether the model and its derivatives are computed in single precision, in about half of the time; sums stay in double.</summary>
        public bool Single { get; init; } = true;
    }
}
