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
/// unobserved steps. Both forms agree to rounding. The analyses have a spread where the model gives one. A network trained on a ring reads rings of any size.
/// </remarks>
[System.ComponentModel.Description("A trained network, by window of observations.")]
public sealed class NetworkMethod : IAssimilationMethod
{
    private readonly OnnxModel _model;
    private readonly Options _options;

    /// <summary>Makes the method.</summary>
    /// <param name="context">The model; of the reference, only the size of a ring is used.</param>
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
            .ThrowIfAny();
        (_model, _options) = (context.Model!, options);
        Layout = _model.Card.LayoutOn(context.Reference.Description);
        ReadsStretches = options.Form == NetworkForm.Stretch || (options.Form == NetworkForm.Automatic && hasStretch && !options.Nowcast);
    }

    /// <inheritdoc/>
    public string Name => Catalog<IAssimilationMethod>.NameOf(GetType());

    /// <inheritdoc/>
    public bool IsSmoother => !_options.Nowcast;

    /// <inheritdoc/>
    public StateLayout Layout { get; }

    /// <summary>Whether the stretch form is used.</summary>
    public bool ReadsStretches { get; }

    /// <inheritdoc/>
    /// <exception cref="ModelMismatchException">
    /// Archive and card disagree on step length or units, or on the site count and not both are rings, or the network is not the same everywhere on its ring.
    /// </exception>
    public IEnumerable<StateBlock> Analyze(IObservationArchive archive, AnalysisRequest? request = null)
    {
        request ??= new AnalysisRequest();
        var card = _model.Card.On(archive.Description);
        WindowSource.Require(archive.Description, _model.Card.HalfWidth);
        request.Require(archive.Description);
        if (card.SiteCount != _model.Card.SiteCount)
        {
            return new RingAnalysis(_model, card, ReadsStretches, ReadsStretches ? _options.StretchLength : _options.BatchSize).Analyze(archive, request, _options.Nowcast);
        }

        return ReadsStretches ? InStretches(archive, request) : InWindows(archive, request);
    }

    private IEnumerable<StateBlock> InStretches(IObservationArchive archive, AnalysisRequest request)
    {
        var card = _model.Card;
        var length = (int)Math.Min(_options.StretchLength, archive.Description.Steps.Count);
        var outputs = Outputs(ModelFolder.AnalysisStretch, length);
        return PieceByPiece.Analyze(archive, request, length, card.HalfWidth, Bind, (run, piece) =>
        {
            var input = run.Input(0); // [2, time, site]
            var half = input.Length / 2;
            Copy(piece.Observations.Values, input[..half]);
            Copy(piece.Observations.Mask, input[half..]);
            run.Run();
            return piece.Block(run.Output(0), card.Layout.Size, outputs.Length > 1 ? run.Output(1) : default);
        });

        OnnxRun Bind() => _model.Bind(
            ModelFolder.AnalysisStretch,
            [new TensorBinding(ModelFolder.Observations, 2, length + (2 * card.HalfWidth), card.SiteCount)],
            outputs);
    }

    private IEnumerable<StateBlock> InWindows(IObservationArchive archive, AnalysisRequest request)
    {
        var card = _model.Card;
        var batch = _options.BatchSize;
        var outputs = Outputs(ModelFolder.Analysis, batch);
        var window = (2 * card.HalfWidth) + 1;
        var size = window * card.SiteCount;
        var seen = (_options.Nowcast ? card.HalfWidth + 1 : window) * card.SiteCount;
        return PieceByPiece.Analyze(archive, request, batch, card.HalfWidth, Bind, (run, piece) =>
        {
            var input = run.Input(0); // [batch, 2, time, site]
            for (var row = 0; row < batch; row++)
            {
                var (start, length) = row < piece.Steps.Count ? (row * card.SiteCount, seen) : (0, 0);
                Copy(piece.Observations.Values.AsSpan(start, length), input.Slice(2 * row * size, size));
                Copy(piece.Observations.Mask.AsSpan(start, length), input.Slice(((2 * row) + 1) * size, size));
            }

            run.Run();
            return piece.Block(run.Output(0), card.Layout.Size, outputs.Length > 1 ? run.Output(1) : default);
        });

        OnnxRun Bind() => _model.Bind(
            ModelFolder.Analysis,
            [new TensorBinding(ModelFolder.Observations, batch, 2, window, card.SiteCount)],
            outputs);
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
        source.CopyTo(target);
        target[source.Length..].Clear();
    }

    /// <summary>How the network reads; the lengths are the fastest measured on the demo's network, within a few per cent of their neighbours.</summary>
    public sealed record Options
    {
        /// <summary>Stretches or windows.</summary>
        public NetworkForm Form { get; init; }

        /// <summary>The steps that one run analyzes in the stretch form.</summary>
        public int StretchLength { get; init; } = 64;

        /// <summary>The windows that one run analyzes in the window form.</summary>
        public int BatchSize { get; init; } = 16;

        /// <summary>Whether observations after the centre are left out, as if the step were the newest. Needs the window form, and a network trained on such windows.</summary>
        public bool Nowcast { get; init; }
    }
}
