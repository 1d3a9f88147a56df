using Coda.Classical.Observed;
using Coda.Classical.Tuning.Likelihood;
using Coda.Classical.Tuning.Windows;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Tuning;

/// <summary>Estimates a system's parameters, and the variance of its error, from observations: those at which a filter's innovations are likeliest.</summary>
/// <remarks>
/// The extended Kalman filter runs in windows of the record; the method of scoring, damped as Levenberg and Marquardt do, goes to the least
/// ½ Σ d² / s + log s and departure from the priors (F. C. Schweppe, IEEE Trans. Inf. Theory 11, 1965; N. K. Gupta and R. K. Mehra, IEEE Trans. Automat. Contr.
/// 19, 1974). Where a model lacks something, the variance of its error makes up for it, so that a start may be far off where trajectories of the model fit no
/// window, which is what <see cref="WindowEstimation"/> and <see cref="ParameterEstimation"/> need. A pass costs a filter run for each number; for states
/// small enough for a covariance. Priors are those of windows: a factor of ten for parameters of a range without negative numbers, the size of the start, or 1,
/// for others. The filter is linear about its own analyses, which draws parameters off by about a standard error of some 10,000 observations.
/// </remarks>
public sealed class LikelihoodEstimation
{
    private const double Lowered = 30;       // the factor by which the model's error is lowered for another start
    private const double LeastGain = 2;      // of the logarithm of the likelihood, for which that is worth going on
    private const double MostErrorVariance = 1e6;
    private const double LeastErrorVariance = 1e-12;
    private const double LeastVariance = 1e-6; // of an entry that a free run does not move, over the mean of all

    private readonly Component _system;
    private readonly WindowParameter[] _numbers;
    private readonly Options _options;

    /// <summary>Makes the estimation.</summary>
    /// <param name="system">The system, with the values of parameters that are not estimated.</param>
    /// <param name="options">Parameters, windows.</param>
    /// <exception cref="ArgumentException">No such system or parameter, options out of range, or a system without an option for a parameter.</exception>
    public LikelihoodEstimation(Component system, Options options)
    {
        var instance = DynamicalSystem.Catalog.Create(system);
        var names = options.Starts.Select(p => p.Key).ToList();
        new Faults("estimate by likelihood")
            .Require(
                names.Count > 0 && names.All(instance.ParameterNumbers.ContainsKey) && names.Distinct().Count() == names.Count, nameof(options.Starts),
                $"parameters of '{system.Name}', each once ({string.Join(", ", instance.ParameterNumbers.Keys)})", string.Join(", ", names))
            .Require(options.WindowSteps >= 2, nameof(options.WindowSteps), "at least 2", options.WindowSteps)
            .Require(options.MarginSteps is null || (options.MarginSteps >= 0 && options.MarginSteps < options.WindowSteps), nameof(options.MarginSteps),
                $"at least 0 and less than {nameof(options.WindowSteps)} ({options.WindowSteps})", options.MarginSteps)
            .Require(options.WindowsPerTrajectory is null or >= 1, nameof(options.WindowsPerTrajectory), "at least 1", options.WindowsPerTrajectory)
            .Require(options.Passes >= 1, nameof(options.Passes), "at least 1", options.Passes)
            .Require(options.ModelErrorVariance is >= LeastErrorVariance and <= MostErrorVariance, nameof(options.ModelErrorVariance),
                FormattableString.Invariant($"in [{LeastErrorVariance}, {MostErrorVariance}]"), options.ModelErrorVariance)
            .Require(options.Sigma is null or > 0, nameof(options.Sigma), "greater than 0", options.Sigma)
            .ThrowIfAny();
        var definitions = names.Select(name => instance.Parameters.Single(p => p.Name == name)).Zip(options.Starts).ToList();
        var outside = definitions.FirstOrDefault(p => !(p.Second.Value >= p.First.Lower && p.Second.Value <= p.First.Upper));
        new Faults("estimate by likelihood")
            .Require(outside.First is null, outside.Second.Key ?? "", outside.First is null ? ""
                : FormattableString.Invariant($"a start in [{outside.First.Lower:G6}, {outside.First.Upper:G6}]"), outside.Second.Value)
            .Require(ParameterOptions.With(system, options.Starts) is not null, nameof(system), "one with an option for each estimated parameter", system.Name)
            .ThrowIfAny();
        (_system, _options) = (system, options);
        _numbers = [.. definitions.Select(p => new WindowParameter(p.First, p.Second.Value))];
    }

