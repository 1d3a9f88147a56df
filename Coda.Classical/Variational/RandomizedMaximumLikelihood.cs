using Coda.Classical.Particles;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Members;
using Coda.Classical.Variational.Stretches;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational;

/// <summary>Randomized maximum likelihood: an ensemble of polishes, each of its own draws of observations, prior and model error; samples of the
/// posterior.</summary>
/// <remarks>
/// Kitanidis, "Quasi-linear geostatistical theory for inversing", Water Resour. Res. 31, 1995, doi:10.1029/95WR01945; Oliver, He and Reynolds, "Conditioning
/// permeability fields to pressure data", ECMOR V, 1996; in Bardsley, Solonen, Haario and Laine, "Randomize-then-optimize", SIAM J. Sci. Comput. 36, 2014,
/// doi:10.1137/140964023, the proposal; in weather forecasting an ensemble of data assimilations. Member m minimizes
/// ½ |x_0 - x_b - b_m|² / b + ½ Σ |x_{k+1} - M(x_k) - w_m|² / q + ½ Σ (y + e_m - H(x_k))ᵀ R⁻¹ (y + e_m - H(x_k)),
/// with b_m, w_m and e_m drawn of the errors that they stand beside. Where M and H are linear the minima are independent samples of the posterior; elsewhere
/// nearly so within a mode, while the share of members in each mode is that of the starts from which the passes come there: with start=particles that of a
/// particle filter's paths, whose few survivors early in a record the passes tell apart. Analyses are the members' mean and
/// standard deviation, over those whose passes came to rest (<see cref="IteratedExtendedSmoother"/>); a stretch of whose members fewer than half do is
/// reported. Costs as much as that many polishes. With matrices only: for states of up to some hundred numbers.
/// </remarks>
[System.ComponentModel.Description(
    "The randomized posterior: an ensemble of polishes, each of its own draws of observations, prior and model error; may have several modes.")]
public sealed class RandomizedMaximumLikelihood : StretchedMethod, IPosteriorEnsemble
{
    private readonly Options _options;
    private const long ModeStream = 0x9A4;
    private const int MorePasses = 4; // to come to rest where they start: another try, from a larger q, leads to wider modes

    private readonly Func<int, int, IteratedExtendedSmoother> _make; // of a member and its start
    private readonly Func<int?, AssimilationMethod, IteratedExtendedSmoother> _from; // of a member, or of the mode itself, from a first guess
    private readonly LinearizedModel _model;
    private readonly Prior? _prior;
    private readonly IteratedExtendedSmoother _first;
    private readonly Func<long, ParticleFilter>? _particles; // with all steps of a record in each estimate

    /// <summary>Makes the method.</summary>
    /// <param name="context">The reference observations, which name the system; the trained model if there is one, whose network is then the first
    /// guess.</param>
    /// <param name="options">Members, first guess, model, variances, stretches.</param>
    /// <exception cref="ArgumentException">Options out of range, or no model.</exception>
    public RandomizedMaximumLikelihood(AnalysisContext context, Options options)
    {
        options.Check(Name).ThrowIfAny();
        _options = options;
        var model = _model = LinearizedModel.Of(context, options);
        var prior = _prior = options.Start != MemberStart.PerturbedObservations
            ? ModelClimatology.Of(model, CovarianceForm.Variances, CancellationToken.None).Prior(options.PriorVariance) : null;
        var smoother = new IteratedExtendedSmoother.Options(options) { HasSpread = false, Solver = SmootherSolver.Dense };
        var guess = prior is null ? FirstGuessChoice.Create(options.FirstGuess ?? FirstGuessChoice.Of(context, model), context, options) : null;
        _make = (member, start) => new IteratedExtendedSmoother(
            context, smoother, model, guess ?? new FreeRunGuess(model, options.Seed, (member * options.Starts) + start))
        {
            Prior = prior,
            Draws = new MemberDraws(options.Seed, member),
        };
        _from = (member, start) => new IteratedExtendedSmoother(
            context, smoother with { InitialModelErrorVariance = options.ModelErrorVariance, Passes = MorePasses * options.Passes }, model, start)
        {
            Prior = prior,
            Draws = member is { } of ? new MemberDraws(options.Seed, of) : null,
        };
        _first = _make(0, 0);
        _particles = options.Start != MemberStart.Particles ? null : steps => new(context, new()
        {
            Particles = options.Particles, Seed = options.Seed, Lag = checked((int)steps) - 1, ModelErrorVariance = options.ModelErrorVariance,
            Sigma = options.Sigma, System = options.System, Integrator = options.Integrator, ForecastModel = options.ForecastModel,
        });
    }

    /// <inheritdoc/>
    public override string? Model => _first.Model;

