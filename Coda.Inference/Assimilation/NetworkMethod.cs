using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Windows;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>A trained assimilation network over an archive, on ONNX Runtime: x̂_k = g(y_{k-a}, ..., y_{k+a}).</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), eq. 5. Every worker runs pieces of one shape, so that ONNX Runtime plans its memory once; the last piece is padded with
/// unobserved steps. Where a device lacks the memory, runs are halved and somebody is told (<see cref="SessionSettings.Notices"/>). Both forms agree to rounding. The analyses have a spread where the model gives one.
/// </remarks>
[System.ComponentModel.Description("A trained network, by window of observations.")]
public sealed class NetworkMethod : IAssimilationMethod
{
    private readonly OnnxModel _model;
    private readonly Options _options;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The model; the reference observations are not used.</param>
    /// <param name="options">Form, piece lengths, nowcast.</param>
    /// <exception cref="ArgumentException">No model, or options out of range or at odds with the model.</exception>
    public NetworkMethod(AnalysisContext context, Options options)
    {
        var hasStretch = context.Model?.Has(ModelFolder.AnalysisStretch) ?? true;
        new Faults("network")
            .Require(context.Model is not null, nameof(context.Model), "a trained model", null)
            .Require(options.StretchLength >= 1, nameof(options.StretchLength), "at least 1", options.StretchLength)
            .Require(options.BatchSize >= 1, nameof(options.BatchSize), "at least 1", options.BatchSize)
            .Require(options.Form != NetworkForm.Stretch || hasStretch, nameof(options.Form), $"a form that the model has ({ModelFolder.AnalysisStretch} is not there)", options.Form)
            .Require(options.Form != NetworkForm.Stretch || !options.Nowcast, nameof(options.Nowcast), "the window form, for a nowcast blanks part of every window", options.Form)
            .Require(
                options.Precision != NetworkPrecision.Int8 || (context.Model?.Has(ModelFolder.AnalysisStretchInt8) ?? true), nameof(options.Precision),
                $"a precision that the model has ({ModelFolder.AnalysisStretchInt8} is not there; 'coda quantize' makes it)", options.Precision)
            .Require(
                options.Precision != NetworkPrecision.Int8 || (options.Form != NetworkForm.Window && !options.Nowcast), nameof(options.Precision),
                "float32 for windows and nowcasts", options.Precision)
            .ThrowIfAny();
        (_model, _options) = (context.Model!, options);
        ReadsStretches = options.Form == NetworkForm.Stretch || (options.Form == NetworkForm.Automatic && hasStretch && !options.Nowcast);
    }

    /// <inheritdoc/>
    public string Name => Catalog<IAssimilationMethod>.NameOf(GetType());

    /// <inheritdoc/>
    public bool IsSmoother => !_options.Nowcast;

    /// <inheritdoc/>
    public StateLayout Layout => _model.Card.Layout;

    /// <summary>Whether the stretch form is used.</summary>
    public bool ReadsStretches { get; }

    /// <inheritdoc/>
    /// <exception cref="ModelMismatchException">Archive and card disagree on site count, step length or units.</exception>
    public IEnumerable<StateBlock> Analyze(IObservationArchive archive, AnalysisRequest? request = null)
    {
        request ??= new AnalysisRequest();
        _model.Card.Require(archive.Description);
        WindowSource.Require(archive.Description, _model.Card.HalfWidth);
        request.Require(archive.Description);
        return ReadsStretches ? InStretches(archive, request) : InWindows(archive, request);
    }

    private IEnumerable<StateBlock> InStretches(IObservationArchive archive, AnalysisRequest request)
    {
        var card = _model.Card;
        var length = (int)Math.Min(_options.StretchLength, archive.Description.Steps.Count);
        var file = _options.Precision == NetworkPrecision.Int8 ? ModelFolder.AnalysisStretchInt8 : ModelFolder.AnalysisStretch;
        return InPieces(archive, request, length, file, rows => [2, rows + (2 * card.HalfWidth), card.SiteCount], (run, piece, first, _) =>
        {
            var input = run.Input(0); // [2, time, site]
            var half = input.Length / 2;
            Copy(piece.Observations.Values.AsSpan(first * card.SiteCount), input[..half]);
            Copy(piece.Observations.Mask.AsSpan(first * card.SiteCount), input[half..]);
        });
    }

    private IEnumerable<StateBlock> InWindows(IObservationArchive archive, AnalysisRequest request)
    {
        var card = _model.Card;
        var window = (2 * card.HalfWidth) + 1;
        var size = window * card.SiteCount;
        var seen = (_options.Nowcast ? card.HalfWidth + 1 : window) * card.SiteCount;
        return InPieces(archive, request, _options.BatchSize, ModelFolder.Analysis, rows => [rows, 2, window, card.SiteCount], (run, piece, first, rows) =>
        {
            var input = run.Input(0); // [batch, 2, time, site]
            for (var row = 0; row < rows; row++)
            {
                var (start, length) = first + row < piece.Steps.Count ? ((first + row) * card.SiteCount, seen) : (0, 0);
                Copy(piece.Observations.Values.AsSpan(start, length), input.Slice(2 * row * size, size));
                Copy(piece.Observations.Mask.AsSpan(start, length), input.Slice(((2 * row) + 1) * size, size));
            }
        });
    }

    private IEnumerable<StateBlock> InPieces(
        IObservationArchive archive, AnalysisRequest request, int length, string file, Func<int, long[]> shape, Action<OnnxRun, Piece, int, int> fill)
    {
        var (card, rowsOfRun) = (_model.Card, new RunLength(length, _model.Settings));
        var hasSpread = card.Files[file].Outputs.ContainsKey(ModelFolder.Spread);
        return PieceByPiece.Analyze(
            archive, request, length, card.HalfWidth, () => new PieceRun(rowsOfRun, Bind, fill), (run, piece) => run.Analyze(piece, card.Layout.Size, hasSpread));

        OnnxRun Bind(int rows) => _model.Bind(file, [new TensorBinding(ModelFolder.Observations, shape(rows))], Outputs(file, rows));
    }

    // The states, and their spread where the file gives it.
    private TensorBinding[] Outputs(string file, int rows)
    {
        var state = new TensorBinding(ModelFolder.State, rows, _model.Card.Layout.Size);
        return _model.Card.Files[file].Outputs.ContainsKey(ModelFolder.Spread) ? [state, state with { Name = ModelFolder.Spread }] : [state];
    }

    // What the source lacks is unobserved.
    private static void Copy(ReadOnlySpan<float> source, Span<float> target)
    {
        source = source[..Math.Min(source.Length, target.Length)];
        source.CopyTo(target);
        target[source.Length..].Clear();
    }

    /// <summary>How the network reads; the lengths are the fastest measured on the demo's network, within a few per cent of their neighbours.</summary>
    public sealed record Options
    {
        /// <summary>Stretches or windows.</summary>
        public NetworkForm Form { get; init; }

        /// <summary>The precision of the convolutions, of those that the model has. Eight-bit integers need the stretch form.</summary>
        public NetworkPrecision Precision { get; init; }

        /// <summary>The steps that one run analyzes in the stretch form.</summary>
        public int StretchLength { get; init; } = 64;

        /// <summary>The windows that one run analyzes in the window form.</summary>
        public int BatchSize { get; init; } = 16;

        /// <summary>Whether observations after the centre are left out, as if the step were the newest. Needs the window form, and a network trained on such windows.</summary>
        public bool Nowcast { get; init; }
    }
}
