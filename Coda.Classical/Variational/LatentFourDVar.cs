using Coda.Classical.Ensemble;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Latent;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;

namespace Coda.Classical.Variational;

/// <summary>Strong-constraint 4D-Var in the latent space of a trained auto-encoder, in windows that move on with the record: x_k = M_{0:k}(D(z_0) + r), z_0 at
/// the least of ½|z_0 - z_b|² in B⁻¹ + ½ Σ_k |y_k - H(x_k)|² in R⁻¹.</summary>
/// <remarks>
/// Peyron et al. (2021), doi:10.1002/qj.4153, and Fan et al. (2025), doi:10.48550/arXiv.2502.02884, with the forecast model in the space of states. As in
/// <see cref="LatentThreeDVar"/> what the decoder leaves of the background, r, is kept, and Levenberg and Marquardt's method finds the minimum: the decoder's
/// tangent is pushed through the model's, as many perturbations as there are latent numbers. The background of a window is what the last one made of the
/// observations before its start, so that overlapping windows count none twice; its covariance is B = ρ P + β C, P that of this estimate, carried on by the
/// tangents, C the latent climatology's. ρ = 0 gives the static B that was published. With <c>ahead</c> = 0 analyses are those of the window's end, a filter;
/// with more they are taken from so many steps before it, a smoother. A stride takes several steps from a window; a filter's are then forecasts
/// but for the first. The spread is that of the latent numbers, through the tangents; it does not know of errors in r.
/// </remarks>
[System.ComponentModel.Description("Strong-constraint 4D-Var in the latent space of a trained auto-encoder, in windows that move on; filter or smoother.")]
public sealed class LatentFourDVar : VariationalMethod
{
    private const double MostMisfit = 1.5;

    private readonly OnnxModel _model;
    private readonly Options _options;
    private readonly OnFirstUse<LatentClimatology> _latent;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The reference observations, and the trained model that has an auto-encoder.</param>
    /// <param name="options">Model, windows, covariance, iterations.</param>
    /// <exception cref="ArgumentException">Options out of range, or no model with an auto-encoder of the forecast model's states.</exception>
    public LatentFourDVar(AnalysisContext context, Options options)
        : base(LatentStates.Require("latent-four-dvar", context), options)
    {
        (_model, _options) = (context.Model!, options);
        LatentStates.Require(Name, _model, Layout);
        _latent = new(cancellation =>
        {
            using var states = Start();
            return LatentClimatology.Of(Linearized, states, options.Covariance, options.Lag, cancellation);
        });
    }

    /// <inheritdoc/>
    public override string Model => $"{base.Model}, latent numbers of {_model.Card.Name}";

