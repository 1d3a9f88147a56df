using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;

namespace Coda.Classical.Ensemble;

/// <summary>A trained hybrid, forecast.onnx, that advances all members as one batch.</summary>
/// <param name="model">The trained model; it stays the caller's.</param>
/// <param name="archive">What the states are of.</param>
internal sealed class HybridPropagation(OnnxModel model, ArchiveDescription archive) : Propagation
{
    private readonly HybridForecast _forecast = new(model, archive);
    private float[] _states = [];
    private float[] _next = [];

    /// <inheritdoc/>
    public override void Advance(Span<double> ensemble, int members)
    {
        if (_states.Length != ensemble.Length)
        {
            (_states, _next) = (new float[ensemble.Length], new float[ensemble.Length]);
        }

        TensorPrimitives.ConvertTruncating<double, float>(ensemble, _states);
        _forecast.Advance(_states, _next, members);
        TensorPrimitives.ConvertTruncating<float, double>(_next, ensemble);
    }

    /// <inheritdoc/>
    public override void Dispose() => _forecast.Dispose();
}
