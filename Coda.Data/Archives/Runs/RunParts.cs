using System.Collections.Concurrent;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>Makes a table part by part: while one is flushed to disk, the next is read, computed and written.</summary>
public static class RunParts
{
    // About 16 MB of states: seconds to minutes of work.
    private const long ValuesPerPart = 1 << 22;

    /// <summary>The most parts that a table is cut into.</summary>
    public const int Most = 1_000_000;

    /// <summary>The number of states in a part, about.</summary>
    /// <param name="states">The number that was asked for, at least 1; by default as many as take 16 MB.</param>
    /// <param name="stateSize">The length of a state.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number below 1.</exception>
    public static long StatesOf(long? states, int stateSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(states ?? 1, 1, nameof(states));
        return states ?? Math.Max(1, ValuesPerPart / stateSize);
    }

    /// <summary>Makes the parts of a run that are missing, and lets the table count when all are there.</summary>
    /// <param name="run">The run.</param>
    /// <param name="make">Gives the states of a part, sorted by (trajectory, step, lead).</param>
    /// <param name="warnings">Takes the warnings of all parts; nobody by default.</param>
    /// <param name="progress">Told the share of all missing parts that is done, in [0, 1].</param>
    /// <param name="confirm">Called before a part counts; throws where what it was made from is there no more
    /// (<see cref="ParquetArchive.RequireSame"/>).</param>
    /// <param name="cancellation">Stops between blocks of states; finished parts stay.</param>
    /// <returns>Whether the table is whole; if not, other shards have parts to make.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; finished parts stay.</exception>
    /// <exception cref="IOException">The disk is full or fails; finished parts stay.</exception>
    public static bool Make(
        TableRun run, Func<PartWork, IEnumerable<StateBlock>> make, ResultWarnings? warnings = null, IProgress<double>? progress = null, Action? confirm = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(make);
        var (total, done) = ((double)run.Pending.Sum(p => p.RowCount), 0L);
        var ofParts = new List<IReadOnlyList<ResultWarning>>();
        var commit = Task.CompletedTask;
        try
        {
            foreach (var part in run.Pending)
            {
                var (before, found, unsound) = (done, new ResultWarnings(), new ConcurrentQueue<UnsoundStretch>());
                var share = new Share(ofPart => progress?.Report((before + (ofPart * part.RowCount)) / total));
                var staged = run.Stage(part, Until(make(new PartWork(part, found, unsound.Enqueue, share)), cancellation));
                done += part.RowCount;
                try
                {
                    confirm?.Invoke();
                    commit.GetAwaiter().GetResult();
                }
                catch
                {
                    File.Delete(staged.Path);
                    throw;
                }

                ofParts.Add(found.All);
                commit = Task.Run(() => run.Commit(staged, found.All, [.. unsound]), CancellationToken.None);
            }

            commit.GetAwaiter().GetResult();
            Tell(warnings, ofParts);
        }
        catch
        {
            // The commit under way uses the run; told is what stopped us, not what it came to.
            Task.WhenAny(commit).Wait(CancellationToken.None);
            throw;
        }

        return run.TrySeal();
    }

    // A run failed only where every part did.
    private static void Tell(ResultWarnings? warnings, List<IReadOnlyList<ResultWarning>> ofParts)
    {
        var hasFailed = ofParts.TrueForAll(part => part.Any(w => w.IsFailure));
        foreach (var warning in ofParts.SelectMany(part => part))
        {
            warnings?.Add(warning with { IsFailure = warning.IsFailure && hasFailed });
        }
    }

    private static IEnumerable<StateBlock> Until(IEnumerable<StateBlock> blocks, CancellationToken cancellation)
    {
        foreach (var block in blocks)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return block;
        }
    }

    private sealed class Share(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
