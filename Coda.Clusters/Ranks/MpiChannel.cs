using MPI;
using Calls = MPI.Unsafe;

namespace Coda.Clusters.Ranks;

/// <summary>Messages between ranks. None of its calls waits, so that one lock serves all threads.</summary>
internal sealed class MpiChannel
{
    private readonly Lock _lock = new();

    /// <summary>Begins to send.</summary>
    /// <param name="rank">To whom.</param>
    /// <param name="tag">What kind of message it is.</param>
    /// <param name="bytes">The first byte, which stays where and as it is until the request is done.</param>
    /// <param name="count">How many.</param>
    public int Send(int rank, int tag, nint bytes, int count)
    {
        lock (_lock)
        {
            Require(Calls.MPI_Isend(bytes, count, Calls.MPI_BYTE, rank, tag, Calls.MPI_COMM_WORLD, out var request));
            return request;
        }
    }

    /// <summary>Begins to receive.</summary>
    /// <param name="rank">From whom.</param>
    /// <param name="tag">What kind of message.</param>
    /// <param name="bytes">Where to, and kept there until the request is done.</param>
    /// <param name="count">How many at most.</param>
    public int Receive(int rank, int tag, nint bytes, int count)
    {
        lock (_lock)
        {
            Require(Calls.MPI_Irecv(bytes, count, Calls.MPI_BYTE, rank, tag, Calls.MPI_COMM_WORLD, out var request));
            return request;
        }
    }

    /// <summary>Whether a request is done; one that is may be asked of again.</summary>
    /// <param name="request">The request.</param>
    public bool IsDone(ref int request)
    {
        lock (_lock)
        {
            Require(Calls.MPI_Test(ref request, out var done, out _));
            return done != 0;
        }
    }

    /// <summary>Gives a receive up that nobody will send to, and waits until it is given up: MPI does not come to an end before.</summary>
    /// <param name="request">The request.</param>
    public void Cancel(ref int request)
    {
        lock (_lock)
        {
            if (request == Calls.MPI_REQUEST_NULL || Calls.MPI_Cancel(ref request) != 0)
            {
                return;
            }
        }

        while (!IsDone(ref request))
        {
            Thread.Yield();
        }
    }

    /// <summary>Ends all ranks at once, those that do not answer too.</summary>
    /// <param name="exitCode">What they end with.</param>
    public void Abort(int exitCode)
    {
        lock (_lock)
        {
            _ = Calls.MPI_Abort(Calls.MPI_COMM_WORLD, exitCode);
        }
    }

    private static void Require(int code)
    {
        if (code != 0)
        {
            throw new LostRankException($"MPI: {MPI.Environment.TranslateErrorIntoException(code).Message.TrimEnd('.')}. {RankWatch.Cure}", null);
        }
    }
}
