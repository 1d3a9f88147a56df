using System.Runtime.ExceptionServices;
using Coda.Data.Foundation;

namespace Coda.Tests.Clusters;

/// <summary>Ranks that are threads of this process.</summary>
internal sealed class ThreadRanks : IRankGroup
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Table _table;

    private ThreadRanks(Table table, int rank) => (_table, Rank) = (table, rank);

    public int Rank { get; }

    public int Size => _table.Told.Length;

    /// <summary>Has every rank do the same, and gives what comes of it, by rank; the fault of the first that fails.</summary>
    public static T[] Run<T>(int count, Func<IRankGroup, T> work)
    {
        var (table, results, faults) = (new Table(count), new T[count], new Exception?[count]);
        var threads = Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new ThreadRanks(table, rank));
            }
            catch (Exception fault)
            {
                faults[rank] = fault;
                table.Ends.Cancel();
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (faults.FirstOrDefault(fault => fault is not null and not OperationCanceledException) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        return results;
    }

    public byte[][] Gather(ReadOnlySpan<byte> own)
    {
        _table.Told[Rank] = own.ToArray();
        Meet();
        var all = _table.Told.Select(bytes => bytes.ToArray()).ToArray();
        Meet();
        return all;
    }

    public void Accumulate(float[] sum, Action<int, int> add)
    {
        for (var rank = 0; rank < Size; rank++)
        {
            if (rank == Rank)
            {
                (_table.Sum ?? sum).CopyTo(sum, 0);
                add(0, sum.Length / 2);
                add(sum.Length / 2, sum.Length);
                _table.Sum = [.. sum];
            }

            Meet();
        }

        _table.Sum!.CopyTo(sum, 0);
        Meet();
        _table.Sum = null;
        Meet();
    }

    private void Meet() => Assert.IsTrue(_table.Meeting.SignalAndWait(Patience, _table.Ends.Token), "The ranks did not meet.");

    private sealed class Table(int count)
    {
        public byte[][] Told { get; } = new byte[count][];

        public Barrier Meeting { get; } = new(count);

        public CancellationTokenSource Ends { get; } = new();

        public float[]? Sum { get; set; }
    }
}
