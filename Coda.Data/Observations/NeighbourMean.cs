using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Observations;

/// <summary>An instrument with a footprint: at every site the mean over the sites up to a radius from it, at walls over those that there are.</summary>
/// <remarks>On a ring H(x)_k = (x_{k-r} + ... + x_{k+r}) / (2r + 1).</remarks>
public sealed class NeighbourMean : ObservationOperator
{
    private readonly GridStencil _around;
    private readonly double[] _counts; // [site]

    /// <summary>Makes the operator.</summary>
    /// <param name="layout">The state's layout, one field on a ring, line, torus or plane.</param>
    /// <param name="options">The radius.</param>
    /// <exception cref="ArgumentException">The layout is no such field, or the footprint is wider than a periodic axis.</exception>
    public NeighbourMean(StateLayout layout, Options options)
    {
        var most = layout.Grid is { } grid ? GridStencil.MostWidth(grid) : layout.Size;
        new Faults("neighbour-mean")
            .Require(layout.Grid is RegularGrid, nameof(layout), "one field on a ring, line, torus or plane", layout)
            .Require(options.Radius >= 0 && (2L * options.Radius) + 1 <= most, nameof(options.Radius), $"a footprint 2r + 1 in [1, {most}]", options.Radius)
            .ThrowIfAny();
        _around = GridStencil.Ball(layout.Grid!, options.Radius);
        _counts = _around.Counts();
        Locations = [.. Enumerable.Range(0, layout.Size)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Locations { get; }

    /// <inheritdoc/>
    public override Field<T> Apply<T>(Field<T> x)
    {
        // From the middle outwards, each offset with its opposite.
        var (sum, middle) = (x, _around.Offsets.Count / 2);
        for (var i = 1; i <= middle; i++)
        {
            sum += _around.Value(x, middle - i) + _around.Value(x, middle + i);
        }

        return _counts.Distinct().Count() == 1 ? sum / _counts[0] : sum * x.Algebra.Field(x.Algebra.Constant(Array.ConvertAll(_counts, count => 1 / count)));
    }

    /// <summary>The footprint.</summary>
    public sealed record Options
    {
        /// <summary>The radius r in sites: on a ring, the number of neighbours on each side.</summary>
        public int Radius { get; init; } = 1;
    }
}
