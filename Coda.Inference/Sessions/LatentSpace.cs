using Coda.Data.Cards;
using Coda.Data.Foundation;

namespace Coda.Inference.Sessions;

/// <summary>The latent numbers of a model's auto-encoder: E, D and D's derivative, on ONNX Runtime.</summary>
/// <remarks>States are the coordinates that the model's forecast advances. In single precision inside. Not thread-safe: one for each worker.</remarks>
public sealed class LatentSpace : IDisposable
{
    private readonly BoundGraph _encoder;
    private readonly BoundGraph _decoder;
    private readonly BoundGraph _tangent;

    /// <summary>Binds the graphs.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <exception cref="ModelMismatchException">The model has no auto-encoder.</exception>
    public LatentSpace(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (Size, StateSize) = (SizeOf(model.Card), model.Card.Layout.Size);
        TensorBinding latent = new(ModelFolder.Latent, 1, Size), decoded = new(ModelFolder.Decoded, 1, StateSize);
        _encoder = model.Bind(ModelRoles.Encoder, [new(ModelFolder.State, 1, StateSize)], [latent]);
        _decoder = model.Bind(ModelRoles.Decoder, [latent], [decoded]);
        _tangent = model.Bind(
            ModelRoles.DecoderTangent, [latent, new(ModelFolder.LatentPerturbations, 1, Size, Size)],
            [decoded, new(ModelFolder.DecodedPerturbations, 1, Size, StateSize)]);
        for (var i = 0; i < Size; i++)
        {
            _tangent.Input(1)[(i * Size) + i] = 1;
        }
    }

    /// <summary>The number of latent numbers.</summary>
    public int Size { get; }

    /// <summary>The length of a state.</summary>
    public int StateSize { get; }

    /// <summary>The number of latent numbers of a model.</summary>
    /// <param name="card">Its card.</param>
    /// <exception cref="ModelMismatchException">The model has no auto-encoder.</exception>
    public static int SizeOf(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return card.FileOf(ModelRoles.Encoder) is { } file && ModelAxes.Parse(card.Files[file].Outputs[ModelFolder.Latent])[^1] is { } size
            ? checked((int)size) : throw new ModelMismatchException(
                $"Model '{card.Name}': expected one with a graph for {ModelRoles.Encoder}, got only "
                    + $"{string.Join(", ", card.Files.Values.Select(f => f.Role))}; train one with the member autoEncoder.");
    }

    /// <summary>z = E(x).</summary>
    /// <param name="state">x. [space]</param>
    /// <param name="latent">Takes z. [latent]</param>
    public void Encode(ReadOnlySpan<double> state, Span<double> latent)
    {
        Narrow(state, _encoder.Input(0));
        _encoder.Run();
        Widen(_encoder.Output(0), latent);
    }

    /// <summary>x = D(z).</summary>
    /// <param name="latent">z. [latent]</param>
    /// <param name="state">Takes x. [space]</param>
    public void Decode(ReadOnlySpan<double> latent, Span<double> state)
    {
        Narrow(latent, _decoder.Input(0));
        _decoder.Run();
        Widen(_decoder.Output(0), state);
    }

    /// <summary>x = D(z) with its derivative.</summary>
    /// <param name="latent">z. [latent]</param>
    /// <param name="state">Takes x. [space]</param>
    /// <param name="derivative">Takes ∂x/∂z, a row for each latent number. [latent, space]</param>
    public void Linearize(ReadOnlySpan<double> latent, Span<double> state, Span<double> derivative)
    {
        Narrow(latent, _tangent.Input(0));
        _tangent.Run();
        Widen(_tangent.Output(0), state);
        Widen(_tangent.Output(1), derivative);
    }

    /// <summary>Frees the buffers; the model stays open.</summary>
    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        _tangent.Dispose();
    }

    private static void Narrow(ReadOnlySpan<double> source, Span<float> target) => System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(source, target);

    private static void Widen(ReadOnlySpan<float> source, Span<double> target) => System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(source, target);
}
