using System.Numerics.Tensors;
using Coda.Data.Cards;

namespace Coda.Inference.Assimilation;

/// <summary>Keeps the spread of a network at most the climatology's deviation: without any observation one knows no less.</summary>
/// <remarks>Networks of today never exceed it; those that were exported before they were bounded gave many times that where they had seen nothing
/// alike.</remarks>
internal static class SpreadBound
{
    /// <summary>Lowers what is above the bound, in place.</summary>
    /// <param name="spread">The spread, in state units. [step, space]</param>
    /// <param name="card">The model's card, on the layout of the states.</param>
    public static void Apply(Span<float> spread, ModelCard card)
    {
        float[] bound = [.. card.ClimatologyDeviation.Select(deviation => (float)deviation)];
        for (var row = 0; row < spread.Length; row += bound.Length)
        {
            var states = spread.Slice(row, bound.Length);
            TensorPrimitives.Min(states, bound, states);
        }
    }
}
