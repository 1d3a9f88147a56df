using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>Weak-constraint 4D-Var: the trajectory that minimizes the misfit of prior, model and observations together.</summary>
/// <remarks>
/// Y. Trémolet, "Accounting for an imperfect model in 4D-Var", Q. J. R. Meteorol. Soc. 132, 2006, doi:10.1256/qj.05.224, with the states as control variables
/// and Q = q I, to be tuned. Gauss-Newton on the block-tridiagonal normal equations; the same passes as <see cref="IteratedExtendedSmoother"/>, with one
/// stretch for each trajectory, whose memory is 16 K² bytes a step (some 700 K bytes where it is solved by tiles), and q lowered tenfold to its value. Where
/// there are no matrices (large states that are no ring, or where conjugate gradients are asked for) the record is cut into stretches of about 100 steps, each
/// minimized by itself; their observations reach no further.
/// </remarks>
[System.ComponentModel.Description("Weak-constraint 4D-Var over whole records, on large rings by tiles; of other large states in stretches.")]
public sealed class WeakFourDVar : StretchedMethod
{
    private readonly IteratedExtendedSmoother _smoother;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The reference observations, which name the system; the trained model if there is one.</param>
    /// <param name="options">First guess, model, variances.</param>
    /// <exception cref="ArgumentException">Options out of range, no model, or a first guess of another layout.</exception>
    public WeakFourDVar(AnalysisContext context, Options options)
    {
        _smoother = new IteratedExtendedSmoother(context, new IteratedExtendedSmoother.Options
        {
            FirstGuess = options.FirstGuess,
            System = options.System,
            Integrator = options.Integrator,
            ForecastModel = options.ForecastModel,
            Passes = options.Iterations,
            ModelErrorVariance = options.ModelErrorVariance,
            UsualVariance = 1e-3,
            InitialModelErrorVariance = options.ModelErrorVariance is { } q ? Math.Max(1e-2, q) : null,
            PriorVariance = options.BackgroundVariance,
            StretchLength = int.MaxValue,
            Overlap = 0,
            Sigma = options.Sigma,
            MaximumMisfit = options.MaximumMisfit,
            Solver = options.Solver,
            Memory = int.MaxValue,
        });
    }

    /// <inheritdoc/>
    public override string? Model => _smoother.Model;

    /// <inheritdoc/>
    public override int? LookAhead => null;

    /// <inheritdoc/>
    public override StateLayout Layout => _smoother.Layout;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) => _smoother.Memory(archive, workers);

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request, Action<StretchReport> report) =>
        _smoother.Compute(archive, request, report);

    /// <summary>First guess, model, variances.</summary>
    public sealed record Options : ForecastingOptions
    {
        /// <summary>The method whose analyses are the first guess; by default the network where a trained model is given, else space-time optimal
        /// interpolation, or a filter: eakf on grids of two axes and where a field is never observed, the extended Kalman filter there if no grid has
        /// distances.</summary>
        public Component? FirstGuess { get; init; }

        /// <summary>The most Gauss-Newton iterations before another start is tried.</summary>
        public int Iterations { get; init; } = 10;

        /// <summary>q, the variance of the model's error in one step, the mean of all entries; to be tuned. By default 1e-3, or by conjugate gradients 1e-4 of
        /// the first guess's variance.</summary>
        [Tuned(1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 7e-3, 1.5e-2)]
        public double? ModelErrorVariance { get; init; }

        /// <summary>The variance of the background at the first step; by default that of the first guess over the record.</summary>
        public double? BackgroundVariance { get; init; }

        /// <summary>How the equations of an iteration are solved.</summary>
        public SmootherSolver Solver { get; init; }

        /// <summary>The misfit, sampling error aside, above which a minimum is not the one sought.</summary>
        public double MaximumMisfit { get; init; } = 1.5;
    }
}
