using System.Diagnostics;
using System.Runtime.InteropServices;
using MPI;

namespace Coda.Clusters.Ranks;

/// <summary>Notices on a thread of its own when another rank is lost: each rank sends the next one a sign of life four times a second, and tells all when the
/// one before it has fallen silent.</summary>
/// <remarks>A launcher that notices by itself that a process is dead (MPICH's, Slurm) says so and kills the others at once; this notices the rest: a machine
/// that is gone, a process that was stopped.</remarks>
internal sealed class RankWatch : IDisposable
{
    /// <summary>What to do about a rank that was lost.</summary>
    public const string Cure = "Every file is whole. Run the same command again to go on from the last checkpoint, with any number of ranks.";

    private const int BeatTag = 3;
    private const int NoteTag = 4;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly MpiChannel _channel;
    private readonly int _rank;
    private readonly int _size;
    private readonly ManualResetEventSlim _stops = new();
    private readonly Thread _thread;
    private readonly byte[] _beatIn = GC.AllocateArray<byte>(sizeof(long), pinned: true);
    private readonly byte[] _beatOut = GC.AllocateArray<byte>(sizeof(long), pinned: true);
    private readonly byte[] _noteIn = GC.AllocateArray<byte>(RankNote.Size, pinned: true);
    private readonly List<(byte[] Bytes, int Request)> _notes = []; // that were sent
    private readonly RankNote?[] _left; // by rank, once it has told that it leaves
    private volatile LostRankException? _failure;
    private volatile int _lost = -1;
    private int _receivesBeat;
    private int _receivesNote;
    private int _sendsBeat;

    /// <summary>Begins to watch.</summary>
    /// <param name="channel">Where messages go.</param>
    /// <param name="rank">This rank.</param>
    /// <param name="size">The number of ranks, at least 2.</param>
    public RankWatch(MpiChannel channel, int rank, int size)
    {
        (_channel, _rank, _size, _left) = (channel, rank, size, new RankNote?[size]);
        _receivesBeat = Receive(Before, BeatTag, _beatIn);
        _receivesNote = Receive(Communicator.anySource, NoteTag, _noteIn);
        _sendsBeat = Send(After, BeatTag, _beatOut);
        _thread = new Thread(Run) { IsBackground = true, Name = "rank watch" };
        _thread.Start();
    }

    /// <summary>The rank that was lost; -1 for none.</summary>
    public int Lost => _lost;

    private int Before => (_rank + _size - 1) % _size;

    private int After => (_rank + 1) % _size;

    /// <summary>Fails where another rank has failed, was lost, or has left the others at work.</summary>
    /// <exception cref="LostRankException">It has.</exception>
    public void Require()
    {
        if (_failure is { } failure)
        {
            throw new LostRankException(failure.Message, failure.ExitCode);
        }
    }

    /// <summary>Tells all others that this rank leaves.</summary>
    /// <param name="exitCode">What it ends with.</param>
    /// <param name="text">Why, where it fails.</param>
    public void Leave(int exitCode, string text) => Tell(new RankNote(_rank, -1, exitCode, text));

    /// <summary>Whether all others that are not lost have told that they leave.</summary>
    public bool AllLeave => Enumerable.Range(0, _size).All(rank => rank == _rank || rank == _lost || Volatile.Read(ref _left[rank]) is not null);

    /// <summary>Ends the watch: sends no more, and waits until what it sent is on its way.</summary>
    /// <param name="patience">How long to wait at most.</param>
    public void Stop(TimeSpan patience)
    {
        _stops.Set();
        _thread.Join();
        var start = Stopwatch.GetTimestamp();
        while (!_channel.IsDone(ref _sendsBeat) || !_notes.TrueForAll(IsSent))
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                return;
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>Takes what has arrived, and gives outstanding receives up; no other rank sends any more.</summary>
    public void Dispose()
    {
        Receive();
        _channel.Cancel(ref _receivesBeat);
        _channel.Cancel(ref _receivesNote);
        _stops.Dispose();
    }

    private bool IsSent((byte[] Bytes, int Request) note) => _channel.IsDone(ref note.Request);

    private static nint At(byte[] pinned) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    private int Receive(int rank, int tag, byte[] into) => _channel.Receive(rank, tag, At(into), into.Length);

    private int Send(int rank, int tag, byte[] from) => _channel.Send(rank, tag, At(from), from.Length);

    private void Run()
    {
        var (heard, looked) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        try
        {
            while (!_stops.Wait(Interval))
            {
                // A process that was stopped itself has heard nothing meanwhile; that says nothing of the others.
                heard = IsHeard() || Stopwatch.GetElapsedTime(looked) > 4 * Interval ? Stopwatch.GetTimestamp() : heard;
                looked = Stopwatch.GetTimestamp();
                if (_lost < 0 && _left[Before] is null && Stopwatch.GetElapsedTime(heard) > Silence)
                {
                    Lose(Before);
                    Tell(new RankNote(_rank, Before, 0, ""));
                }
            }
        }
        catch (LostRankException fault)
        {
            _failure ??= fault;
        }
    }

    private bool IsHeard()
    {
        if (_channel.IsDone(ref _sendsBeat))
        {
            _sendsBeat = Send(After, BeatTag, _beatOut);
        }

        return Receive();
    }

    // Whether there was a sign of life.
    private bool Receive()
    {
        while (_channel.IsDone(ref _receivesNote))
        {
            Take(RankNote.Of(_noteIn));
            _receivesNote = Receive(Communicator.anySource, NoteTag, _noteIn);
        }

        var isHeard = false;
        while (_channel.IsDone(ref _receivesBeat))
        {
            isHeard = true;
            _receivesBeat = Receive(Before, BeatTag, _beatIn);
        }

        return isHeard;
    }

    private void Take(RankNote note)
    {
        if (note.Lost >= 0)
        {
            Lose(note.Lost);
            return;
        }

        if (note.ExitCode != 0)
        {
            _failure ??= new LostRankException($"Rank {note.From} of {_size} failed: {note.Text}", note.ExitCode);
        }

        Volatile.Write(ref _left[note.From], note);
    }

    private void Lose(int rank)
    {
        _lost = rank; // first, for who fails of it asks who is lost
        _failure ??= new LostRankException(
            $"Rank {rank} of {_size} was lost: expected a sign of life from its process, got none (killed, stopped, or its machine is gone). {Cure}", null);
    }

    private void Tell(RankNote note)
    {
        var bytes = note.Bytes();
        var pinned = GC.AllocateArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned, 0);
        foreach (var rank in Enumerable.Range(0, _size).Where(rank => rank != _rank && rank != note.Lost && rank != _lost))
        {
            lock (_notes)
            {
                _notes.Add((pinned, Send(rank, NoteTag, pinned)));
            }
        }
    }
}