    /// <inheritdoc/>
    public override int? LookAhead => _options.Ahead;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var (steps, latent) = (Math.Min(_options.WindowSteps + _options.Stride, archive.Steps.Count), (double)LatentSpace.SizeOf(_model.Card));
        return new MemoryNeed($"Method '{Name}'")
            .Add(FormattableString.Invariant($"derivatives of {steps} steps"), sizeof(double), workers, steps + 4.0, latent, Layout.Size)
            .Add("derivatives of what a window observes", sizeof(double), workers, 3, steps, archive.SiteCount, latent)
            .Add("latent numbers of a climatology", sizeof(double), 4096, latent);
    }

    /// <inheritdoc/>
    /// <remarks>Each window needs the one before: a trajectory is one worker's, from the record's start.</remarks>
    /// <exception cref="DivergenceException">A window has no finite analysis; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        request = Require(archive.Description, request);
        return Enumerate(PlausibleObservations.Of(Linearized.Scales.Of(archive)), request);
    }

    private IEnumerable<StateBlock> Enumerate(PlausibleObservations archive, AnalysisRequest request)
    {
        var settings = new LatentCycleSettings(_latent.Get(request.Cancellation), new ErrorVariance(_options.Sigma, archive.Description.Sigma))
        {
            WindowSteps = _options.WindowSteps, Stride = _options.Stride, Ahead = _options.Ahead, Scale = _options.BackgroundScale,
            Carried = _options.Carried, Iterations = _options.Iterations, MaximumMisfit = _options.MaximumMisfit, KeepsResidual = _options.KeepsResidual,
            Forcing = Linearized.ForcingOf(archive),
        };
        var wanted = request.Steps ?? archive.Description.Steps;
        var trajectories = request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)];
        var (done, total) = (0L, (double)trajectories.Count * wanted.Count);
        foreach (var block in TrajectoryStreams.Run(
            trajectories, InOrder.Workers(request.Workers), TrajectoryStreams.Capacity((long)_options.Stride * Layout.Size),
            (t, stop) => Survivors.Of(Run(t, stop), t, wanted, request), request.Cancellation))
        {
            done += block.Count;
            request.Progress?.Report(done / total);
            yield return Linearized.Scales.Back(block);
        }

        IEnumerable<StateBlock> Run(int trajectory, CancellationToken stop)
        {
            using var cycle = new LatentCycle(Linearized, Start(), settings);
            var (cost, observed) = (0.0, 0L);
            foreach (var window in cycle.Run(archive, trajectory, wanted, stop))
            {
                (cost, observed) = (cost + window.Cost, observed + window.Observed);
                if (window.Block is { } block)
                {
                    yield return block;
                }
            }

            if (cost > MostMisfit * observed)
            {
                request.Warn(new AnalysisWarning(trajectory, wanted, FormattableString.Invariant(
                    $"twice the windows' cost is {cost / observed:G3} times the number of their observations, where about 1 is expected, so that the spread ")
                    + "says too little: raise the climatology's share (backgroundScale) or what is carried on (carried), or shorten windows (windowSteps)."));
            }
        }
    }

    private LatentStates Start() => new(_model, Linearized.Scales.Entries);

    /// <summary>Model, windows, covariance and iterations.</summary>
    public sealed record Options : ForecastingOptions
    {
        /// <summary>The steps of a window, at least 1.</summary>
        public int WindowSteps { get; init; } = 20;

        /// <summary>The steps by which a window moves on, at least 1; so many analyses are taken from each. As many as the window has make windows that follow
        /// each other.</summary>
        public int Stride { get; init; } = 1;

        /// <summary>The steps of a window after the first of those that are taken from it, less than the window has: 0 for a filter.</summary>
        public int Ahead { get; init; }

        /// <summary>ρ, the factor of the last window's covariance, carried on to the next background: 0 for a static one; greater than 1 for
        /// inflation.</summary>
        public double Carried { get; init; } = 1.05;

        /// <summary>β, the share of the latent climatology's covariance in that of a background.</summary>
        [Tuned(0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)]
        public double BackgroundScale { get; init; } = 0.001;

        /// <summary>What is taken of the climatology's covariance of latent numbers.</summary>
        public LatentCovariance Covariance { get; init; }

        /// <summary>The steps over which changes of the free run's latent numbers stand for errors of the background: C is their covariance; 0 for that of the
        /// latent numbers themselves.</summary>
        public int Lag { get; init; }

        /// <summary>The most steps towards the minimum of a window; each takes one derivative of the decoder and the model.</summary>
        public int Iterations { get; init; } = 2;

        /// <summary>Twice the cost over the number of observations, sampling error aside, above which a window's minimum is sought again with the latent
        /// climatology's covariance around the background.</summary>
        public double MaximumMisfit { get; init; } = 1.2;

        /// <summary>Whether what the decoder leaves of a background is kept beside it.</summary>
        public bool KeepsResidual { get; init; } = true;

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(WindowSteps is >= 1 and < int.MaxValue / 4, nameof(WindowSteps), $"1 to {int.MaxValue / 4}", WindowSteps)
            .Require(Stride >= 1 && Stride <= WindowSteps, nameof(Stride), $"1 to the window's {WindowSteps} steps", Stride)
            .Require(Ahead >= 0 && Ahead < WindowSteps, nameof(Ahead), $"0 to {WindowSteps - 1}, less than the window's steps", Ahead)
            .Require(Carried >= 0 && double.IsFinite(Carried), nameof(Carried), "a finite number of at least 0", Carried)
            .Require(BackgroundScale > 0 && double.IsFinite(BackgroundScale), nameof(BackgroundScale), "a finite number greater than 0", BackgroundScale)
            .Require(MaximumMisfit > 1, nameof(MaximumMisfit), "greater than 1", MaximumMisfit)
            .Require(Lag is >= 0 and <= 10000, nameof(Lag), "0 to 10000 steps", Lag)
            .Require(Iterations is >= 1 and <= 1000, nameof(Iterations), "1 to 1000", Iterations);
    }
}