    /// <inheritdoc/>
    public override int? LookAhead => _first.LookAhead;

    /// <inheritdoc/>
    public override StateLayout Layout => _first.Layout;

    /// <inheritdoc/>
    public int MostMembers => _options.Members;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        var need = _first.Memory(archive, 1)
            .Add(FormattableString.Invariant($"{workers} members at once"), 1, workers - 1, _first.Memory(archive, 1).Bytes)
            .Add(FormattableString.Invariant($"{_options.Members} members of a trajectory of {archive.Steps.Count} steps"), sizeof(float), _options.Members,
                archive.Steps.Count, Layout.Size);
        return _particles is null ? need : need.Add(
            FormattableString.Invariant($"{_options.Particles} particles"), 1, 1, _particles(archive.Steps.Count).Memory(archive, workers).Bytes);
    }

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request, Action<StretchReport> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (var piece in Pieces(archive, _options.Members, request).SelectMany(pieces => pieces))
        {
            report(piece.Report());
            yield return piece.Mean(_options.HasSpread);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<StateBlock> ComputeMembers(IObservationArchive archive, int members, AnalysisRequest? request = null)
    {
        new Faults(Name).Require(members >= 2 && members <= MostMembers, nameof(members), $"from 2 to the option members ({MostMembers})", members)
            .ThrowIfAny();
        return Enumerate();

        IEnumerable<StateBlock> Enumerate()
        {
            foreach (var pieces in Pieces(archive, members, request))
            {
                foreach (var (member, piece) in Enumerable.Range(0, members).SelectMany(m => pieces.Select(p => (m, p))))
                {
                    yield return new StateBlock((piece.Trajectory * members) + member, piece.Steps.Start, Layout.Size, piece.Sample(member));
                }
            }
        }
    }

    // Trajectory by trajectory.
    private IEnumerable<IReadOnlyList<MemberPiece>> Pieces(IObservationArchive archive, int members, AnalysisRequest? request)
    {
        request ??= new AnalysisRequest();
        request.Require(archive.Description, this);
        if ((_options.WeighsModes || _particles is not null) && archive.Description.Steps.Count > _options.StretchLength)
        {
            throw new ArgumentException($"{(_options.WeighsModes ? nameof(_options.WeighsModes) : "start=particles")}: expected records of at most the "
                + $"{_options.StretchLength} steps of a stretch ({nameof(_options.StretchLength)}), got {archive.Description.Steps.Count}; modes of one "
                + "record are weighed as wholes.");
        }

        int[] trajectories = [.. request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)]];
        _ = _first.Compute(archive, request); // not enumerated: what is to be said against the record is said once
        var items = trajectories.SelectMany(t => Starts(archive, t, members, request).Index().Select(m => (Trajectory: t, Member: m.Index, Start: m.Item)));
        var (gathered, done) = (new List<MemberTrajectory>(), 0);
        foreach (var one in InOrder.Map(
            items, InOrder.Workers(request.Workers), () => this, (_, item) => Member(archive, item.Trajectory, item.Member, item.Start, request),
            request.Cancellation))
        {
            gathered.Add(one);
            if (gathered.Count == members)
            {
                yield return [.. MemberPiece.Of(trajectories[done], gathered)];
                gathered.Clear();
                done++;
                request.Progress?.Report(done / (double)trajectories.Length);
            }
        }
    }

    // The mode that each member starts from; nothing where it finds one by itself.
    private IReadOnlyList<StateBlock?> Starts(IObservationArchive archive, int trajectory, int members, AnalysisRequest request)
    {
        IReadOnlyList<StateBlock?> paths = _particles is null ? new StateBlock?[members] : Paths(archive, trajectory, members, request);
        if (!_options.WeighsModes)
        {
            return paths;
        }

        var minima = InOrder.Map(
            Enumerable.Range(0, members), InOrder.Workers(request.Workers), () => this,
            (_, member) => Minimum(archive, trajectory, member, paths[member], request), request.Cancellation).SelectMany(found => found).ToList();
        var scale = Math.Sqrt(_prior!.Variances.Average());
        var modes = PosteriorModes.Of(minima, scale)?.Draw(members, new CounterRandom(_options.Seed, ModeStream, trajectory));
        return modes is null ? paths : [.. modes];
    }

    // A particle's path for each member, in one block.
    private StateBlock[] Paths(IObservationArchive archive, int trajectory, int members, AnalysisRequest request)
    {
        var blocks = _particles!(archive.Description.Steps.Count)
            .ComputeMembers(archive, members, request with { Trajectories = [trajectory], Steps = null, Every = 1, Progress = null });
        var paths = Enumerable.Range(0, members).Select(_ => new List<float>()).ToArray();
        var first = long.MaxValue;
        foreach (var block in blocks)
        {
            paths[block.Trajectory - (trajectory * members)].AddRange(block.States.Span);
            first = Math.Min(first, block.FirstStep);
        }

        return [.. paths.Select(states => new StateBlock(trajectory, first, Layout.Size, states.ToArray()))];
    }

    // Of the observations as they are, from where the member's own passes came to rest: from free runs passes seldom come to a narrow mode, and draws of the
    // observations' errors lead there. Nothing where passes do not come to rest.
    private IReadOnlyList<(StateBlock States, double LogEvidence)> Minimum(
        IObservationArchive archive, int trajectory, int member, StateBlock? path, AnalysisRequest request)
    {
        var whole = request with
        {
            Trajectories = [trajectory], Steps = null, Workers = 1, Progress = null, Warnings = null, Unsound = null, Doubtful = _ => { },
        };
        var drawn = Member(archive, trajectory, member, path, whole);
        if (!drawn.Reports[0].IsSound || drawn.Blocks.Count > 1)
        {
            return [];
        }

        var reports = new List<StretchReport>();
        var blocks = _from(null, new KnownGuess(_model, drawn.Blocks[0])).Compute(archive, whole, reports.Add).ToList();
        return reports is [{ IsSound: true, LogEvidence: { } evidence }] ? [(blocks[0], evidence)] : [];
    }

    private MemberTrajectory Member(IObservationArchive archive, int trajectory, int member, StateBlock? mode, AnalysisRequest request)
    {
        var perturbed = PerturbedObservations.Of(archive, _options.Sigma, _options.Seed, member);
        var part = request with { Trajectories = [trajectory], Workers = 1, Progress = null };
        part = member == 0 ? part : part with { Warnings = null, Unsound = null, Doubtful = _ => { } }; // what is doubtful is said once
        if (mode is not null)
        {
            var reports = new List<StretchReport>();
            var blocks = _from(member, new KnownGuess(_model, mode)).Compute(perturbed, part, reports.Add).ToList();
            return new(blocks, reports);
        }

        for (var start = 0; ; start++)
        {
            var reports = new List<StretchReport>();
            var blocks = _make(member, start).Compute(perturbed, part, reports.Add).ToList();
            if (_options.Start != MemberStart.FreeRun || start == _options.Starts - 1 || reports.All(r => r.IsSound))
            {
                return new(blocks, reports);
            }
        }
    }

    /// <summary>Members, first guess, model, variances, stretches.</summary>
    public sealed record Options : SmootherOptions
    {
        /// <summary>The number of members N, at least 2; the spread's own error is about 1 / √(2 N) of it.</summary>
        public int Members { get; init; } = 20;

        /// <summary>The seed of all draws.</summary>
        public ulong Seed { get; init; } = 1;

        /// <summary>Where members start from.</summary>
        public MemberStart Start { get; init; }

        /// <summary>With start=freeRun: the most free runs that a member starts from, one after another, until its passes come to rest.</summary>
        public int Starts { get; init; } = 8;

        /// <summary>With start=particles: the number of particles, from 2 to 16777216.</summary>
        public int Particles { get; init; } = 10_000;

        /// <summary>With start=freeRun or start=particles: whether members are polished a first time, and from there to the observations as they are, to find
        /// the posterior's modes, from which they then start anew in the modes' shares by Laplace's method; else a mode has as many members as starts have led
        /// to it. For records of one stretch; costs about twice as much again.</summary>
        public bool WeighsModes { get; init; }

        /// <summary>The method whose analyses of each member's observations are its first guess; by default as for iterated-extended-smoother. None with
        /// start=freeRun or start=particles.</summary>
        public Component? FirstGuess { get; init; }

        /// <inheritdoc/>
        public override Faults Check(string method) => base.Check(method)
            .Require(Members >= 2, nameof(Members), "at least 2, for one has no spread", Members)
            .Require(Starts >= 1, nameof(Starts), "at least 1", Starts)
            .Require(Particles is >= 2 and <= 1 << 24, nameof(Particles), $"from 2 to {1 << 24}", Particles)
            .Require(Start != MemberStart.Particles || Particles >= Members, nameof(Particles), $"at least as many as members ({Members})", Particles)
            .Require(!WeighsModes || Start != MemberStart.PerturbedObservations, nameof(WeighsModes), "false unless start=freeRun or start=particles",
                WeighsModes)
            .Require(FirstGuess is null || Start == MemberStart.PerturbedObservations, nameof(FirstGuess), "none with start=freeRun or start=particles",
                FirstGuess?.Name)
            .Require(Solver is SmootherSolver.Automatic or SmootherSolver.Dense, nameof(Solver),
                "automatic or dense, for other solvers draw no model errors", Solver);
    }
}
