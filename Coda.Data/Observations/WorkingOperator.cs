using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>The observation operator as methods compare states with observations: H(x(z)), or ln H(x(z)) where errors are multiplicative.</summary>
/// <remarks>z are the coordinates of fields with bounds (<see cref="StateDomain"/>). Where they cancel, as for ln x of a field greater than 0, it is H
/// itself.</remarks>
public static class WorkingOperator
{
    /// <summary>The operator on coordinates z.</summary>
    /// <param name="component">H, by its name.</param>
    /// <param name="layout">The states' layout.</param>
    /// <param name="errors">How errors meet the values.</param>
    /// <exception cref="ArgumentException">H does not apply to the layout, or a field that it selects may be 0 or less although errors are
    /// multiplicative.</exception>
    public static ObservationOperator Of(Component component, StateLayout layout, ErrorModel errors)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var h = ObservationOperator.Catalog.Create(component, layout);
        if (!layout.IsBounded && errors == ErrorModel.Additive)
        {
            return h;
        }

        var isSelection = h.IsSelection(layout.Size);
        if (errors == ErrorModel.Multiplicative && isSelection)
        {
            RequirePositive(h, layout);
            if (h.Locations.All(entry => layout.DomainOf(entry).IsLogarithmic))
            {
                return h;
            }
        }

        return new OfCoordinates(h, layout, errors == ErrorModel.Multiplicative);
    }

    /// <summary>The operator on values x, for comparing them with what <see cref="Archives.WorkingObservations"/> gives.</summary>
    /// <param name="component">H, by its name.</param>
    /// <param name="layout">The states' layout.</param>
    /// <param name="errors">How errors meet the values.</param>
    /// <exception cref="ArgumentException">H does not apply to the layout.</exception>
    public static ObservationOperator OnValues(Component component, StateLayout layout, ErrorModel errors)
    {
        var h = ObservationOperator.Catalog.Create(component, layout);
        return errors == ErrorModel.Additive ? h : new OfCoordinates(h, null, true);
    }

    private static void RequirePositive(ObservationOperator h, StateLayout layout)
    {
        var other = h.Locations.FirstOrDefault(entry => !(layout.DomainOf(entry).Lower >= 0), -1);
        if (other >= 0)
        {
            throw new ArgumentException($"Observations with multiplicative errors: expected fields that are greater than 0, got {layout.EntryName(other)}, "
                + $"which may be {layout.DomainOf(other)}. "
                + "Let the system's layout give the field a domain (StateDomain.Positive), or import the observations with "
                + "additive errors.");
        }
    }

    private sealed class OfCoordinates(ObservationOperator h, StateLayout? layout, bool isLogarithm) : ObservationOperator
    {
        public override IReadOnlyList<int> Locations => h.Locations;

        public override Field<T> Apply<T>(Field<T> x)
        {
            var y = h.Apply(layout is null ? x : layout.ToPhysical(x));
            return isLogarithm ? y.Log() : y;
        }
    }
}
