using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>A trained network on a ring of another size than it was trained on: by tiles of the ring, and as many steps a run as keep its memory that of the trained ring.</summary>
/// <remarks>The tiles and pieces depend on the ring's size and the options only, so that neither workers nor the request change a bit.</remarks>
internal sealed class RingAnalysis
{
    // With the released network, whose halos are 16 sites, tiles of 352 cost 1.11 times as much, of 1056 .95.
    private const int TileWidth = 704;

    private readonly OnnxModel _model;
    private readonly ModelCard _card;
    private readonly string _file;
    private readonly RingTiles _tiles;

    /// <summary>Chooses the tiles.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="card">Its card on the archive's ring.</param>
    /// <param name="isStretch">Whether stretches are read, or windows.</param>
    /// <param name="steps">The steps that one run analyzes on the trained ring.</param>
    /// <exception cref="ModelMismatchException">The network is not the same everywhere on a ring.</exception>
    public RingAnalysis(OnnxModel model, ModelCard card, bool isStretch, int steps)
    {
        (_model, _card, _file) = (model, card, isStretch ? ModelFolder.AnalysisStretch : ModelFolder.Analysis);
        var graph = model.RequireRing(_file, card.SiteCount);
        _tiles = new RingTiles(card.SiteCount, TileWidth, graph.Reach, graph.Period);
        (IsStretch, Length) = (isStretch, (int)Math.Max(1, (long)steps * model.Card.SiteCount / _tiles.Width));
    }

    /// <summary>The steps of a piece.</summary>
    public int Length { get; }

    private bool IsStretch { get; }

    /// <summary>Analyzes an archive.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps, how many workers.</param>
    /// <param name="isNowcast">Whether what was observed after a step is left out; for windows.</param>
    public IEnumerable<StateBlock> Analyze(IObservationArchive archive, AnalysisRequest request, bool isNowcast)
    {
        var (outputs, sites, window) = (Outputs(), _card.SiteCount, (2 * _card.HalfWidth) + 1);
        var seen = isNowcast ? _card.HalfWidth + 1 : window;
        return PieceByPiece.Analyze(archive, request, Length, _card.HalfWidth, Bind, (run, piece) =>
        {
            var estimates = Array.ConvertAll(outputs, _ => new float[(int)piece.Steps.Count * sites]); // [time, site]
            for (var tile = 0; tile < _tiles.Count; tile++)
            {
                if (IsStretch)
                {
                    Fill(tile, piece.Observations, 0, (int)piece.Observations.Steps.Count, run.Input(0)); // [2, time, width]
                }

                for (var row = 0; row < Length && !IsStretch; row++)
                {
                    Fill(tile, piece.Observations, row, row < piece.Steps.Count ? seen : 0, run.Input(0).Slice(2 * row * window * _tiles.Width, 2 * window * _tiles.Width));
                }

                run.Run();
                for (var output = 0; output < outputs.Length; output++)
                {
                    _tiles.Put(tile, run.Output(output), estimates[output]);
                }
            }

            return piece.Block(estimates[0], sites, estimates.Length > 1 ? estimates[1] : default);
        });

        OnnxRun Bind() => _model.BindRing(
            _file,
            [IsStretch ? new TensorBinding(ModelFolder.Observations, 2, Length + window - 1, _tiles.Width) : new TensorBinding(ModelFolder.Observations, Length, 2, window, _tiles.Width)],
            outputs);
    }

    // Values, then mask, of some steps of a tile; what is beyond them is unobserved.
    private void Fill(int tile, ObservationStretch observations, int start, int count, Span<float> input)
    {
        var (from, length, half) = (start * _card.SiteCount, count * _card.SiteCount, input.Length / 2);
        _tiles.Cut(tile, observations.Values.AsSpan(from, length), input[..half]);
        _tiles.Cut(tile, observations.Mask.AsSpan(from, length), input[half..]);
    }

    private TensorBinding[] Outputs()
    {
        var state = new TensorBinding(ModelFolder.State, Length, _tiles.Width);
        return _card.Files[_file].Outputs.ContainsKey(ModelFolder.Spread) ? [state, state with { Name = ModelFolder.Spread }] : [state];
    }
}
