using System.Diagnostics;
using System.Runtime.InteropServices;
using Coda.Clusters.Launching;
using Coda.Data.Foundation;
using MPI;

namespace Coda.Clusters.Ranks;

/// <summary>Ranks that a launcher started, on one machine or several, and that speak through MPI.</summary>
/// <remarks>
/// Sums go around the ranks as through a pipe, in pieces: first each adds its own to what the rank before has left, then the sum of all goes on to those that
/// lack it. So every link carries an array twice, however many ranks there are, and the order of additions is that of the ranks. Not thread-safe. One a
/// process, for MPI starts once.
/// </remarks>
public sealed class MpiRanks : IRankGroup
{
    private const int GatherTag = 1;
    private const int SumTag = 2;
    private const int TotalTag = 5;
    private const int RestTag = 6;
    private const int Inline = 1024; // bytes of a message that most of what is gathered fits into
    private const int Piece = 32 * 1024; // numbers

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    private readonly MPI.Environment _environment;
    private readonly MpiChannel _channel = new();
    private readonly RankWatch _watch;
    private readonly byte[] _out = GC.AllocateArray<byte>(Inline, pinned: true);
    private readonly byte[] _in;

    private MpiRanks(MPI.Environment environment, int rank, int size)
    {
        (_environment, Rank, Size) = (environment, rank, size);
        _in = GC.AllocateArray<byte>(Inline * size, pinned: true);
        _watch = new RankWatch(_channel, rank, size);
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>Whether this rank speaks for all: the first that is not lost.</summary>
    public bool Speaks => Rank == (_watch.Lost == 0 ? 1 : 0);

    /// <summary>Meets the other ranks.</summary>
    /// <param name="launched">What the launcher has told.</param>
    /// <exception cref="DllNotFoundException">This machine has no MPI that can be used.</exception>
    /// <exception cref="NotSupportedException">The launcher and the MPI of this machine do not understand each other.</exception>
    public static MpiRanks Join(LaunchedRank launched)
    {
        ArgumentNullException.ThrowIfNull(launched);
        MpiLibrary.Load();
        string[] none = [];
        var environment = new MPI.Environment(ref none, Threading.Serialized);
        var (rank, size) = (Communicator.world.Rank, Communicator.world.Size);
        if (size != launched.Size || MPI.Environment.Threading < Threading.Serialized)
        {
            environment.Dispose();
            throw new NotSupportedException(size != launched.Size
                ? $"MPI: expected the {launched.Size} ranks that the launcher started, got {size}. Launcher and library must be of one MPI: start the ranks "
                    + "with mpirun.mpich, or srun --mpi=pmi2."
                : $"MPI: expected a library that several threads may call in turn (serialized), got one for {MPI.Environment.Threading}. Take another build "
                    + "of it.");
        }

        return new MpiRanks(environment, rank, size);
    }

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> own)
    {
        // Length and first bytes of all at once; what is longer follows.
        BitConverter.TryWriteBytes(_out, own.Length);
        own[..Math.Min(own.Length, Inline - sizeof(int))].CopyTo(_out.AsSpan(sizeof(int)));
        var others = Enumerable.Range(0, Size).Where(rank => rank != Rank).ToArray();
        var receives = Array.ConvertAll(others, rank => _channel.Receive(rank, GatherTag, At(_in, rank * Inline), Inline));
        var count = Math.Min(Inline, own.Length + sizeof(int));
        var sends = Array.ConvertAll(others, rank => _channel.Send(rank, GatherTag, At(_out, 0), count));
        Await(receives);
        Await(sends);
        var gathered = new byte[Size][];
        gathered[Rank] = GC.AllocateUninitializedArray<byte>(own.Length, pinned: true);
        own.CopyTo(gathered[Rank]);
        foreach (var rank in others)
        {
            var length = BitConverter.ToInt32(_in, rank * Inline);
            gathered[rank] = GC.AllocateUninitializedArray<byte>(length, pinned: true);
            _in.AsSpan((rank * Inline) + sizeof(int), Math.Min(length, Inline - sizeof(int))).CopyTo(gathered[rank]);
        }

        GatherRest(gathered, others);
        return gathered;
    }

