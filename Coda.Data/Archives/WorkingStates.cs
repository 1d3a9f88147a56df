using Coda.Data.Dynamics;

namespace Coda.Data.Archives;

/// <summary>States between archives, which hold values x, and methods, which work on coordinates z without bounds (<see cref="StateDomain"/>).</summary>
/// <remarks>A spread passes by the derivative dx/dz at the state. Where no field has bounds, blocks pass as they are.</remarks>
public static class WorkingStates
{
    /// <summary>Values and their spread, from coordinates.</summary>
    /// <param name="block">The coordinates.</param>
    /// <param name="layout">The states' layout.</param>
    public static StateBlock ToPhysical(this StateBlock block, StateLayout layout)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(layout);
        return !layout.IsBounded ? block : Mapped(block, layout, (domain, z) => (domain.ToPhysical(z), domain.Slope(z)));
    }

    /// <summary>Coordinates and their spread, from values.</summary>
    /// <param name="block">The values.</param>
    /// <param name="layout">The states' layout.</param>
    /// <exception cref="InvalidDataException">A value is not within its field's bounds.</exception>
    public static StateBlock ToWorking(this StateBlock block, StateLayout layout)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(layout);
        if (!layout.IsBounded)
        {
            return block;
        }

        for (var i = 0; i < block.States.Length; i++)
        {
            var (entry, value) = (i % block.StateSize, block.States.Span[i]);
            if (!layout.DomainOf(entry).Contains(value))
            {
                throw new InvalidDataException(
                    FormattableString.Invariant($"Trajectory {block.Trajectory}, step {block.FirstStep + (i / block.StateSize)}: expected ")
                    + FormattableString.Invariant($"{layout.EntryName(entry)} {layout.DomainOf(entry)}, got {value}; ")
                    + "make the table again, or correct the bounds that the system declares.");
            }
        }

        return Mapped(block, layout, (domain, x) =>
        {
            var z = domain.ToWorking(x);
            return (z, 1 / domain.Slope(z));
        });
    }

    private static StateBlock Mapped(StateBlock block, StateLayout layout, Func<StateDomain, double, (double Value, double Slope)> map)
    {
        var (states, spread) = (new float[block.States.Length], block.Spread is null ? null : new float[block.States.Length]);
        StateDomain[] domains = [.. Enumerable.Range(0, block.StateSize).Select(layout.DomainOf)];
        for (var i = 0; i < states.Length; i++)
        {
            var (value, slope) = map(domains[i % domains.Length], block.States.Span[i]);
            states[i] = (float)value;
            if (spread is not null)
            {
                spread[i] = (float)(slope * block.Spread!.Value.Span[i]);
            }
        }

        return block with { States = states, Spread = spread is null ? default(ReadOnlyMemory<float>?) : spread };
    }
}
