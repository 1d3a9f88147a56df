using System.Numerics.Tensors;
using Coda.Inference.Sessions;

namespace Coda.Classical.Variational.Latent;

/// <summary>A model's auto-encoder in the units of a method's states (<see cref="Observed.FieldScales"/>). Not thread-safe: one for each worker.</summary>
/// <param name="model">The trained model; it stays the caller's.</param>
/// <param name="scales">The model's units in those of the method's, by entry; nothing where they are the same. [space]</param>
internal sealed class LatentStates(OnnxModel model, IReadOnlyList<float>? scales) : IDisposable
{
    private readonly LatentSpace _space = new(model);
    private readonly double[]? _scales = scales?.Select(scale => (double)scale).ToArray();
    private readonly double[] _scaled = new double[model.Card.Layout.Size];

    /// <summary>The number of latent numbers.</summary>
    public int Size => _space.Size;

    /// <summary>The length of a state.</summary>
    public int StateSize => _space.StateSize;

    /// <inheritdoc cref="LatentSpace.Encode"/>
    public void Encode(ReadOnlySpan<double> state, Span<double> latent)
    {
        if (_scales is null)
        {
            _space.Encode(state, latent);
            return;
        }

        TensorPrimitives.Multiply(state, _scales, _scaled);
        _space.Encode(_scaled, latent);
    }

    /// <inheritdoc cref="LatentSpace.Decode"/>
    public void Decode(ReadOnlySpan<double> latent, Span<double> state)
    {
        _space.Decode(latent, state);
        Unscale(state);
    }

    /// <inheritdoc cref="LatentSpace.Linearize"/>
    public void Linearize(ReadOnlySpan<double> latent, Span<double> state, Span<double> derivative)
    {
        _space.Linearize(latent, state, derivative);
        Unscale(state);
        for (var i = 0; i < Size; i++)
        {
            Unscale(derivative.Slice(i * StateSize, StateSize));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _space.Dispose();

    private void Unscale(Span<double> state)
    {
        if (_scales is not null)
        {
            TensorPrimitives.Divide(state, _scales, state);
        }
    }
}
