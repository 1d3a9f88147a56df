using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>The observation operator as methods compare states with observations: H(x(z)), on the scale on which the errors of each site are
/// additive.</summary>
/// <remarks>z are the coordinates of fields with bounds (<see cref="StateDomain"/>). Where they cancel, as for ln x of a field greater than 0 whose errors are
/// multiplicative, it is H itself.</remarks>
public static class WorkingOperator
{
    /// <summary>The operator on coordinates z.</summary>
    /// <param name="component">H, by its name.</param>
    /// <param name="layout">The states' layout.</param>
    /// <param name="errors">How errors meet the values: one for all sites, or one for each.</param>
    /// <exception cref="ArgumentException">H does not apply to the layout, has another number of sites, or a field that it selects may have values that are
    /// not on the scale of its errors.</exception>
    public static ObservationOperator Of(Component component, StateLayout layout, IReadOnlyList<ErrorModel> errors)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var h = ObservationOperator.Catalog.Create(component, layout);
        if (!layout.IsBounded && errors.All(e => e == ErrorModel.Additive))
        {
            return h;
        }

        RequireCount(h, errors);
        if (h.IsSelection(layout.Size))
        {
            RequireScale(h, layout, errors);
            if (h.Locations.Index().All(l => ErrorsAt(errors, l.Index).IsCoordinateOf(layout.DomainOf(l.Item))))
            {
                return h;
            }
        }

        return new OnScale(h, layout, errors);
    }

    /// <summary>The operator on values x, for comparing them with what <see cref="Archives.WorkingObservations"/> gives.</summary>
    /// <param name="component">H, by its name.</param>
    /// <param name="layout">The states' layout.</param>
    /// <param name="errors">How errors meet the values: one for all sites, or one for each.</param>
    /// <exception cref="ArgumentException">H does not apply to the layout, or has another number of sites.</exception>
    public static ObservationOperator OnValues(Component component, StateLayout layout, IReadOnlyList<ErrorModel> errors)
    {
        var h = ObservationOperator.Catalog.Create(component, layout);
        RequireCount(h, errors);
        return errors.All(e => e == ErrorModel.Additive) ? h : new OnScale(h, null, errors);
    }

    private static ErrorModel ErrorsAt(IReadOnlyList<ErrorModel> errors, int site) => errors.Count == 1 ? errors[0] : errors[site];

    private static void RequireCount(ObservationOperator h, IReadOnlyList<ErrorModel> errors)
    {
        if (errors.Count != 1 && errors.Count != h.SiteCount)
        {
            throw new ArgumentException($"Observation operator: expected one of {errors.Count} sites, whose errors are known, got one of {h.SiteCount}.");
        }
    }

    private static void RequireScale(ObservationOperator h, StateLayout layout, IReadOnlyList<ErrorModel> errors)
    {
        foreach (var (site, entry) in h.Locations.Index())
        {
            var (model, domain) = (ErrorsAt(errors, site), layout.DomainOf(entry));
            if (model != ErrorModel.Additive && !(domain.Lower >= 0))
            {
                throw new ArgumentException($"Observations with {model.Word()} errors: expected fields that are greater than 0, got {layout.EntryName(entry)}, "
                    + $"which may be {domain}. "
                    + "Let the system's layout give the field a domain (StateDomain.Positive), or import the observations with "
                    + "additive errors.");
            }
        }
    }

    private sealed class OnScale : ObservationOperator
    {
        private readonly ObservationOperator _h;
        private readonly StateLayout? _layout; // nothing where states are values
        private readonly (ErrorModel Errors, int[] Sites)[] _groups;
        private readonly int[] _places; // of each site among those of the groups

        public OnScale(ObservationOperator h, StateLayout? layout, IReadOnlyList<ErrorModel> errors)
        {
            (_h, _layout) = (h, layout);
            _groups = [.. Enumerable.Range(0, h.SiteCount).GroupBy(site => ErrorsAt(errors, site)).Select(g => (g.Key, g.ToArray()))];
            _places = new int[h.SiteCount];
            foreach (var (place, site) in _groups.SelectMany(g => g.Sites).Index())
            {
                _places[site] = place;
            }
        }

        public override IReadOnlyList<int> Locations => _h.Locations;

        public override SitePositions? Positions => _h.Positions;

        public override ObservationOperator At(ReadOnlySpan<int> sites)
        {
            var some = sites.ToArray();
            return new OnScale(_h.At(sites), _layout, _groups.Length == 1 ? [_groups[0].Errors] : Array.ConvertAll(some, ErrorsOf));
        }

        public override Field<T> Apply<T>(Field<T> x)
        {
            var y = _h.Apply(_layout is null ? x : _layout.ToPhysical(x));
            return _groups is [var only] ? only.Errors.ToScale(y)
                : Field<T>.Concat(-1, [.. _groups.Select(g => g.Errors.ToScale(y.Gather(g.Sites)))]).Gather(_places);
        }

        private ErrorModel ErrorsOf(int site)
        {
            var (group, place) = (0, _places[site]);
            while (place >= _groups[group].Sites.Length)
            {
                place -= _groups[group++].Sites.Length;
            }

            return _groups[group].Errors;
        }
    }
}
