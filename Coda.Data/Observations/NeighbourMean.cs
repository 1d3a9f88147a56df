using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>An instrument with a footprint: at every site of a ring, the mean over the site and its neighbours up to a radius.</summary>
/// <remarks>H(x)_k = (x_{k-r} + ... + x_{k+r}) / (2r + 1).</remarks>
public sealed class NeighbourMean : ObservationOperator
{
    private readonly int _radius;

    /// <summary>Makes the operator.</summary>
    /// <param name="layout">The state's layout, one ring.</param>
    /// <param name="options">The radius.</param>
    /// <exception cref="ArgumentException">The layout is no ring, or the footprint is wider than it.</exception>
    public NeighbourMean(StateLayout layout, Options options)
    {
        new Faults("neighbour-mean")
            .Require(layout.IsRing, nameof(layout), "one ring", layout)
            .Require(options.Radius >= 0 && (2 * options.Radius) + 1 <= layout.Size, nameof(options.Radius), $"a footprint 2r + 1 in [1, {layout.Size}]", options.Radius)
            .ThrowIfAny();
        _radius = options.Radius;
        Locations = [.. Enumerable.Range(0, layout.Size)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Locations { get; }

    /// <inheritdoc/>
    public override Field<T> Apply<T>(Field<T> x)
    {
        var sum = x;
        for (var distance = 1; distance <= _radius; distance++)
        {
            sum += x.Roll(distance) + x.Roll(-distance);
        }

        return sum / ((2 * _radius) + 1);
    }

    /// <summary>The footprint.</summary>
    public sealed record Options
    {
        /// <summary>The number of neighbours r on each side.</summary>
        public int Radius { get; init; } = 1;
    }
}
