using Coda.Classical.Observed;
using Coda.Classical.Variational.Filters;
using Coda.Classical.Variational.Latent;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;

namespace Coda.Classical.Variational;

/// <summary>3D-Var in the latent space of a trained auto-encoder: x_a = D(z_a) + r, z_a at the least of ½|z - z_b|² in B⁻¹ + ½|y - H(D(z) + r)|² in
/// R⁻¹.</summary>
/// <remarks>
/// Peyron et al. (2021), doi:10.1002/qj.4153, and Fan et al. (2025), doi:10.48550/arXiv.2502.02884, with z_b = E(x_b) of the forecast x_b. What the decoder
/// leaves of it, r = x_b - D(z_b), is kept, so that a step without observations changes nothing and the auto-encoder's error does not add up. B = β C, C the
/// covariance of the latent numbers of the model's free run, or of their changes over some steps (lagged differences),
/// or the variances alone; β is to be tuned. Levenberg and Marquardt's method finds the minimum;
/// derivatives are those of the decoder's own graph. A filter. The spread is that of the static B after the update, through the decoder's tangent: it knows
/// of errors in the latent numbers alone, not of those in r. Where the model is large, or all is observed well, <see cref="ThreeDVar"/> needs no training.
/// </remarks>
[System.ComponentModel.Description("3D-Var in the latent space of a trained auto-encoder, cycled.")]
public sealed class LatentThreeDVar : VariationalMethod
{
    private readonly OnnxModel _model;
    private readonly Options _options;
    private readonly OnFirstUse<LatentClimatology> _latent;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The reference observations, and the trained model that has an auto-encoder.</param>
    /// <param name="options">Model, covariance, iterations.</param>
    /// <exception cref="ArgumentException">Options out of range, or no model with an auto-encoder of the forecast model's states.</exception>
    public LatentThreeDVar(AnalysisContext context, Options options)
        : base(LatentStates.Require("latent-three-dvar", context), options)
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
    public override int? LookAhead => 0;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var (steps, latent) = (Math.Min(StepByStep.Length(Linearized), archive.Steps.Count), (double)LatentSpace.SizeOf(_model.Card));
        return new MemoryNeed($"Method '{Name}'")
            .Add("derivatives of the decoder", sizeof(double), 8, latent, Layout.Size)
            .Add("latent numbers of a climatology", sizeof(double), 4096, latent)
            .Add(FormattableString.Invariant($"observations and states of {steps} steps"), sizeof(double), steps, archive.SiteCount + (double)Layout.Size);
    }

    /// <inheritdoc/>
    /// <remarks>Each step needs the one before: one worker does all, from the record's start.</remarks>
    /// <exception cref="DivergenceException">The filter lost the truth; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        request = Require(archive.Description, request);
        archive = Linearized.Scales.Of(archive);
        return Linearized.Scales.Back(StepByStep.Analyze(
            archive, request, new ErrorVariance(_options.Sigma, archive.Description.Sigma), Linearized,
            () => new LatentFilter(
                Linearized, Start(), _latent.Get(request.Cancellation), _options.BackgroundScale, _options.Iterations, _options.KeepsResidual),
            () => new InnovationWatch(Name, Observed.Value, Layout.Size, "Raise the background's share of the climatology's covariance.")));
    }

    private LatentStates Start() => new(_model, Linearized.Scales.Entries);

    /// <summary>Model, covariance and iterations.</summary>
    public sealed record Options : ForecastingOptions
    {
        /// <summary>β, the share of the latent climatology's covariance that the background's error has.</summary>
        [Tuned(0.03, 0.06, 0.1, 0.15, 0.2)]
        public double BackgroundScale { get; init; } = 0.1;

        /// <summary>What is taken of the covariance of latent numbers.</summary>
        public LatentCovariance Covariance { get; init; }

        /// <summary>The steps over which changes of the free run's latent numbers stand for errors of the background: B = β times their covariance; 0 for that
        /// of the latent numbers themselves.</summary>
        public int Lag { get; init; }

        /// <summary>The most steps towards the minimum; each takes one derivative of the decoder.</summary>
        public int Iterations { get; init; } = 3;

        /// <summary>Whether what the decoder leaves of a forecast is kept beside it.</summary>
        public bool KeepsResidual { get; init; } = true;

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(BackgroundScale > 0 && double.IsFinite(BackgroundScale), nameof(BackgroundScale), "a finite number greater than 0", BackgroundScale)
            .Require(Lag is >= 0 and <= 10000, nameof(Lag), "0 to 10000 steps", Lag)
            .Require(Iterations is >= 1 and <= 1000, nameof(Iterations), "1 to 1000", Iterations);
    }
}
