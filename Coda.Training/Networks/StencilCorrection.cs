using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Training.Networks;

/// <summary>A correction that reads a site's neighbours, too: one small network applied at every site, 2 reach + 1 → 32 → 32 → 1 with ReLU; on a torus or plane
/// a square of (2 reach + 1)², with 0 beyond walls. Several fields on one grid are channels of its input and output.</summary>
/// <remarks>
/// For missing physics that moves or diffuses; <see cref="PointwiseCorrection"/> (Zinchenko and Greenberg, 2024, section 2.5) is the reach of 0. The last layer
/// starts at 0, so that training starts from the bare simulator.
/// </remarks>
public sealed class StencilCorrection : Correction
{
    private readonly GridStencil _around;
    private readonly Grid _grid;
    private readonly int _fields;

    /// <summary>Declares the network.</summary>
    /// <param name="layout">The state's layout, fields on one grid with axes.</param>
    /// <param name="options">Its reach and width.</param>
    /// <exception cref="ArgumentException">The layout is of no such grid of more sites along each axis than the stencil has, the reach below 1 or the width
    /// below 1; one line for every fault.</exception>
    public StencilCorrection(StateLayout layout, Options options)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var points = (2L * options.Reach) + 1;
        new Faults("stencil")
            .Require(options.Reach >= 1, nameof(options.Reach), "at least 1 (correction=pointwise reads no neighbours)", options.Reach)
            .Require(options.Width is >= 1 and <= NetworkLimits.Width, nameof(options.Width), $"1 to {NetworkLimits.Width}", options.Width)
            .Require(
                layout.SharedGrid is RegularGrid grid && grid.Shape.All(n => n > points), nameof(layout),
                $"one ring, line, torus or plane of more than {points} sites along each axis", layout)
            .ThrowIfAny();
        (_grid, _fields) = (layout.SharedGrid!, layout.Fields.Count);
        _around = GridStencil.Box(_grid, options.Reach);
        WeightDefinitions =
        [
            .. new WeightDefinitions().Convolution("first", options.Width, _fields * _around.Offsets.Count)
                .Convolution("second", options.Width, options.Width).List,
            new WeightDefinition("third.weight", [_fields, options.Width], WeightStart.Zero),
            new WeightDefinition("third.bias", [_fields], WeightStart.Zero),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override Field<T> Evaluate<T>(Weights<T> weights, Field<T> x)
    {
        var fields = _fields == 1 ? x : x.SplitLast(_grid.Size); // [..., field, space]
        Field<T>[] sites = [.. Enumerable.Range(0, _around.Offsets.Count).Select(i => Channel(_around.Value(fields, i)))]; // on a ring, x_{k - reach + i}
        var h = Layer(weights, "first", Field<T>.Concat(-2, sites)).Relu(); // [..., channel, space]
        h = Layer(weights, "second", h).Relu();
        var missing = Layer(weights, "third", h);
        return _fields == 1 ? missing.RemoveAxis(-2) : missing.MergeLast();

        Field<T> Channel(Field<T> at) => _fields == 1 ? at.InsertAxis(-2) : at;
    }

    /// <summary>The network's size.</summary>
    public sealed record Options
    {
        /// <summary>The neighbours read on each side, along every axis.</summary>
        public int Reach { get; init; } = 2;

        /// <summary>The number of channels of the hidden layers.</summary>
        public int Width { get; init; } = 32;
    }
}
