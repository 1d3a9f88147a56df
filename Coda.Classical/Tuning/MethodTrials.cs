using System.Diagnostics;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Tuning;

/// <summary>Tries methods: analyzes an archive, scores the analyses on the way, keeps nothing.</summary>
public static class MethodTrials
{
    /// <summary>
    /// Tries a method. Divergence is a result, with its words, and where it is that of single trajectories, the others are scored; every other fault is thrown.
    /// Of a method that analyzes whole trajectories, one trajectory's analyses are held at a time.
    /// </summary>
    /// <param name="method">The method and its options.</param>
    /// <param name="context">What it may learn from.</param>
    /// <param name="archive">The observations to analyze.</param>
    /// <param name="score">Scores the analyses while they stream past, given their layout where it is none of the archive's.</param>
    /// <param name="request">Which steps, how many workers.</param>
    /// <exception cref="ArgumentException">No such method, options out of range, or a method that cannot read the archive.</exception>
    public static MethodTrial Run(
        Component method, AnalysisContext context, IObservationArchive archive, Func<IEnumerable<StateBlock>, StateLayout?, IReadOnlyList<ScoreResult>> score,
        AnalysisRequest? request = null)
    {
        var clock = new Stopwatch();
        clock.Start();
        var made = AssimilationMethod.Catalog.Create(method, context);
        var (reports, diverged, warnings) = (new List<StretchReport>(), new TrajectoryNotes(), new TrajectoryNotes());
        var trial = new MethodTrial(
            method) { Model = made.Model, IsSmoother = made.IsSmoother, Trajectories = request?.Trajectories?.Count ?? archive.Description.TrajectoryCount };
        var states = 0L;
        var told = (request ?? new AnalysisRequest()) with { Diverged = diverged.Add, Doubtful = warnings.Add };
        try
        {
            var analyses = made is StretchedMethod stretched ? stretched.Analyze(archive, told, reports.Add) : made.Analyze(archive, told);
            var survivors = made.PieceLength is null ? diverged.WithoutThem(Timed(analyses)) : Timed(analyses);
            trial = trial with { Scores = Score(survivors) };
        }
        catch (DivergenceException fault)
        {
            trial = trial with { Failure = fault.Message };
        }

        var lost = diverged.All();
        return trial with
        {
            States = states,
            Seconds = clock.Elapsed.TotalSeconds,
            Stretches = reports.Count,
            Unsound = reports.Count(r => !r.IsSound),
            Diverged = lost,
            Warnings = [.. warnings.All().Where(w => lost.All(l => l.Trajectory != w.Trajectory))],
            Failure = trial.Failure ?? (lost.Count == trial.Trajectories ? lost[0].Text : null),
        };

        // Scorers refuse to score nothing, which is what is left where every trajectory diverged.
        IReadOnlyList<ScoreResult> Score(IEnumerable<StateBlock> survivors)
        {
            using var reader = survivors.GetEnumerator();
            return reader.MoveNext() ? score(Rest(reader), TableNote.LayoutBeside(archive.Description, made.Layout)) : [];
        }

        static IEnumerable<StateBlock> Rest(IEnumerator<StateBlock> reader)
        {
            do
            {
                yield return reader.Current;
            }
            while (reader.MoveNext());
        }

        // The clock stands still while the scorer works.
        IEnumerable<StateBlock> Timed(IEnumerable<StateBlock> blocks)
        {
            foreach (var block in blocks)
            {
                clock.Stop();
                states += block.Count;
                yield return block;
                clock.Start();
            }

            clock.Stop();
        }
    }
}
