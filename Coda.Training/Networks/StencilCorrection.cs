using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Training.Networks;

/// <summary>A correction that reads a site's neighbours on the ring, too: one small network applied at every site, 2 reach + 1 → 32 → 32 → 1 with ReLU.</summary>
/// <remarks>
/// For missing physics that moves or diffuses; <see cref="PointwiseCorrection"/> (Zinchenko and Greenberg, 2024, section 2.5) is the reach of 0. The last layer starts at 0, so that training
/// starts from the bare simulator.
/// </remarks>
public sealed class StencilCorrection : Correction
{
    private readonly int _reach;

    /// <summary>Declares the network.</summary>
    /// <param name="layout">The state's layout, one ring.</param>
    /// <param name="options">Its reach and width.</param>
    /// <exception cref="ArgumentException">The layout is no ring of more sites than the stencil has, the reach below 1 or the width below 1; one line for every fault.</exception>
    public StencilCorrection(StateLayout layout, Options options)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var points = (2L * options.Reach) + 1;
        new Faults("stencil")
            .Require(options.Reach >= 1, nameof(options.Reach), "at least 1 (correction=pointwise reads no neighbours)", options.Reach)
            .Require(options.Width is >= 1 and <= NetworkLimits.Width, nameof(options.Width), $"1 to {NetworkLimits.Width}", options.Width)
            .Require(layout.IsRing && layout.Size > points, nameof(layout), $"one ring of more than {points} sites", layout)
            .ThrowIfAny();
        _reach = options.Reach;
        WeightDefinitions =
        [
            .. new WeightDefinitions().Convolution("first", options.Width, (int)points).Convolution("second", options.Width, options.Width).List,
            new WeightDefinition("third.weight", [1, options.Width], WeightStart.Zero),
            new WeightDefinition("third.bias", [1], WeightStart.Zero),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override Field<T> Evaluate<T>(Weights<T> weights, Field<T> x)
    {
        Field<T>[] sites = [.. Enumerable.Range(0, (2 * _reach) + 1).Select(i => (i == _reach ? x : x.Roll(_reach - i)).InsertAxis(-2))]; // x_{k - reach + i}
        var h = Layer(weights, "first", Field<T>.Concat(-2, sites)).Relu(); // [..., channel, space]
        h = Layer(weights, "second", h).Relu();
        return Layer(weights, "third", h).RemoveAxis(-2);
    }

    /// <summary>The network's size.</summary>
    public sealed record Options
    {
        /// <summary>The neighbours read on each side.</summary>
        public int Reach { get; init; } = 2;

        /// <summary>The number of channels of the hidden layers.</summary>
        public int Width { get; init; } = 32;
    }
}
