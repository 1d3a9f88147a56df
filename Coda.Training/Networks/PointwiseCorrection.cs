using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Training.Networks;

/// <summary>The published correction: one small network applied at every site by itself, 1 → 32 → 32 → 1 with ReLU. 1,153 weights.</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), section 2.5. The last layer starts at 0, so that training starts from the bare simulator.
/// </remarks>
public sealed class PointwiseCorrection : Correction
{
    /// <summary>Declares the network.</summary>
    /// <param name="layout">The state's layout; any.</param>
    /// <param name="options">Its width.</param>
    /// <exception cref="ArgumentException">The width is below 1.</exception>
    public PointwiseCorrection(StateLayout layout, Options options)
    {
        ArgumentNullException.ThrowIfNull(layout);
        new Faults("pointwise").Require(options.Width is >= 1 and <= NetworkLimits.Width, nameof(options.Width), $"1 to {NetworkLimits.Width}", options.Width)
            .ThrowIfAny();
        WeightDefinitions =
        [
            .. new WeightDefinitions().Convolution("first", options.Width, 1).Convolution("second", options.Width, options.Width).List,
            new WeightDefinition("third.weight", [1, options.Width], WeightStart.Zero),
            new WeightDefinition("third.bias", [1], WeightStart.Zero),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override Field<T> Evaluate<T>(Weights<T> weights, Field<T> x)
    {
        var h = Layer(weights, "first", x.InsertAxis(-2)).Relu(); // [..., channel, space]
        h = Layer(weights, "second", h).Relu();
        return Layer(weights, "third", h).RemoveAxis(-2);
    }

    /// <summary>The network's width; the default is the paper's.</summary>
    public sealed record Options
    {
        /// <summary>The number of channels of the hidden layers.</summary>
        public int Width { get; init; } = 32;
    }
}
