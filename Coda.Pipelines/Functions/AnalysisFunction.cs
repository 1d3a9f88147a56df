using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Functions;

/// <summary>A window of observations to the analysis at its centre, with analysis.onnx.</summary>
internal sealed class AnalysisFunction : IRowFunction
{
    private readonly OnnxModel _model;
    private readonly IdleBuffers<int, BoundNetwork> _runs;

    /// <summary>Makes the function.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <exception cref="ModelMismatchException">It has no graph for analyses.</exception>
    public AnalysisFunction(OnnxModel model)
    {
        var card = model.Card;
        (_model, _runs) = (model, new(batch => new BoundNetwork(model, readsStretches: false, batch)));
        Record = ModelGraph.Record(model, ModelRoles.Analysis, []);
        Input = new VectorDataViewType(NumberDataViewType.Single, card.InputChannels, (2 * card.HalfWidth) + 1, card.SiteCount);
        Output = new VectorDataViewType(NumberDataViewType.Single, card.Layout.Size);
    }

    /// <inheritdoc/>
    public VectorDataViewType Input { get; }

    /// <inheritdoc/>
    public VectorDataViewType Output { get; }

    /// <inheritdoc/>
    public FunctionRecord Record { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> OutputNames() => _model.Card.Sites().EntryNames();

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<float> inputs, Span<float> outputs, int batch)
    {
        var run = _runs.Take(batch);
        run.LoadWindows(inputs);
        run.Run();
        run.States[..outputs.Length].CopyTo(outputs);
        _runs.Return(batch, run);
        if (_model.Card.Layout.IsBounded)
        {
            new StateBlock(0, 0, Output.Size, outputs.ToArray()).ToPhysical(_model.Card.Layout).States.Span.CopyTo(outputs);
        }
    }

    /// <summary>Frees the buffers; the model stays open.</summary>
    public void Dispose() => _runs.Dispose();
}