    /// <inheritdoc/>
    public void Accumulate(float[] sum, Action<int, int> add)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentNullException.ThrowIfNull(add);
        var pinned = GCHandle.Alloc(sum, GCHandleType.Pinned);
        Accumulate(pinned.AddrOfPinnedObject(), sum.Length, add);
        pinned.Free(); // not where another rank was lost: what it has sent may still arrive
    }

    /// <summary>Leaves the others, who must all do so. Where one fails all end: what it says is said once.</summary>
    /// <param name="exitCode">What this rank ends with; 0 where it has done its part.</param>
    /// <param name="text">Why it fails; empty where it does not.</param>
    /// <param name="speak">Says, on the rank that speaks for all, why they fail; on another where that one does not answer.</param>
    public void Leave(int exitCode, string text, Action<string> speak)
    {
        ArgumentNullException.ThrowIfNull(speak);
        var spoke = exitCode != 0 && Speaks;
        if (spoke)
        {
            speak(text);
        }

        _watch.Leave(exitCode, text);
        var answers = OthersLeave(exitCode);
        if (exitCode != 0 && (!answers || _watch.Lost >= 0))
        {
            if (!spoke && (Speaks || !answers))
            {
                speak($"Rank {Rank} of {Size}: {text}");
            }

            RanksEnd.Now(_channel, exitCode);
        }

        _watch.Stop(Patience);
        using (RanksEnd.Within(Patience, exitCode))
        {
            if (exitCode == 0)
            {
                _ = Gather([]); // nobody sends any more
            }

            _watch.Dispose();
            _environment.Dispose();
        }
    }

    // Whether all others that are not lost leave, too: where this one fails, within a time.
    private bool OthersLeave(int exitCode)
    {
        var start = Stopwatch.GetTimestamp();
        while (!_watch.AllLeave)
        {
            if (exitCode == 0)
            {
                _watch.Require();
            }
            else if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                return false;
            }

            Thread.Sleep(2);
        }

        return true;
    }

    private static nint At(byte[] pinned, int index) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, index);

    private void GatherRest(byte[][] gathered, int[] others)
    {
        const int first = Inline - sizeof(int);
        var own = gathered[Rank];
        var receives = others.Where(rank => gathered[rank].Length > first)
            .Select(rank => _channel.Receive(rank, RestTag, At(gathered[rank], first), gathered[rank].Length - first)).ToArray();
        var sends = own.Length > first ? Array.ConvertAll(others, rank => _channel.Send(rank, RestTag, At(own, first), own.Length - first)) : [];
        Await(receives);
        Await(sends);
    }

    private void Accumulate(nint sum, int length, Action<int, int> add)
    {
        var (last, pieces) = (Size - 1, (length + Piece - 1) / Piece);
        (nint At, int Bytes) Place(int piece) => (sum + ((nint)piece * Piece * sizeof(float)), Math.Min(Piece, length - (piece * Piece)) * sizeof(float));
        int[] Receives(int from, int tag) => [.. Enumerable.Range(0, pieces).Select(i => _channel.Receive(from, tag, Place(i).At, Place(i).Bytes))];

        var (arriving, sends) = (Rank > 0 ? Receives(Rank - 1, SumTag) : [], new int[pieces]);
        for (var piece = 0; piece < pieces; piece++)
        {
            if (Rank > 0)
            {
                Await(ref arriving[piece]);
            }

            add(piece * Piece, Math.Min(length, (piece + 1) * Piece));
            sends[piece] = _channel.Send((Rank + 1) % Size, Rank < last ? SumTag : TotalTag, Place(piece).At, Place(piece).Bytes);
        }

        Await(sends); // before the sum of all takes the place of what was sent
        if (Rank == last)
        {
            return;
        }

        arriving = Receives((Rank + last) % Size, TotalTag);
        for (var piece = 0; piece < pieces; piece++)
        {
            Await(ref arriving[piece]);
            sends[piece] = Rank < last - 1 ? _channel.Send(Rank + 1, TotalTag, Place(piece).At, Place(piece).Bytes) : sends[piece];
        }

        Await(sends);
    }

    private void Await(int[] requests)
    {
        for (var i = 0; i < requests.Length; i++)
        {
            Await(ref requests[i]);
        }
    }

    // Others are at work for some milliseconds in each step, and perhaps for hours while rank 0 makes files.
    private void Await(ref int request)
    {
        for (var looks = 0; !_channel.IsDone(ref request); looks++)
        {
            _watch.Require();
            if (looks < 1_000)
            {
                Thread.SpinWait(20);
            }
            else if (looks < 20_000)
            {
                Thread.Yield();
            }
            else
            {
                Thread.Sleep(1);
            }
        }
    }
}
