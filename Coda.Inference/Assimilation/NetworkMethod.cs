using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>A trained assimilation network over an archive, on ONNX Runtime: x̂_k = g(y_{k-a}, ..., y_{k+a}).</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), eq. 5. Every worker runs pieces of one shape, so that ONNX Runtime plans its memory once; they cut a trajectory as equally
/// as can be, and the last one is padded with unobserved steps. Where a device lacks the memory, runs are halved and somebody is told
/// (<see cref="SessionSettings.Notices"/>). Both forms agree to rounding. The analyses have a spread where the model gives one. A network trained on a ring
/// reads rings of any size, one trained on a torus, and the same everywhere, larger tori. On fields of two dimensions runs are as short as keep their memory
/// some hundred megabytes.
/// </remarks>
[System.ComponentModel.Description("A trained network, by window of observations.")]
public sealed class NetworkMethod : AssimilationMethod, ISensitiveMethod
{
    private const int FieldEntries = 1 << 20; // in the states of one run, of fields of two dimensions
    private const int NetworkArrays = 128; // numbers for each entry of a state, in all layers that are held at the same time

    private readonly OnnxModel _model;
    private readonly Options _options;
    private readonly long _steps; // of a trajectory
    private readonly ConcurrentDictionary<int, CallLength> _lengths = []; // what a device has no memory for is found out once
    private readonly ConditionalWeakTable<IObservationArchive, OnFirstUse<ObservingSettings>> _settings =
        []; // an archive is read once, whatever its analyses come in

    /// <summary>Makes the method.</summary>
    /// <param name="context">The model; of the reference, only the size of a ring and the number of steps are used.</param>
    /// <param name="options">Form, piece lengths, nowcast.</param>
    /// <exception cref="ArgumentException">No model, or options out of range or at odds with the model.</exception>
    public NetworkMethod(AnalysisContext context, Options options)
    {
        var hasStretch = context.Model?.Has(ModelRoles.AnalysisStretch) ?? true;
        new Faults("network")
            .Require(context.Model is not null, nameof(context.Model), "a trained model", null)
            .Require(context.Model?.Has(ModelRoles.Analysis) ?? true, nameof(context.Model),
                $"one with a graph for {ModelRoles.Analysis} (a sequential analysis is the method 'cycle')", context.Model?.Card.Name)
            .Require(options.StretchLength >= 1, nameof(options.StretchLength), "at least 1", options.StretchLength)
            .Require(options.BatchSize >= 1, nameof(options.BatchSize), "at least 1", options.BatchSize)
            .Require(options.Form != NetworkForm.Stretch || hasStretch,
                nameof(options.Form), $"a form that the model has (it has no graph for {ModelRoles.AnalysisStretch})", options.Form)
            .Require(options.Form != NetworkForm.Stretch || !options.Nowcast,
                nameof(options.Nowcast), "the window form, for a nowcast blanks part of every window", options.Form)
            .Require(
                options.Precision != NetworkPrecision.Int8 || (context.Model?.Has(ModelRoles.AnalysisStretchInt8) ?? true), nameof(options.Precision),
                $"a precision that the model has (it has no graph for {ModelRoles.AnalysisStretchInt8}; 'coda quantize' makes it)", options.Precision)
            .Require(
                options.Precision != NetworkPrecision.Int8 || (options.Form != NetworkForm.Window && !options.Nowcast), nameof(options.Precision),
                "float32 for windows and nowcasts", options.Precision)
            .ThrowIfAny();
        (_model, _options, _steps) = (context.Model!, options, context.Reference.Description.Steps.Count);
        Layout = _model.Card.LayoutOn(context.Reference.Description);
        ReadsStretches = options.Form == NetworkForm.Stretch || (options.Form == NetworkForm.Automatic && hasStretch && !options.Nowcast);
    }

    /// <inheritdoc/>
    public override string Model => $"model: network of {_model.Card.Name}";

    /// <inheritdoc/>
    public override int? LookAhead => _options.Nowcast ? 0 : _model.Card.HalfWidth;

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override int? PieceLength
    {
        get
        {
            var length = ReadsStretches ? _options.StretchLength : _options.BatchSize;
            while (Layout.SharedGrid is { Shape.Count: > 1 } && length % 2 == 0 && (long)length * _model.Card.Layout.Size > FieldEntries)
            {
                length /= 2;
            }

            // As long as fills the last piece of a trajectory, too, at least half; tiles want a length that halves.
            var pieces = (_steps + length - 1) / length;
            return _steps > length && Layout.Size == _model.Card.Layout.Size ? (int)((_steps + pieces - 1) / pieces) : length;
        }
    }

    /// <summary>Whether the stretch form is used.</summary>
    public bool ReadsStretches { get; }

    /// <inheritdoc/>
    /// <remarks>Of the network's own arrays, what one that is some hundred channels wide takes.</remarks>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers)
    {
        double rows = PieceLength!.Value, window = (2.0 * _model.Card.HalfWidth) + 1;
        var need = new MemoryNeed($"Method '{Name}'");
        if (archive.SiteCount != _model.Card.SiteCount)
        {
            return TiledAnalysis.Memory(need, archive, workers, PieceLength!.Value, _model.Card.HalfWidth)
                .Add(FormattableString.Invariant($"runs of {workers} workers on tiles"), sizeof(float), workers, NetworkArrays, rows, _model.Card.Layout.Size);
        }

        var read = ReadsStretches ? Math.Min(rows, archive.Steps.Count) + window - 1 : rows * window;
        return need
            .AddArray(FormattableString.Invariant($"input of one run, {rows} {(ReadsStretches ? "steps" : "windows")} of {archive.SiteCount} sites"),
                2 * sizeof(float), read, archive.SiteCount)
            .Add(FormattableString.Invariant($"runs of {workers} workers"), sizeof(float), workers, (2 * read * archive.SiteCount)
                + (NetworkArrays * Math.Min(rows, read) * Layout.Size))
            .Add(PieceMemory.Of(this, archive, workers, _model.Card.HalfWidth));
    }

