using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Inference.Sessions;
using Coda.Inference.Sessions.Graphs;

namespace Coda.Inference.Assimilation;

/// <summary>A trained network on a ring or torus of another size than it was trained on: by tiles, and as many steps a run as keep its memory that of the
/// trained size.</summary>
/// <remarks>The tiles and pieces depend on the grid's size and the options only, so that neither workers nor the request change a bit. Of a ring's graph the
/// size is changed in memory; the tiles of a torus have the size of the trained one, so that its graph runs as it is.</remarks>
internal sealed class TiledAnalysis
{
    // With the released network, whose halos are 16 sites, tiles of 352 cost 1.11 times as much, of 1056 .95.
    private const int TileWidth = 704;

    // The analyses of a piece, in entries: few enough that a piece's observations stay tens of megabytes, many enough that its halo in time is not read too
    // often.
    private const int PieceEntries = 3 << 19;

    private const int PiecesPerWorker = 4;
    private const int BytesPerEntry = 16; // values and mask, states and spread

    private readonly OnnxModel _model;
    private readonly ModelCard _card;
    private readonly string _role;
    private readonly bool _isStretch;
    private readonly ITiles _tiles;
    private readonly bool _isRing;
    private readonly int _rows; // of one run
    private readonly int _length; // of a piece

    /// <summary>Chooses the tiles.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="card">Its card on the archive's ring or torus.</param>
    /// <param name="isStretch">Whether stretches are read, or windows.</param>
    /// <param name="steps">The steps that one run analyzes on the trained size.</param>
    /// <exception cref="ModelMismatchException">The network is not the same everywhere on a ring.</exception>
    public TiledAnalysis(OnnxModel model, ModelCard card, bool isStretch, int steps)
    {
        (_model, _card, _role) = (model, card, isStretch ? ModelRoles.AnalysisStretch : ModelRoles.Analysis);
        _isRing = card.Layout.SharedGrid is not Torus;
        _tiles = _isRing ? RingOf(model.RequireRing(_role, card.SiteCount))
            : new TorusTiles(card.Layout.SharedGrid!, model.Card.Layout.SharedGrid!, card.Reach!.Value, card.Layout.Fields.Count);
        (_isStretch, _length) = (isStretch, LengthOf(steps, card.SiteCount));
        _rows = (int)Math.Clamp((long)steps * model.Card.SiteCount / _tiles.Width, 1, _length);

        RingTiles RingOf(RingGraph graph) => new(card.SiteCount, TileWidth, graph.Reach, graph.Period);
    }

    /// <summary>Adds the memory that an analysis takes, about: pieces are cut so that they stay small.</summary>
    /// <param name="need">Where to.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="workers">The pieces worked on at the same time.</param>
    /// <param name="steps">The steps that one run analyzes on the trained size.</param>
    /// <param name="halfWidth">The half-width of the network's window.</param>
    public static MemoryNeed Memory(MemoryNeed need, ArchiveDescription archive, int workers, int steps, int halfWidth)
    {
        var length = LengthOf(steps, archive.SiteCount);
        return need.Add(
            string.Create(
                CultureInfo.InvariantCulture, $"observations and states of {PiecesPerWorker * workers} pieces "
                    + $"of {length + (2 * halfWidth):G4} steps and {archive.SiteCount} sites"), BytesPerEntry,
            PiecesPerWorker, workers, length + (2.0 * halfWidth), archive.SiteCount);
    }

    /// <summary>Analyzes an archive.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps, how many workers.</param>
    /// <param name="isNowcast">Whether what was observed after a step is left out; for windows.</param>
    public IEnumerable<StateBlock> Analyze(IObservationArchive archive, AnalysisRequest request, bool isNowcast)
    {
        var (outputs, sites, window) = (Outputs(), _card.SiteCount, (2 * _card.HalfWidth) + 1);
        var input = _card.Input(archive.Description.Sigma);
        var seen = isNowcast ? _card.HalfWidth + 1 : window;
        return PieceByPiece.Analyze(archive, request, _length, _card.HalfWidth, Bind, (run, piece) =>
        {
            var count = (int)piece.Steps.Count;
            var estimates = Array.ConvertAll(outputs, _ => new float[count * sites]); // [time, site]
            for (var first = 0; first < count; first += _rows)
            {
                request.Cancellation.ThrowIfCancellationRequested();
                var rows = Math.Min(_rows, count - first);
                var steps = new StepRange(piece.Steps.Start + first, piece.Steps.Start + first + rows).Widen(_card.HalfWidth, _card.HalfWidth);
                var channels = new float[_card.InputChannels * steps.Count * sites];
                input.Fill(piece.Observations, steps, steps.End, channels);
                for (var tile = 0; tile < _tiles.Count; tile++)
                {
                    Fill(run, tile, channels, rows, seen);
                    run.Run();
                    for (var output = 0; output < outputs.Length; output++)
                    {
                        _tiles.Put(tile, run.Output(output), estimates[output].AsSpan(first * sites, rows * sites));
                    }
                }
            }

            if (estimates.Length > 1)
            {
                SpreadBound.Apply(estimates[1], _card);
            }

            return piece.Block(estimates[0], sites, estimates.Length > 1 ? estimates[1] : default);
        });

        BoundGraph Bind()
        {
            TensorBinding[] inputs =
            [
                _isStretch ? new TensorBinding(ModelFolder.Observations, _card.InputChannels, _rows + window - 1, _tiles.Width)
                    : new TensorBinding(ModelFolder.Observations, _rows, _card.InputChannels, window, _tiles.Width),
            ];
            return _isRing ? _model.BindRing(_role, inputs, outputs) : _model.Bind(_role, inputs, outputs);
        }
    }

    // A part of NetworkMethod.PieceLength, so that parts hold whole pieces.
    private static int LengthOf(int steps, int sites)
    {
        var length = steps;
        while (length % 2 == 0 && (long)length * sites > PieceEntries)
        {
            length /= 2;
        }

        return length;
    }

    // What a run of some rows reads of a tile, out of the channels of their steps; rows that are not wanted are unobserved.
    private void Fill(BoundGraph run, int tile, ReadOnlySpan<float> channels, int rows, int seen)
    {
        var input = run.Input(0);
        if (_isStretch)
        {
            Fill(tile, channels, 0, rows + (2 * _card.HalfWidth), input); // [channel, time, width]
            return;
        }

        var window = input.Length / _rows;
        for (var row = 0; row < _rows; row++)
        {
            Fill(tile, channels, row, row < rows ? seen : 0, input.Slice(row * window, window)); // [channel, time, width] of each window
        }
    }

    // The channels of some steps of a tile; what is beyond them is unobserved.
    private void Fill(int tile, ReadOnlySpan<float> channels, int start, int count, Span<float> input)
    {
        var (whole, size) = (channels.Length / _card.InputChannels, input.Length / _card.InputChannels);
        var (from, length) = (count > 0 ? start * _card.SiteCount : 0, count * _card.SiteCount);
        for (var channel = 0; channel < _card.InputChannels; channel++)
        {
            _tiles.Cut(tile, channels.Slice((channel * whole) + from, length), input.Slice(channel * size, size));
        }
    }

    private TensorBinding[] Outputs()
    {
        var state = new TensorBinding(ModelFolder.State, _rows, _tiles.Width);
        return _card.HasSpread(_role) ? [state, state with { Name = ModelFolder.Spread }] : [state];
    }
}
