using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation;

/// <summary>Keeps an analysis below a bound on the process's memory, whatever the archive's length.</summary>
public static class AnalysisMemory
{
    // Observations and states, in single precision, of a piece.
    private const long BytesPerEntry = 8;

    /// <summary>The largest number of workers within a bound (<see cref="MemoryBound"/>), measured on the record's first pieces; told from sizes where
    /// a method has none.</summary>
    /// <param name="bytes">The bound on the memory of the whole process.</param>
    /// <param name="workers">The workers asked for; 0 for one on each core.</param>
    /// <param name="method">What analyzes.</param>
    /// <param name="archive">What is analyzed.</param>
    /// <param name="cancellation">Stops the measurement.</param>
    /// <exception cref="ArgumentException">One worker alone needs more; the message says how much.</exception>
    public static int Workers(long bytes, int workers, AssimilationMethod method, IObservationArchive archive, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(archive);
        if (method.PieceLength is not { } piece)
        {
            // From a trajectory's start to its end, of which no part is like the whole.
            return MemoryBound.Workers(
                bytes, workers, count => method.Memory(archive.Description, count), "take fewer members, a shorter lag, or shorter windows or stretches.");
        }

        var each = BytesPerEntry * MemoryBound.ItemsPerWorker * piece * (archive.Description.SiteCount + method.Layout.Size);
        return MemoryBound.Workers(bytes, workers, method.Memory(archive.Description, 1), each, Analyze, "take a method with smaller pieces or windows.");

        void Analyze(int count)
        {
            var steps = archive.Description.Steps;
            var pieces = count * MemoryBound.ItemsPerWorker;
            var first = steps.Intersect(new StepRange(steps.Start, steps.Start + ((long)pieces * piece)));
            var ofOne = (first.Count + piece - 1) / piece;
            var trajectories = (int)Math.Min((pieces + ofOne - 1) / ofOne, archive.Description.TrajectoryCount);
            foreach (var _ in method.Analyze(archive,
                new AnalysisRequest { Trajectories = [.. Enumerable.Range(0, trajectories)], Steps = first, Workers = count, Cancellation = cancellation }))
            {
            }
        }
    }
}
