using System.Diagnostics;
using Coda.Classical.Ensemble;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Impact;
using Coda.Inference.Sessions;
using Coda.Training.Export;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Weighing;

/// <summary>What each observation was worth to the forecasts from its step: by adjoints, or by an ensemble's covariances. A trajectory is
/// a part: a weighing that was stopped goes on, and several processes share one.</summary>
public static class WeighWorkflow
{
    /// <summary>Weighs observations and writes the tables.</summary>
    /// <param name="job">Which, by what.</param>
    /// <param name="progress">Told how it gets on, and what makes impacts doubtful.</param>
    /// <param name="cancellation">Stops it; no table is written then, and the parts that are there are taken up again.</param>
    /// <exception cref="ArgumentException">The method has neither sensitivities nor an ensemble, an option is none, or there is nothing to weigh.</exception>
    /// <exception cref="InvalidDataException">The archive of the analyses has other sites.</exception>
    /// <exception cref="ModelMismatchException">The model cannot read the archive, or its network cannot be taken back.</exception>
    public static WeighOutcome Run(WeighJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        job.Request.Check();
        var start = Stopwatch.GetTimestamp();
        using var whole = WithImpact(job.Model, progress);
        var observations = new PlausibleObservations(job.Archive);
        var context = new AnalysisContext(job.Reference ?? observations, whole ?? job.Model);
        var method = AssimilationMethod.Catalog.Create(job.Method, context);
        var model = ForecastModel.Catalog.Create(job.Forecast ?? new Component(job.Model is null ? "simulator" : "hybrid"), context.Forecast);
        context.RequireModelUsed(job.Method);
        var description = job.Archive.Description;
        var h = ObservationOperator.Catalog.Create(description.Operator, model.Layout);
        new Faults("impact")
            .Require(method.Layout.Equals(model.Layout), "forecast", $"a model of the method's states ({method.Layout})", model.Layout)
            .Require(method is ISensitiveMethod or EnsembleMethod { LookAhead: 0 }, nameof(job.Method), $"one of {string.Join(", ", Names())}", job.Method.Name)
            .ThrowIfAny();
        var range = job.Range ?? RecordRange.Whole(description);
        (method as ISensitiveMethod)?.WarnOf(observations, progress.Warnings, cancellation);
        using var verification = Verification(job, h, model.Layout);
        var origin = OriginOf(job, context, model, range);
        if (StepsOf(range).Count == 0)
        {
            throw NothingToWeigh(job, range);
        }

        if (!job.IsRestarted && Finished(job, origin) is { } there)
        {
            return there;
        }

        var parts = ImpactParts.Open(job.Output, range, origin, job.IsRestarted);
        var missing = parts.Missing(job.Shard);
        progress.Run($"impact ({job.Method.Name})", state =>
        {
            var made = method is ISensitiveMethod sensitive
                ? ByAdjoint(job, sensitive, model, h, observations, range, missing, state, cancellation)
                : ByEnsemble(job, method, model, h, observations, range, missing, state, cancellation);
            foreach (var (trajectory, part) in made)
            {
                parts.Write(trajectory, part);
            }

            return missing.Count;
        });
        var outcome = End(job, range, parts, origin, (method.Name, model.Description, verification.Description), progress) with
        {
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
        parts.RemoveFolder();
        return outcome.Cases > 0 || outcome.MissingParts > 0 ? outcome : throw NothingToWeigh(job, range);
    }

    // Whoever finds all parts there writes the tables; another one may have done so in the meantime.
    private static WeighOutcome End(
        WeighJob job, RecordRange range, ImpactParts parts, SortedDictionary<string, string> origin, (string Method, string Model, string Verification) words,
        IWorkflowProgress progress)
    {
        using var turn = parts.Lock();
        if (!job.IsRestarted && Finished(job, origin) is { } there)
        {
            parts.Remove();
            return there;
        }

        var made = parts.Read();
        IReadOnlyList<ImpactCase> cases = [.. made.SelectMany(part => part.Cases)];
        var tables = new ImpactTables(job.Archive.Description, cases);
        var outcome = new WeighOutcome(
            job.Output, words.Method, words.Model, words.Verification, job.Request.Lead, cases.Count, cases.Sum(c => c.Observations.Count))
        {
            Error = cases.Select(c => c.Error).DefaultIfEmpty().Average(),
            ErrorWithout = cases.Select(c => c.ErrorWithout).DefaultIfEmpty().Average(),
            Sum = cases.Select(c => c.Sum).DefaultIfEmpty().Average(),
            Signal = cases.Select(c => c.Signal).DefaultIfEmpty().Average(),
            MissingParts = range.TrajectoryCount - made.Count,
            Sites = tables.Sites(),
            Kinds = tables.Kinds(),
            Times = tables.Times(),
            Hours = tables.Hours(),
            Provenance = job.Provenance,
            Origin = origin,
        };
        foreach (var warning in made.SelectMany(part => part.Warnings).Distinct())
        {
            progress.Warnings.Add(warning);
        }

        if (outcome.MissingParts > 0)
        {
            return outcome;
        }

        if (cases.Count > 0)
        {
            Warn(outcome, progress);
            tables.Write(outcome);
        }

        parts.Remove();
        return outcome;
    }

    // The tables of this very weighing, where they are there.
    private static WeighOutcome? Finished(WeighJob job, SortedDictionary<string, string> origin) =>
        Path.Combine(job.Output, ImpactTables.Summary) is var path && File.Exists(path)
            && CodaJson.Read<WeighOutcome>(path, ImpactParts.Cure) is { Origin: { } before } there && before.SequenceEqual(origin)
            ? there with { Output = job.Output } : null;

    private static ArgumentException NothingToWeigh(WeighJob job, RecordRange range) =>
        new($"Expected steps with observations, and something that verifies the forecasts from there {job.Request.Lead} steps on, "
            + $"got none in {range}. Choose other steps, another --lead or --every, or another --verify.");

    // All that a case depends on.
    private static SortedDictionary<string, string> OriginOf(WeighJob job, AnalysisContext context, ForecastModel model, RecordRange range)
    {
        var origin = AnalysisOrigin.Of(job.Method, context, job.Archive, range);
        (origin["forecast"], origin["range"], origin["request"]) = (
            $"{job.Forecast?.Name} {job.Forecast?.Options?.ToJsonString()} {model.Description}", range.ToString(), job.Request.ToString());
        origin["verify"] = job.Verify switch
        {
            VerifyingKind.Withheld => "withheld",
            VerifyingKind.Truth => $"truth {job.Archive.Description.DigestOf(ArchiveTable.Truth)}",
            _ => $"analyses {(job.Analyses ?? job.Archive).Description.DigestOf(ArchiveTable.Analyses)}",
        };
        return origin;
    }

    /// <summary>The methods whose observations can be weighed.</summary>
    public static IEnumerable<string> Names() => AssimilationMethod.Catalog.Names.Where(name =>
        AssimilationMethod.Catalog.TypeOf(name) is var type && (type.IsAssignableTo(typeof(ISensitiveMethod)) || type == typeof(Etkf) || type == typeof(Letkf)
            || type == typeof(Enkf) || type == typeof(EnkfN) || type == typeof(Denkf) || type == typeof(Eakf)));

    // Each trajectory's cases as soon as they are there.
    private static IEnumerable<(int Trajectory, ImpactPart Part)> ByAdjoint(
        WeighJob job, ISensitiveMethod method, ForecastModel model, ObservationOperator h, IObservationArchive observations, RecordRange range,
        IReadOnlyList<int> trajectories, IProgress<PhaseState> state, CancellationToken cancellation)
    {
        var steps = StepsOf(range);
        var all = trajectories.SelectMany(trajectory => steps.Select(step => (trajectory, step)));
        var (cases, done) = (new List<ImpactCase>(), 0);
        foreach (var found in InOrder.Map(
            all, InOrder.Workers(job.Workers), () => new Worker(job, method, model, h, observations, cancellation),
            (worker, at) => worker.Impact.At(at.trajectory, at.step), cancellation))
        {
            state.Report(new(++done / (double)(trajectories.Count * steps.Count)));
            if (found is not null)
            {
                cases.Add(found);
            }

            if (done % steps.Count == 0)
            {
                yield return (trajectories[(done / steps.Count) - 1], new(cases, []));
                cases = [];
            }
        }
    }

    private static IReadOnlyList<long> StepsOf(RecordRange range) =>
        [.. Enumerable.Range(0, (int)range.Steps.Count).Select(i => range.Steps.Start + i).Where(range.Contains)];

    // As many trajectories at a time as there are workers.
    private static IEnumerable<(int Trajectory, ImpactPart Part)> ByEnsemble(
        WeighJob job, AssimilationMethod method, ForecastModel model, ObservationOperator h, IObservationArchive observations, RecordRange range,
        IReadOnlyList<int> trajectories, IProgress<PhaseState> state, CancellationToken cancellation)
    {
        using var verification = Verification(job, h, model.Layout);
        var done = 0;
        foreach (var some in trajectories.Chunk(InOrder.Workers(job.Workers)))
        {
            var warnings = new ResultWarnings();
            using var impact = new EnsembleImpact(
                observations, model, h, verification, job.Request, (trajectory, step) => some.Contains(trajectory) && range.Contains(step));
            var request = new AnalysisRequest
            {
                Trajectories = some,
                Steps = range.Steps,
                Workers = job.Workers,
                Ensembles = impact,
                Warnings = warnings,
                NameOf = job.Archive.Description.NameOf,
                Progress = new Relay<double>(share => state.Report(new((done + (share * some.Length)) / trajectories.Count))),
                Cancellation = cancellation,
            };
            foreach (var block in method.Compute(observations, request))
            {
                _ = block.Count; // what is wanted of the filter is what it shows on its way
            }

            done += some.Length;
            foreach (var trajectory in some)
            {
                yield return (trajectory, new([.. impact.Cases.Where(c => c.Trajectory == trajectory)], warnings.All));
            }
        }
    }

    private static IVerification Verification(WeighJob job, ObservationOperator h, StateLayout layout)
    {
        if (job.Verify == VerifyingKind.Withheld)
        {
            return new WithheldVerification(job.Archive, h, layout);
        }

        var (source, table) = (job.Verify == VerifyingKind.Truth ? job.Archive : job.Analyses ?? job.Archive,
            job.Verify == VerifyingKind.Truth ? ArchiveTable.Truth : ArchiveTable.Analyses);
        job.Archive.Description.RequireSameSites(source.Description, source.Path);
        if (!source.HasTable(table))
        {
            throw new ArgumentException($"{source.Path}: expected {table.ToString().ToLowerInvariant()} to verify forecasts against, got an archive without. "
                + "Write them with coda analyze, name another archive (--analyses DIR), or verify otherwise (--verify).");
        }

        return new StateVerification(
            table == ArchiveTable.Truth ? "the truth" : $"analyses that {source.Description.NoteOf(table).Describe()}", (trajectory, step) =>
                !source.Description.Steps.Contains(step) ? default(ReadOnlyMemory<float>?)
                : source.ReadStates(table, trajectory, new StepRange(step, step + 1)).FirstOrDefault()?.States);
    }

    // A network that was exported without a graph of its sensitivities has its weights.
    private static OnnxModel? WithImpact(OnnxModel? model, IWorkflowProgress progress)
    {
        if (model is null || model.Has(ModelRoles.Impact) || !model.Has(ModelRoles.Analysis)
            || !File.Exists(Path.Combine(model.Folder, ModelFolder.Weights)))
        {
            return null;
        }

        var (file, onnx) = ModelWeights.Impact(model.Folder);
        progress.Say($"Model '{model.Card.Name}' has no {ModelRoles.FileName(ModelRoles.Impact)}; its sensitivities are taken from its weights.");
        return model.With(file, onnx);
    }

    private static void Warn(WeighOutcome outcome, IWorkflowProgress progress)
    {
        const double Most = 0.15;
        if (Math.Abs(outcome.Sum - outcome.Change) > Most * Math.Abs(outcome.Change))
        {
            progress.Warnings.Add("other-change", FormattableString.Invariant(
                $"The impacts add up to {outcome.Sum:G3}, and data denial to {outcome.Change:G3}: they differ by more than {Most:P0}, so that single impacts ")
                + "are to be read as signs and ranks. Take a shorter lead, or more cases.");
        }
    }

    private sealed class Worker : IDisposable
    {
        private readonly IVerification _verification;

        public Worker(
            WeighJob job, ISensitiveMethod method, ForecastModel model, ObservationOperator h, IObservationArchive observations,
            CancellationToken cancellation)
        {
            _verification = Verification(job, h, model.Layout);
            Impact = new(observations, method, model, h, _verification, job.Request, cancellation);
        }

        public AdjointImpact Impact { get; }

        public void Dispose()
        {
            Impact.Dispose();
            _verification.Dispose();
        }
    }
}
