using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Inference.Assimilation.Sampling;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>Score-based data assimilation: samples of a record's posterior by a learned score of trajectories, guided by the observations.</summary>
/// <remarks>
/// Rozet and Louppe (2023), doi:10.48550/arXiv.2306.10574. A trajectory x with noise, x(t) = x + σ z, has the score (D - x(t)) / σ² with D the states that the
/// network expects without noise (<see cref="TrajectoryScore"/>); observations add the gradient of log p(y | x(t)) (<see cref="ScoreGuidance"/>). From the
/// largest σ to the least, Langevin steps correct the samples at each level (Song et al., 2021, doi:10.48550/arXiv.2011.13456) and the probability flow takes
/// them to the next. No model is run and no first guess is needed: what the score has learned of the attractor is the prior, which may have several modes. How
/// many samples end in a mode is the approximation's doing, unless weights correct it (resampleBelow). Analyses are the members' mean and standard
/// deviation. A smoother of the whole record at once; states stand as many steps apart as in training, what is observed between them is taken to be of the line
/// through two, and analyses there are forecasts. Costs levels · (corrections + 1) times the evaluations of the guidance.
/// </remarks>
[System.ComponentModel.Description("Score-based data assimilation: samples of the posterior by a learned score of trajectories; may have several modes.")]
public sealed class ScoreBasedSampler : AssimilationMethod, IPosteriorEnsemble
{
    private readonly OnnxModel _model;
    private readonly Options _options;
    private readonly ReverseDiffusion _diffusion;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The trained model, which has a score; of the reference nothing is read.</param>
    /// <param name="options">Members, levels, corrections, guidance.</param>
    /// <exception cref="ArgumentException">No model, one without a score or a forecast, or options out of range.</exception>
    public ScoreBasedSampler(AnalysisContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var model = context.Model;
        new Faults("score-based-sampler")
            .Require(model is not null, nameof(context.Model), "a trained model with a score (--model DIR)", null)
            .Require(model?.Has(ModelRoles.Score) ?? true, nameof(context.Model),
                $"one with a graph for {ModelRoles.Score}, as 'coda train' makes of an experiment with the member score", model?.Card.Name)
            .Require(model?.Has(ModelRoles.Forecast) ?? true, nameof(context.Model), $"one with a graph for {ModelRoles.Forecast}", model?.Card.Name)
            .Require(options.Members >= 2, nameof(options.Members), "at least 2, for one has no spread", options.Members)
            .Require(options.Levels >= 1, nameof(options.Levels), "at least 1", options.Levels)
            .Require(options.LeastNoise > 0, nameof(options.LeastNoise), "greater than 0", options.LeastNoise)
            .Require(options.MostNoise > options.LeastNoise && double.IsFinite(options.MostNoise), nameof(options.MostNoise),
                "a finite number greater than leastNoise", options.MostNoise)
            .Require(options.Corrections >= 0, nameof(options.Corrections), "at least 0", options.Corrections)
            .Require(options.CorrectionStep is > 0 and <= 1, nameof(options.CorrectionStep), "greater than 0 and at most 1", options.CorrectionStep)
            .Require(options.ResampleBelow is >= 0 and <= 1, nameof(options.ResampleBelow), "at least 0 and at most 1", options.ResampleBelow)
            .Require(options.Particles == 0 || options.Particles >= options.Members, nameof(options.Particles),
                $"0 or at least members ({options.Members})", options.Particles)
            .Require(options.Gamma >= 0 && double.IsFinite(options.Gamma), nameof(options.Gamma), "a finite number of at least 0", options.Gamma)
            .Require(options.Iterations >= 1, nameof(options.Iterations), "at least 1", options.Iterations)
            .Require(options.Sigma is null or > 0, nameof(options.Sigma), "greater than 0", options.Sigma)
            .ThrowIfAny();
        (_model, _options) = (model!, options);
        _diffusion = new(options.Levels, options.LeastNoise, options.MostNoise, options.Corrections, options.CorrectionStep, options.ResampleBelow);
    }

    /// <inheritdoc/>
    public override string Model => $"model: score of {_model.Card.Name}";

    /// <inheritdoc/>
    public override int? LookAhead => null;

    /// <inheritdoc/>
    public override StateLayout Layout => _model.Card.Layout;

    /// <inheritdoc/>
    public int MostMembers => _options.Members;