    /// <inheritdoc/>
    /// <exception cref="ModelMismatchException">The record is shorter than half a window; or archive and card disagree on step length or units, or on the site
    /// count and not both are rings or tori; or the network is not the same everywhere on its grid.</exception>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        request ??= new AnalysisRequest();
        var card = _model.Card.On(archive.Description);
        card.RequireLength(archive.Description);
        request.Require(archive.Description, this);
        if (request.Warnings is { } warnings)
        {
            WarnOf(archive, warnings, request.Cancellation);
        }

        if (card.SiteCount != _model.Card.SiteCount)
        {
            new Faults("network")
                .Require(_options.Precision == NetworkPrecision.Float32, nameof(_options.Precision), "float32 for a grid of another size than the model's",
                    _options.Precision).ThrowIfAny();
            return new TiledAnalysis(_model, card, ReadsStretches, PieceLength!.Value)
                .Analyze(archive, request, _options.Nowcast);
        }

        return ReadsStretches ? InStretches(archive, request) : InWindows(archive, request);
    }

    /// <inheritdoc/>
    /// <remarks>The graph reads windows, whatever form analyses are computed in; both agree to rounding.</remarks>
    public IAnalysisSensitivity StartSensitivity(IObservationArchive archive, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _model.Card.On(archive.Description).RequireLength(archive.Description);
        return archive.Description.SiteCount == _model.Card.SiteCount
            ? new NetworkSensitivity(_model, archive.Description, _options.Nowcast)
            : throw new ModelMismatchException(
                $"Model '{_model.Card.Name}': sensitivities: expected the {_model.Card.SiteCount} sites of its own grid, got {archive.Description.SiteCount}. "
                    + "Train a model on such observations, or take a method that reads them.");
    }

    /// <inheritdoc/>
    public void WarnOf(IObservationArchive archive, ResultWarnings warnings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(warnings);
        WarnOfNames(archive.Description, warnings);
        WarnOfErrors(archive, warnings);
        WarnOfSettings(archive, warnings, cancellation);
    }

    private void WarnOfNames(ArchiveDescription archive, ResultWarnings warnings)
    {
        if (archive.SiteNames is null && _model.Card.Sites().Names is { } names && names.Any(name => _model.Card.Layout.EntryOf(name) is null))
        {
            warnings.Add(
                "unnamed-sites",
                $"Model '{_model.Card.Name}' was trained on sites with names ({string.Join(", ", names.Take(3))}{(names.Count > 3 ? ", ..." : "")}), "
                + "and this archive's have none: they are taken by their order. Import the observations with their names.");
        }
    }

    private void WarnOfErrors(IObservationArchive archive, ResultWarnings warnings)
    {
        var (card, first) = (_model.Card, archive.Description.Steps.Start);
        if (card.ReadsSigma && archive.Description.Sigma is null && archive.ReadObservations(0, new(first, first + 1)).Sigma is null)
        {
            warnings.Add("unknown-errors", FormattableString.Invariant(
                $"Model '{card.Name}' reads the errors of observations, and the archive names none: each is taken for {card.Sigma}, that of training. Import ")
                + "it with --sigma or --sigma-column.");
        }
    }

    private void WarnOfSettings(IObservationArchive archive, ResultWarnings warnings, CancellationToken cancellation)
    {
        var card = _model.Card;
        var record = _settings.GetValue(archive, read => new(stop => ObservingSettings.Of(read, card.Sigma, card.SiteScales(), stop))).Get(cancellation);
        foreach (var warning in TrainingRange.Warnings(card, record))
        {
            warnings.Add(warning);
        }
    }

    private IEnumerable<StateBlock> InStretches(IObservationArchive archive, AnalysisRequest request) => InPieces(
        archive, request, (int)Math.Min(PieceLength!.Value, archive.Description.Steps.Count),
        (run, piece, first) => run.LoadStretch(piece.Observations, piece.Steps.Start + first, archive.Description.Sigma));

    private IEnumerable<StateBlock> InWindows(IObservationArchive archive, AnalysisRequest request) =>
        InPieces(archive, request, PieceLength!.Value, (run, piece, first) =>
    {
        var rows = (int)Math.Min(run.Steps, piece.Steps.Count - first);
        for (var row = 0; row < rows; row++)
        {
            run.LoadWindow(row, piece.Observations, piece.Steps.Start + first + row, _options.Nowcast, archive.Description.Sigma);
        }

        run.ClearFrom(rows);
    });

    private IEnumerable<StateBlock> InPieces(IObservationArchive archive, AnalysisRequest request, int length, Action<BoundNetwork, Piece, int> load)
    {
        var rows = _lengths.GetOrAdd(length, steps => new CallLength(steps, _model.Settings));
        return PieceByPiece.Analyze(
            archive, request, length, _model.Card.HalfWidth,
            () => new PieceAnalysis(rows, steps => new BoundNetwork(_model, ReadsStretches, steps, _options.Precision), load),
            (run, piece) => run.Analyze(piece, _model.Card.Layout.Size));
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

        /// <summary>Whether observations after the centre are left out, as if the step were the newest. Needs the window form, and a network trained on such
        /// windows.</summary>
        public bool Nowcast { get; init; }
    }
}
