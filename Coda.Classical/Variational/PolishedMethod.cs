using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>A trained network's analyses, polished: they are the first guess of a few Gauss-Newton passes (<see cref="IteratedExtendedSmoother"/>).</summary>
/// <remarks>
/// The network finds the valley, which Gauss-Newton from a poor start may miss; the model and the whole record's observations, of which the network saw a window,
/// lead to its floor. By default the model is the trained hybrid itself.
/// </remarks>
[System.ComponentModel.Description("A trained network, polished by Gauss-Newton passes over the whole record; on large rings by tiles.")]
public sealed class PolishedMethod : IStretchedMethod
{
    private readonly IteratedExtendedSmoother _smoother;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The trained model.</param>
    /// <param name="options">Model, variances, stretches.</param>
    /// <exception cref="ArgumentException">No trained model, or options out of range.</exception>
    public PolishedMethod(AnalysisContext context, Options options)
    {
        new Faults("polished").Require(context.Model is not null, nameof(context.Model), "a trained model", null).ThrowIfAny();
        _smoother = new IteratedExtendedSmoother(context, new IteratedExtendedSmoother.Options
        {
            FirstGuess = new Component("network"),
            System = options.System,
            Integrator = options.Integrator,
            Passes = options.Passes,
            ModelErrorVariance = options.ModelErrorVariance,
            InitialModelErrorVariance = options.InitialModelErrorVariance,
            PriorVariance = options.PriorVariance,
            StretchLength = options.StretchLength,
            Overlap = options.Overlap,
            LookBack = options.LookBack,
            Sigma = options.Sigma,
            Solver = options.Solver,
            HasSpread = options.HasSpread,
        });
    }

    /// <inheritdoc/>
    public string Name => Catalog<IAssimilationMethod>.NameOf(GetType());

    /// <inheritdoc/>
    public int? LookAhead => _smoother.LookAhead;

    /// <inheritdoc/>
    public StateLayout Layout => _smoother.Layout;

    /// <inheritdoc/>
    public MemoryNeed Memory(ArchiveDescription archive, int workers) => _smoother.Memory(archive, workers);

    /// <inheritdoc/>
    public IEnumerable<StateBlock> Analyze(IObservationArchive archive, AnalysisRequest? request = null) => _smoother.Analyze(archive, request);

    /// <inheritdoc/>
    public IEnumerable<StateBlock> Analyze(IObservationArchive archive, AnalysisRequest? request, Action<StretchReport> report) => _smoother.Analyze(archive, request, report);

    /// <summary>Model, variances, stretches; as in <see cref="IteratedExtendedSmoother.Options"/>.</summary>
    public sealed record Options
    {
        /// <summary>A system to take as the model in place of the trained hybrid.</summary>
        public Component? System { get; init; }

        /// <summary>The scheme that such a system is integrated with.</summary>
        public Component Integrator { get; init; } = new("runge-kutta4");

        /// <summary>The most passes before another start is tried.</summary>
        public int Passes { get; init; } = 6;

        /// <summary>q, the variance of the model's error in one step; by default what the trained hybrid's card says where it is the model, else
        /// 1e-6.</summary>
        [Tuned(1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 7e-3, 1.5e-2)]
        public double? ModelErrorVariance { get; init; }

        /// <summary>q of the first pass, divided by ten in each one after; by default a hundred times the last, up to .01.</summary>
        public double? InitialModelErrorVariance { get; init; }

        /// <summary>The variance of the state before a stretch is observed; by default that of the network's analyses over the stretch.</summary>
        public double? PriorVariance { get; init; }

        /// <summary>The steps of a stretch without its overlap, about.</summary>
        public int StretchLength { get; init; } = 2000;

        /// <summary>The steps that a stretch has more on each side.</summary>
        public int Overlap { get; init; } = 200;

        /// <summary>The steps that each analysis looks back, from observations up to its own step only; by default it looks ahead, too.</summary>
        public int? LookBack { get; init; }

        /// <summary>The standard deviation of the observations' errors, in place of the archive's.</summary>
        public double? Sigma { get; init; }

        /// <summary>How the equations of a pass are solved.</summary>
        public SmootherSolver Solver { get; init; }

        /// <summary>Whether to compute the spread, which takes about two passes' time.</summary>
        public bool HasSpread { get; init; } = true;
    }
}
