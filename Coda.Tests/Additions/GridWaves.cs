using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;

namespace Coda.Tests.Additions;

/// <summary>Waves on any grid, two fields: du/dt = v, dv/dt = c Σ (u_n - u) - u over the neighbours n of each site.</summary>
/// <remarks>The Klein-Gordon equation, its Laplacian that of the graph of neighbours. Dimensionless. c can be trained.</remarks>
public sealed class GridWaves : DynamicalSystem
{
    private readonly Grid _grid;
    private readonly int[][] _neighbours; // [neighbour][site]; the site itself where it has fewer

    public GridWaves(Options options)
    {
        _grid = options.Grid;
        Layout = new StateLayout([new("u", _grid), new("v", _grid)]);
        Parameters = [new("c", options.Coupling, 0, 10)];
        int[] sites = [.. Enumerable.Range(0, _grid.Size)];
        int[][] of = [.. sites.Select(site => _grid.Neighbours(site).ToArray())];
        _neighbours = [.. Enumerable.Range(0, of.Max(n => n.Length)).Select(n => Array.ConvertAll(sites, site => n < of[site].Length ? of[site][n] : site))];
    }

    public override StateLayout Layout { get; }

    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    public override Field<T> Tendency<T>(Field<T> x, ParameterValues<T> p)
    {
        var (u, v) = (x.Slice(0, _grid.Size), x.Slice(_grid.Size, _grid.Size));
        var force = -u;
        foreach (var neighbour in _neighbours)
        {
            force += p["c"] * (u.Gather(neighbour) - u);
        }

        return Field<T>.Concat(-1, v, force);
    }

    public override double[] ReferenceState() => [.. Enumerable.Range(0, Layout.Size).Select(i => 3 * Math.Cos(i * i))];

    public sealed record Options
    {
        public Grid Grid { get; init; } = new Torus(3, 4);

        public double Coupling { get; init; } = 1;
    }
}
