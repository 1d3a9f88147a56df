using System.Text.Json.Nodes;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Tuning;

/// <summary>Estimates a simulator's parameters from observations: Gauss-Newton passes over state and parameters at once, from another method's
/// analyses.</summary>
/// <remarks>
/// The state is augmented by the parameters (<see cref="AugmentedSystem"/>) and smoothed over whole stretches (<see cref="IteratedExtendedSmoother"/>).
/// Training leaves parameters with the bias that its network's errors give them; here the trajectory itself obeys the model, so little is left of it.
/// </remarks>
public sealed class ParameterEstimation
{
    private readonly Options _options;
    private readonly IteratedExtendedSmoother _smoother;
    private readonly double[] _start;
    private readonly int _size;

    /// <summary>Makes the estimation.</summary>
    /// <param name="context">The reference observations; the trained model, if its network makes the first guess.</param>
    /// <param name="system">The simulator's system, whose options hold the values to start from.</param>
    /// <param name="integrator">Its scheme.</param>
    /// <param name="firstGuess">Whose analyses are the first guess of the states.</param>
    /// <param name="options">Parameters, variances, stretches.</param>
    /// <exception cref="ArgumentException">No such parameter, options out of range, or a first guess of another layout.</exception>
    public ParameterEstimation(AnalysisContext context, Component system, Component integrator, AssimilationMethod firstGuess, Options options)
    {
        _options = options;
        var inner = DynamicalSystem.Catalog.Create(system);
        var names = options.Parameters.Select(p => p.Key).ToList();
        var augmented = new Component("augmented", new JsonObject
        {
            ["system"] = new JsonObject { ["name"] = system.Name, ["options"] = system.Options?.DeepClone() },
            ["parameters"] = new JsonArray([.. names.Select(n => (JsonNode)n)]),
        });
        (_start, _size) = ([.. options.Parameters.Select(p => p.Value)], inner.Layout.Size);
        _smoother = new IteratedExtendedSmoother(
            context,
            new IteratedExtendedSmoother.Options
            {
                System = augmented,
                Integrator = integrator,
                Passes = options.Passes,
                ModelErrorVariance = options.ModelErrorVariance,
                Sigma = options.Sigma,
                StretchLength = options.StretchLength,
                Overlap = 0,
                Solver = SmootherSolver.Dense, // the one that knows the parameters' covariance
            },
            new WithConstants(firstGuess, DynamicalSystem.Catalog.Create(augmented).Layout, _start)) { LastEntries = _start.Length };
    }

    /// <summary>Estimates the parameters.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which part of them, how many workers.</param>
    /// <exception cref="DivergenceException">No stretch converged.</exception>
    public ParameterEstimates Estimate(IObservationArchive archive, AnalysisRequest? request = null)
    {
        var (values, covariances, unsound) = (new List<double[]>(), new List<double[,]>(), 0);
        var reports = new Queue<StretchReport>();
        foreach (var block in _smoother.Compute(archive, request, reports.Enqueue))
        {
            if (reports.Dequeue() is { IsSound: true } report)
            {
                values.Add(MeanOver(block));
                covariances.Add(report.Covariance!);
            }
            else
            {
                unsound++;
            }
        }

        if (values.Count == 0)
        {
            throw new DivergenceException(
                $"None of {unsound} stretches converged; give better first guesses (a trained network's), nearer starts, or a larger model error variance.");
        }

        double Covariance(int i, int j) => covariances.Average(c => c[i, j]);
        return new ParameterEstimates
        {
            Parameters = [.. _options.Parameters.Select((p, i) => Combined(p.Key, i, [.. values.Select(v => v[i])], Math.Sqrt(Covariance(i, i))))],
            Correlations = [.. _start.Select((_, i) => _start.Select((_, j) => Covariance(i, j) / Math.Sqrt(Covariance(i, i) * Covariance(j, j))).ToArray())],
            Stretches = values.Count,
            Unsound = unsound,
        };
    }

    private FittedNumber Combined(string name, int i, double[] values, double spread)
    {
        var mean = values.Average();
        var error = values.Length > 1 ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length) : spread;
        return new FittedNumber(name, _start[i], mean, error, Math.Min(1, spread / TrajectoryPrior.ParameterDeviation(_start[i])));
    }

    // Over time, of the entries after the state's own.
    private double[] MeanOver(StateBlock block)
    {
        var (means, states) = (new double[_start.Length], block.States);
        for (var row = 0; row < block.Count; row++)
        {
            for (var i = 0; i < means.Length; i++)
            {
                means[i] += (double)states.Span[(row * block.StateSize) + _size + i] / block.Count;
            }
        }

        return means;
    }

    /// <summary>Another method's analyses with the starting values of the parameters appended.</summary>
    private sealed class WithConstants(AssimilationMethod method, StateLayout layout, double[] constants) : AssimilationMethod
    {
        public override string Name => method.Name;

        public override StateLayout Layout => layout;

        public override int? LookAhead => method.LookAhead;

        public override MemoryNeed Memory(ArchiveDescription archive, int workers) => method.Memory(archive, workers);

        public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) =>
            method.Compute(archive, request).Select(block =>
        {
            var (from, to) = (block.StateSize, layout.Size);
            var states = new float[block.Count * to];
            for (var row = 0; row < block.Count; row++)
            {
                block.States.Span.Slice(row * from, from).CopyTo(states.AsSpan(row * to));
                for (var i = 0; i < constants.Length; i++)
                {
                    states[(row * to) + from + i] = (float)constants[i];
                }
            }

            return new StateBlock(block.Trajectory, block.FirstStep, to, states);
        });
    }

    /// <summary>Parameters, variances, stretches.</summary>
    public sealed record Options
    {
        /// <summary>The parameters to estimate, with the values to start from.</summary>
        public required IReadOnlyList<KeyValuePair<string, double>> Parameters { get; init; }

        /// <summary>The most passes before another start is tried.</summary>
        public int Passes { get; init; } = 8;

        /// <summary>q, the variance of the model's error in one step; that of the parameters' own wandering too.</summary>
        public double ModelErrorVariance { get; init; } = 1e-6;

        /// <summary>The steps of a stretch, about.</summary>
        public int StretchLength { get; init; } = 1000;

        /// <summary>The standard deviation of the observations' errors, in place of the archive's.</summary>
        public double? Sigma { get; init; }
    }
}
