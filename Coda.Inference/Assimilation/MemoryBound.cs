using System.Diagnostics;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation;

/// <summary>Keeps an analysis below a bound on the process's memory, whatever the archive's length, by the number of its workers.</summary>
/// <remarks>
/// What a worker takes is measured on the record's first pieces: ONNX Runtime's arena, bindings and pieces under way. Reading and writing need the same memory
/// at any length. Bits do not depend on the number of workers, so that they do not depend on the bound.
/// </remarks>
public static class MemoryBound
{
    // For row groups being read, encoded and compressed, and for what the collector has not met yet.
    private const long Reserve = 64_000_000;

    // Each worker has up to three pieces under way, and some wait in order.
    private const int PiecesPerWorker = 4;

    /// <summary>The largest number of workers within a bound, at most as many as were asked for.</summary>
    /// <param name="bytes">The bound on the memory of the whole process.</param>
    /// <param name="workers">The workers asked for; 0 for one on each core.</param>
    /// <param name="method">What analyzes.</param>
    /// <param name="archive">What is analyzed.</param>
    /// <param name="cancellation">Stops the measurement.</param>
    /// <exception cref="ArgumentException">The method holds whole trajectories, or one worker alone needs more; the message says how much.</exception>
    public static int Workers(long bytes, int workers, AssimilationMethod method, IObservationArchive archive, CancellationToken cancellation = default)
    {
        var piece = method.PieceLength ?? throw new ArgumentException(
            $"Memory bound: expected a method that analyzes piece by piece (network, space-time-optimal-interpolation, climatology), got '{method.Name}', "
                + "which holds whole trajectories.");
        var wanted = InOrder.Workers(workers);
        using (var process = Process.GetCurrentProcess())
        {
            method.Memory(archive.Description, 1)
                .Add("the process and what it reserves", process.WorkingSet64 + Reserve)
                .RequireWithin(bytes, "Raise the bound, or take a method with smaller pieces.");
        }

        var one = After(1);
        if (one + Reserve > bytes)
        {
            throw new ArgumentException($"Memory bound: expected at least {Megabytes(one + Reserve)} MB (one worker of this model on this record), got "
                + $"{Megabytes(bytes)} MB.");
        }

        if (wanted == 1)
        {
            return 1;
        }

        var least = 8L * PiecesPerWorker * piece * (archive.Description.SiteCount + method.Layout.Size);
        var each = Math.Max(After(2) - one, least);
        return (int)Math.Clamp(1 + ((bytes - Reserve - one) / each), 1, wanted);

        long After(int count)
        {
            var steps = archive.Description.Steps;
            var pieces = count * PiecesPerWorker;
            var first = steps.Intersect(new StepRange(steps.Start, steps.Start + ((long)pieces * piece)));
            var ofOne = (first.Count + piece - 1) / piece;
            var trajectories = (int)Math.Min((pieces + ofOne - 1) / ofOne, archive.Description.TrajectoryCount);
            foreach (var _ in method.Analyze(archive,
                new AnalysisRequest { Trajectories = [.. Enumerable.Range(0, trajectories)], Steps = first, Workers = count, Cancellation = cancellation }))
            {
            }

            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }

    /// <summary>The most memory that the process has had, in bytes.</summary>
    public static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static long Megabytes(long bytes) => (bytes + 999_999) / 1_000_000;
}
