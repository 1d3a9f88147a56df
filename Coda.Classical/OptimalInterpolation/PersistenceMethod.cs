using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>The last observation of each site, the climatology before the first: what one knows without statistics of space and time.</summary>
[System.ComponentModel.Description("The last value observed at each site.")]
public sealed class PersistenceMethod : AssimilationMethod
{
    private const int PiecesUnderWay = 5; // of one worker
    private const int MostSteps = 1024; // of a piece

    private readonly ObservedSites _sites;
    private readonly int _length;
    private readonly OnFirstUse<float[]> _mean;

    /// <summary>Makes the method; the climatology is estimated on first use.</summary>
    /// <param name="context">The reference observations.</param>
    /// <param name="options">None.</param>
    /// <exception cref="ArgumentException">The observation operator does more than select entries of the state.</exception>
    public PersistenceMethod(AnalysisContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _sites = new ObservedSites(context.Reference.Description);
        _length = PieceMemory.Length(Math.Max(_sites.PointOfSite.Length, _sites.PointOfEntry.Length), MostSteps);
        _mean = new(cancellation => ObservedMean.State(ObservedMean.Of(context.Reference, _sites, cancellation), _sites));
    }

    /// <inheritdoc/>
    public override int? LookAhead => 0;

    /// <inheritdoc/>
    public override StateLayout Layout => _sites.Layout;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) =>
        PieceMemory.Of(Name, archive.SiteCount, Layout.Size, PiecesUnderWay, Math.Min(_length, archive.Steps.Count), 0);

    /// <inheritdoc/>
    /// <remarks>Each step needs the one before, so that the steps are analyzed in order by one worker, from the record's start.</remarks>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        request ??= new AnalysisRequest();
        _sites.Require(Name, archive.Description);
        request.Require(archive.Description, this);
        var record = archive.Description.Steps;
        var wanted = request.Steps ?? record;
        var whole = request.Steps is null ? request : request with { Steps = new StepRange(record.Start, wanted.End) };
        var mean = _mean.Get(request.Cancellation);
        var last = mean.ToArray();
        return PieceByPiece.Analyze(archive, whole with { Workers = 1 }, _length, 0, () => last, (state, piece) => Carry(state, piece, record.Start, mean))
            .Select(block => Within(block, wanted))
            .Where(block => block.Count > 0);
    }

    private StateBlock Carry(float[] state, Piece piece, long start, float[] mean)
    {
        if (piece.Steps.Start == start)
        {
            mean.CopyTo(state, 0);
        }

        var states = new float[piece.Steps.Count * Layout.Size]; // [time, space]
        var entries = _sites.EntryOfSite;
        for (var row = 0; row < piece.Steps.Count; row++)
        {
            for (var site = 0; site < entries.Length; site++)
            {
                var i = (row * entries.Length) + site;
                state[entries[site]] = piece.Observations.Mask[i] != 0 ? piece.Observations.Values[i] : state[entries[site]];
            }

            state.CopyTo(states, row * Layout.Size);
        }

        return piece.Block(states, Layout.Size);
    }

    private static StateBlock Within(StateBlock block, StepRange wanted)
    {
        var shared = new StepRange(block.FirstStep, block.FirstStep + block.Count).Intersect(wanted);
        var start = (int)Math.Max(0, shared.Start - block.FirstStep) * block.StateSize;
        return block with { FirstStep = shared.Start, States = shared.Count == 0 ? default : block.States.Slice(start, (int)shared.Count * block.StateSize) };
    }

    /// <summary>None.</summary>
    public sealed record Options;
}