    private int Every => _model.Card.SegmentSteps!.Value;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var (length, particles) = (ObservedTrajectory.LengthOf(archive.Steps, Every), Math.Max(_options.Members, _options.Particles));
        return new MemoryNeed($"Method '{Name}'")
            .Add(FormattableString.Invariant($"{workers} times {particles} samples of {length} states with their derivatives"), 8 * sizeof(float), workers,
                particles, length, Layout.Size)
            .Add(FormattableString.Invariant($"their states at all of {archive.Steps.Count} steps"), sizeof(float), (3 * workers) + 2, _options.Members,
                archive.Steps.Count, Layout.Size);
    }

    /// <inheritdoc/>
    /// <exception cref="ModelMismatchException">Archive and card disagree on step length or grid.</exception>
    /// <exception cref="DivergenceException">A sample is not finite; while the analyses are enumerated.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null) =>
        Samples(archive, _options.Members, request).Select(samples => samples.Mean());

    /// <inheritdoc/>
    public IEnumerable<StateBlock> ComputeMembers(IObservationArchive archive, int members, AnalysisRequest? request = null)
    {
        new Faults(Name).Require(members >= 2 && members <= MostMembers, nameof(members), $"from 2 to the option members ({MostMembers})", members)
            .ThrowIfAny();
        return Samples(archive, members, request).SelectMany(samples => samples.Members());
    }

    private IEnumerable<TrajectorySamples> Samples(IObservationArchive archive, int members, AnalysisRequest? request)
    {
        ArgumentNullException.ThrowIfNull(archive);
        request ??= new AnalysisRequest();
        var description = archive.Description;
        request.Require(description, this);
        var sites = RequireSites(description);
        var plausible = PlausibleObservations.Of(archive);
        var trajectories = request.Trajectories ?? [.. Enumerable.Range(0, description.TrajectoryCount)];
        return Enumerate();

        IEnumerable<TrajectorySamples> Enumerate()
        {
            var done = 0;
            foreach (var samples in InOrder.Map(
                trajectories, InOrder.Workers(request.Workers), () => new SampledRecord(_model, plausible, members, Math.Max(members, _options.Particles)),
                (record, trajectory) => Sample(record, trajectory, sites, request), request.Cancellation))
            {
                request.Progress?.Report(++done / (double)trajectories.Count);
                yield return samples;
            }
        }
    }

    private TrajectorySamples Sample(SampledRecord record, int trajectory, IReadOnlyList<int> sites, AnalysisRequest request)
    {
        var observed = record.Observe(trajectory, sites, _options.Sigma);
        var signs = ReverseDiffusion.Signs(_options.Seed, trajectory);
        var score = new GuidedScore(record.Score, observed, _options.Guidance, _options.Gamma, _options.Iterations, signs);
        var states = _diffusion.Sample(score, record.Members, _options.Seed, trajectory, request.Cancellation);
        if (!TensorPrimitives.IsFiniteAll<float>(states))
        {
            throw new DivergenceException($"Method '{Name}', trajectory {trajectory}: expected samples of finite numbers, got others; "
                + "take more levels, a smaller correctionStep, or train the score further.");
        }

        return record.Fill(trajectory, states, request.Steps ?? record.Steps);
    }

    // The state's entry of each site.
    private IReadOnlyList<int> RequireSites(ArchiveDescription archive)
    {
        var card = _model.Card;
        if (Math.Abs(archive.StepLength - card.StepLength) > 1e-9 * card.StepLength)
        {
            throw new ModelMismatchException(FormattableString.Invariant(
                $"Model '{card.Name}': expected steps of {card.StepLength}, got {archive.StepLength} (archive); train a score on records of that step."));
        }

        var h = WorkingOperator.Of(archive.Operator, Layout, archive.ErrorModels());
        var isAdditive = !Layout.IsBounded && archive.ErrorModels().All(errors => errors == ErrorModel.Additive);
        new Faults(Name)
            .Require(isAdditive && h.IsSelection(Layout.Size), nameof(archive.Operator), "entries of states without bounds, with additive errors",
                archive.Operator.Name)
            .ThrowIfAny();
        return new SiteMap(Layout, h.Locations).DifferenceTo(archive.Sites()) is { } difference
            ? throw new ModelMismatchException($"Model '{card.Name}', sites of the archive against the model's state ({Layout}): {difference}. "
                + "Train a score on a record of this layout.")
            : h.Locations;
    }

    /// <summary>Members, levels, corrections, guidance.</summary>
    public sealed record Options
    {
        /// <summary>The number of members N, at least 2; the spread's own error is about 1 / √(2 N) of it.</summary>
        public int Members { get; init; } = 20;

        /// <summary>The seed of all draws.</summary>
        public ulong Seed { get; init; } = 1;

        /// <summary>The number of levels of noise.</summary>
        public int Levels { get; init; } = 64;

        /// <summary>The last level's standard deviation, in those of the climatology.</summary>
        public double LeastNoise { get; init; } = 0.01;

        /// <summary>The first level's standard deviation, likewise; large beside √(states) where they are alike.</summary>
        public double MostNoise { get; init; } = 20;

        /// <summary>The Langevin steps at each level.</summary>
        public int Corrections { get; init; } = 2;

        /// <summary>τ, the size of Langevin steps: δ = τ σ².</summary>
        public double CorrectionStep { get; init; } = 0.25;

        /// <summary>The samples that are carried through the levels; 0 for as many as members. With weights, members are drawn of them by these.</summary>
        public int Particles { get; init; }

        /// <summary>The effective size, as a share of the particles in [0, 1], below which they are resampled by weights, which correct what is wrong with the
        /// approximation of the likelihood (Wu et al., 2023, doi:10.48550/arXiv.2306.17775); 0 for no weights, as published.</summary>
        public double ResampleBelow { get; init; }

        /// <summary>How the observations' likelihood is approximated.</summary>
        public ScoreGuidance Guidance { get; init; }

        /// <summary>With guidance=covariance: the iterations of conjugate gradients, which go on from those of the evaluation before.</summary>
        public int Iterations { get; init; } = 2;

        /// <summary>With guidance=diagonal: γ.</summary>
        public double Gamma { get; init; } = 0.01;

        /// <summary>The standard deviation of the observations' errors, in place of each observation's own or the archive's.</summary>
        public double? Sigma { get; init; }
    }
}