    /// <summary>Estimates the parameters.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which trajectories, how many workers.</param>
    /// <exception cref="ArgumentException">The system does not go with the observations.</exception>
    /// <exception cref="InvalidDataException">The record is shorter than a window.</exception>
    /// <exception cref="DivergenceException">The filter does not stay finite at the start.</exception>
    public LikelihoodEstimates Estimate(IObservationArchive archive, AnalysisRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        request ??= new AnalysisRequest();
        var context = new AnalysisContext(archive);
        var first = ModelAt(context, [.. _options.Starts.Select(p => p.Value)]);
        var isSeen = Seen(first);
        WindowParameter[] numbers = [.. _numbers, .. Errors(isSeen)];
        ObservationTerms[] windows = [.. Windows(first, archive, request)];
        if (windows.Length == 0)
        {
            throw new InvalidDataException($"Windows of {_options.WindowSteps} steps: expected a record of at least as many with observations, got "
                + $"{archive.Description.Steps.Count}. Take shorter windows.");
        }

        var likelihood = new InnovationLikelihood(
            point => (ModelAt(context, point), [.. isSeen.Select(seen => point[seen ? _numbers.Length : ^1])]),
            windows, (_options.WindowSteps, Margin), Start(first, archive, request.Cancellation),
            _options.ModelErrorVariance, InOrder.Workers(request.Workers), request.Cancellation);
        var (course, observations) = (new List<double>(), windows.Sum(w => w.Count - w.At(Margin).Start));
        var best = Best(new MethodOfScoring(likelihood, numbers), [.. numbers.Select(n => n.Start)], cost =>
        {
            course.Add(cost / observations);
            request.Progress?.Report(1 - Math.Exp(-2.0 * course.Count / _options.Passes)); // nobody knows how many there will be
        });
        var ends = likelihood.At(best.Point);
        return double.IsFinite(best.Cost)
            ? Estimates(numbers, best) with
            {
                Course = course, Consistency = ends.Sum(w => w.Squares) / ends.Sum(w => w.Count), Lost = ends.Count(w => w.IsLost),
            }
            : throw new DivergenceException("Estimates by likelihood: expected a filter that stays finite at the start, got one that does not. Raise the "
                + "model's error variance, or take shorter windows.");
    }

    // From each rest once more with a smaller error of the model, the same everywhere, which is held until the parameters have followed it, as long as that
    // ends in a better one: a large error hides what they could explain, and where none is left the filter does not forgive a step that is not linear.
    private ScoredPoint Best(MethodOfScoring scoring, double[] start, Action<double> report)
    {
        var best = scoring.Maximize(start, start.Length, _options.Passes, report);
        while (best.IsAtRest)
        {
            var error = Math.Max(LeastErrorVariance, best.Point[_numbers.Length..].Max() / Lowered);
            double[] lower = [.. best.Point.Select((value, j) => j < _numbers.Length ? value : error)];
            var held = scoring.Maximize(lower, _numbers.Length, _options.Passes, report);
            var next = scoring.Maximize(held.Point, start.Length, _options.Passes, report);
            if (!(next.Cost < best.Cost - LeastGain))
            {
                break;
            }

            best = next;
        }

        return best;
    }

    // Which entries belong to a field that is observed. [space]
    private static bool[] Seen(LinearizedModel model) => [.. model.Layout.Fields.SelectMany(field =>
    {
        var start = model.Layout.OffsetOf(field.Name);
        return Enumerable.Repeat(model.Locations.Any(entry => entry >= start && entry < start + field.Size), field.Size);
    })];

    // q of fields that are observed, and of those that are not, where there are any.
    private IEnumerable<WindowParameter> Errors(bool[] isSeen) => isSeen.Distinct().OrderDescending().Select(seen => new WindowParameter(
        new ParameterDefinition(seen ? "modelErrorVariance" : "modelErrorVariance of what is not observed", _options.ModelErrorVariance, LeastErrorVariance,
            MostErrorVariance), _options.ModelErrorVariance));

