using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Training.Stages;

/// <summary>Turns states round the periodic axes of their grids on which no place is special (<see cref="DynamicalSystem.SymmetricAxes"/>).</summary>
/// <remarks>By whole sites of the field with the fewest along an axis, and the others as far: a fine ring that lies around a coarse one turns with it.
/// Immutable; safe to share.</remarks>
internal sealed class StateTurn
{
    private readonly IReadOnlyList<Grid> _grids;
    private readonly int[] _axes;
    private readonly int[] _lengths; // the fewest sites along each of the axes

    /// <summary>Finds the axes.</summary>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="axes">The axes on which no place is special; those of them that are not periodic, or whose lengths are no multiples of
    /// the shortest, are left out.</param>
    public StateTurn(StateLayout layout, IEnumerable<int> axes)
    {
        _grids = [.. layout.Fields.Select(field => field.Grid)];
        _axes = [.. axes.Where(axis => _grids.All(grid => axis < grid.Shape.Count && grid.IsPeriodic[axis])
            && _grids.All(grid => grid.Shape[axis] % _grids.Min(other => other.Shape[axis]) == 0))];
        _lengths = [.. _axes.Select(axis => _grids.Min(grid => grid.Shape[axis]))];
    }

    /// <summary>The axes round which states are turned.</summary>
    public IReadOnlyList<int> Axes => _axes;

    /// <summary>Draws by how many sites of the field with the fewest to turn round each axis.</summary>
    /// <param name="random">Gives one number an axis.</param>
    public int[] Draw(ref CounterRandom random)
    {
        var shifts = new int[_axes.Length];
        for (var i = 0; i < shifts.Length; i++)
        {
            shifts[i] = (int)(random.NextUniform() * _lengths[i]);
        }

        return shifts;
    }

    /// <summary>Copies a state, turned.</summary>
    /// <param name="state">The state. [space]</param>
    /// <param name="shifts">What <see cref="Draw"/> gave.</param>
    /// <param name="turned">Takes the turned state. [space]</param>
    public void Copy(ReadOnlySpan<float> state, IReadOnlyList<int> shifts, Span<float> turned)
    {
        state.CopyTo(turned);
        var offset = 0;
        foreach (var grid in _grids)
        {
            for (var i = 0; i < _axes.Length; i++)
            {
                Turn(turned.Slice(offset, grid.Size), grid, _axes[i], shifts[i] * (grid.Shape[_axes[i]] / _lengths[i]));
            }

            offset += grid.Size;
        }
    }

    private static void Turn(Span<float> field, Grid grid, int axis, int shift)
    {
        var inner = grid.Shape.Skip(axis + 1).Aggregate(1, (product, n) => product * n);
        var length = grid.Shape[axis] * inner;
        for (var at = 0; at < field.Length; at += length)
        {
            Rotate(field.Slice(at, length), shift * inner);
        }
    }

    private static void Rotate(Span<float> entries, int shift)
    {
        float[] end = [.. entries[^shift..]];
        entries[..^shift].CopyTo(entries[shift..]);
        end.CopyTo(entries);
    }
}
