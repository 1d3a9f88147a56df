using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation;

/// <summary>Analyzes an archive piece by piece on several workers.</summary>
public static class PieceByPiece
{
    /// <summary>Analyzes every piece and gives the blocks in order.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps, how many workers.</param>
    /// <param name="length">The steps of a piece.</param>
    /// <param name="halo">The steps added on each side.</param>
    /// <param name="make">Makes one worker's scratch memory.</param>
    /// <param name="analyze">Analyzes one piece.</param>
    public static IEnumerable<StateBlock> Analyze<TScratch>(
        IObservationArchive archive, AnalysisRequest request, int length, int halo, Func<TScratch> make, Func<TScratch, Piece, StateBlock> analyze)
        where TScratch : class
    {
        var trajectories = request.Trajectories?.Count ?? archive.Description.TrajectoryCount;
        var total = (double)trajectories * (request.Steps ?? archive.Description.Steps).Count;
        var done = 0L;
        foreach (var block in InOrder.Map(Piece.Of(archive, request, length, halo), InOrder.Workers(request.Workers), make, analyze, request.Cancellation))
        {
            done += block.Count;
            request.Progress?.Report(done / total);
            yield return block;
        }
    }
}
