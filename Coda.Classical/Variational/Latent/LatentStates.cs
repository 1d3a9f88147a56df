using System.Numerics.Tensors;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
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

    /// <summary>Refuses a context without an auto-encoder.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="context">The context.</param>
    /// <returns>The context.</returns>
    /// <exception cref="ArgumentException">No model, or one without an auto-encoder.</exception>
    public static AnalysisContext Require(string method, AnalysisContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        new Faults(method)
            .Require(context.HasModel, nameof(context.Model), "a trained model with an auto-encoder (--model DIR)", null)
            .Require(!context.HasModel || context.Model!.Has(ModelRoles.DecoderTangent), nameof(context.Model),
                $"one with a graph for {ModelRoles.DecoderTangent}, as 'coda train' makes of an experiment with the member autoEncoder",
                context.Model?.Card.Name)
            .ThrowIfAny();
        return context;
    }

    /// <summary>Refuses an auto-encoder of other states.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="model">The model that has it.</param>
    /// <param name="layout">The layout of the forecast model's states.</param>
    /// <exception cref="ArgumentException">Its states have another layout.</exception>
    public static void Require(string method, OnnxModel model, StateLayout layout) => new Faults(method)
        .Require(model.Card.Layout.Size == layout.Size, nameof(layout), $"states of {model.Card.Layout}, as the auto-encoder reads", layout)
        .ThrowIfAny();

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

    /// <summary>z = E(x) and r = x - D(z), what the decoder leaves of a state.</summary>
    /// <param name="state">x. [space]</param>
    /// <param name="keepsResidual">Whether that counts; else it is 0.</param>
    /// <returns>z [latent] and r. [space]</returns>
    public (double[] Latent, double[] Residual) Split(ReadOnlySpan<double> state, bool keepsResidual)
    {
        var (latent, residual) = (new double[Size], new double[StateSize]);
        Encode(state, latent);
        if (keepsResidual)
        {
            Decode(latent, residual);
            TensorPrimitives.Subtract(state, residual, residual);
        }

        return (latent, residual);
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
