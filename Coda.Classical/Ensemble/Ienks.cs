using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>The iterative ensemble Kalman smoother: a 4D-Var in the space of the ensemble at the start of a window, each observation used once.</summary>
/// <remarks>
/// Bocquet and Sakov (2014), doi:10.1002/qj.2236, single data assimilation with a shift of one step, in the transform form: Gauss-Newton steps whose
/// sensitivities come from propagating the transformed ensemble. A smoother: the analysis of step k uses the steps up to k + lag. The cost grows with lag and
/// iterations.
/// </remarks>
[System.ComponentModel.Description("The iterative ensemble Kalman smoother.")]
public sealed class Ienks : EnsembleMethod
{
    private readonly Options _options;

    /// <summary>Makes the method; the first ensemble is made on first use.</summary>
    /// <param name="context">The reference observations; the trained model, where there is one.</param>
    /// <param name="options">Lag, iterations, ensemble and forecast model.</param>
    /// <exception cref="ArgumentException">Options out of range, or no such forecast model.</exception>
    public Ienks(AnalysisContext context, Options options)
        : base(context, options) => _options = options;

    /// <inheritdoc/>
    public override int? LookAhead => _options.Lag;

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">The smoother lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        archive = Setting.Scales.Of(archive);
        return Setting.Analyze(this, archive, request, _options.Lag, Run);

        IEnumerable<StateBlock> Run(int trajectory, StepRange wanted, long end, int workers, CancellationToken cancellation)
        {
            _ = Setting.FirstEnsemble(cancellation); // the watch takes its spread, and cannot be told to stop
            using var cycle = new IterativeCycle(Setting, _options, archive.Description, workers, cancellation);
            foreach (var block in cycle.Run(archive, trajectory, wanted, end, request is null ? null : request.Warn, cancellation))
            {
                yield return block;
            }
        }
    }

    /// <summary>Lag, iterations, ensemble and forecast model; the defaults suit a quarter of the sites seen at every step of .01.</summary>
    public sealed record Options : EnsembleOptions
    {
        /// <summary>Takes the defaults.</summary>
        public Options() => Inflation = 1.004;

        /// <summary>The length of the window in steps, at least 0; with 0 and one iteration it is the ETKF without its warm-up.</summary>
        public int Lag { get; init; } = 25;

        /// <summary>The most Gauss-Newton steps for each step with observations, at least 1.</summary>
        public int Iterations { get; init; } = 10;

        /// <summary>The root mean square change of the weights, in units of the prior's spread, at which iterations end; at least 0.</summary>
        public double Tolerance { get; init; } = 1e-3;

        /// <summary>Whether the analyzed anomalies are turned by a random rotation that keeps mean and covariance.</summary>
        public bool Rotation { get; init; }

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(Lag >= 0, nameof(Lag), "at least 0", Lag)
            .Require(Iterations >= 1, nameof(Iterations), "at least 1", Iterations)
            .Require(Tolerance is >= 0 and < double.PositiveInfinity, nameof(Tolerance), "a number of at least 0", Tolerance);
    }
}