    private LikelihoodEstimates Estimates(WindowParameter[] numbers, ScoredPoint best)
    {
        var (covariance, scattered, count) = (best.Covariance, best.Scatter, _options.Starts.Count);
        FittedNumber Number(WindowParameter number, int j) => new(
            number.Definition.Name, number.Start, best.Point[j], Math.Sqrt(Math.Max(covariance[j, j], scattered[j, j])) * number.Unit(best.Point[j]),
            Math.Min(1, Math.Sqrt(covariance[j, j]) / number.Deviation));
        return new LikelihoodEstimates
        {
            Parameters = [.. numbers[..count].Select(Number)],
            ModelErrorVariances = [.. numbers[count..].Select((number, j) => Number(number, count + j))],
            Correlations = [.. Enumerable.Range(0, count).Select(i => (double[])
                [.. Enumerable.Range(0, count).Select(j => covariance[i, j] / Math.Sqrt(covariance[i, i] * covariance[j, j]))])],
            Windows = best.Scores.Count,
            WindowSteps = _options.WindowSteps,
            MarginSteps = Margin,
            Course = [],
            Consistency = 0,
            Lost = 0,
            HasConverged = best.IsAtRest,
            System = System(best.Point),
        };
    }

    private Component System(double[] values) => ParameterOptions.With(_system, _options.Starts.Select((p, j) => KeyValuePair.Create(p.Key, values[j])))!;

    private int Margin => _options.MarginSteps ?? _options.WindowSteps / 10;

    private LinearizedModel ModelAt(AnalysisContext context, double[] values) => LinearizedModel.Of(context, new Forecaster
    {
        System = System(values), Integrator = _options.Integrator,
    });

    // The climatology of the model at the start; what the observations say of entries that they see, and as much as these vary for what a free run does not
    // move.
    private static Prior Start(LinearizedModel model, IObservationArchive archive, CancellationToken cancellation)
    {
        var prior = ModelClimatology.Of(model, CovarianceForm.Variances, cancellation).Prior(null);
        var observed = ObservedClimatology.Of(model.Scales.Of(archive));
        var (mean, variances) = ((double[])[.. prior.Mean], (double[])[.. prior.Variances]);
        foreach (var (entry, site) in model.Locations.Select((entry, site) => (entry, site)).Where(p => double.IsFinite(observed.Variance[p.site])))
        {
            (mean[entry], variances[entry]) = (observed.Mean[site], observed.Variance[site]);
        }

        var typical = variances.Average();
        return new Prior(mean, [.. variances.Select(v => v < LeastVariance * typical ? typical : v)]);
    }

    private IEnumerable<ObservationTerms> Windows(LinearizedModel model, IObservationArchive archive, AnalysisRequest request)
    {
        model.Require("estimate by likelihood", archive.Description);
        var noise = new ErrorVariance(_options.Sigma, model.Scales.Of(archive).Description.Sigma);
        var (scaled, forcing) = (PlausibleObservations.Of(model.Scales.Of(archive)), model.ForcingOf(archive));
        var record = archive.Description.Steps;
        var count = Math.Min(record.Count / _options.WindowSteps, _options.WindowsPerTrajectory ?? int.MaxValue);
        foreach (var trajectory in request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)])
        {
            for (var i = 0L; i < count; i++)
            {
                request.Cancellation.ThrowIfCancellationRequested();
                var start = record.Start + (i * _options.WindowSteps);
                var steps = new StepRange(start, start + _options.WindowSteps);
                var terms = new ObservationTerms(scaled.ReadObservations(trajectory, steps), steps, noise, forcing);
                if (terms.Count > 0)
                {
                    yield return terms;
                }
            }
        }
    }

    private sealed record Forecaster : ForecastingOptions;

    /// <summary>Parameters, windows.</summary>
    public sealed record Options
    {
        /// <summary>The parameters to estimate, with the values to start from.</summary>
        public required IReadOnlyList<KeyValuePair<string, double>> Starts { get; init; }

        /// <summary>q, the variance of the model's error in one step, to start from; large enough for what the model lacks at the start. Windows begin with
        /// it.</summary>
        public double ModelErrorVariance { get; init; } = 0.1;

        /// <summary>The scheme that advances the system; by default the usual one.</summary>
        public Component? Integrator { get; init; }

        /// <summary>The standard deviation of the observations' errors, in place of the archive's.</summary>
        public double? Sigma { get; init; }

        /// <summary>The steps of a window, at least 2.</summary>
        public int WindowSteps { get; init; } = 500;

        /// <summary>The first steps of a window, in which the filter finds the truth and which do not count; a tenth of it by default.</summary>
        public int? MarginSteps { get; init; }

        /// <summary>The most windows of a trajectory, one after another; by default as many as there is room for.</summary>
        public int? WindowsPerTrajectory { get; init; }

        /// <summary>The most passes from a start, each of a filter run for each number.</summary>
        public int Passes { get; init; } = 50;
    }
}
