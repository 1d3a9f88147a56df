using System.Diagnostics;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Inference.Assimilation;
using Coda.Inference.Classical.Variational;

namespace Coda.Inference.Tuning;

/// <summary>Tries methods: analyzes an archive, scores the analyses on the way, keeps nothing.</summary>
public static class MethodTrials
{
    /// <summary>Tries a method. Divergence is a result, with its words; every other fault is thrown.</summary>
    /// <param name="method">The method and its options.</param>
    /// <param name="context">What it may learn from.</param>
    /// <param name="archive">The observations to analyze.</param>
    /// <param name="score">Scores the analyses while they stream past.</param>
    /// <param name="request">Which steps, how many workers.</param>
    /// <exception cref="ArgumentException">No such method, options out of range, or a method that cannot read the archive.</exception>
    public static MethodTrial Run(
        Component method, AnalysisContext context, IObservationArchive archive, Func<IEnumerable<StateBlock>, IReadOnlyList<ScoreResult>> score, AnalysisRequest? request = null)
    {
        var clock = new Stopwatch();
        clock.Start();
        var made = Methods.Catalog.Create(method, context);
        var reports = new List<StretchReport>();
        var trial = new MethodTrial(method) { IsSmoother = made.IsSmoother };
        var states = 0L;
        try
        {
            var analyses = made is IStretchedMethod stretched ? stretched.Analyze(archive, request, reports.Add) : made.Analyze(archive, request);
            trial = trial with { Scores = score(Timed(analyses)) };
        }
        catch (DivergenceException fault)
        {
            trial = trial with { Failure = fault.Message };
        }

        return trial with { States = states, Seconds = clock.Elapsed.TotalSeconds, Stretches = reports.Count, Unsound = reports.Count(r => !r.IsSound) };

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
