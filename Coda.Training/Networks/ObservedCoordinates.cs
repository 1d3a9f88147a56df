using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Observations;

namespace Coda.Training.Networks;

/// <summary>Takes observations, which are on the scale of their errors, to the coordinates that states of their field have, so that one climatology scales
/// what a network reads and what it gives.</summary>
/// <remarks>
/// An error can put an observation beyond its field's bounds, where no coordinate is. So the logarithm of the distance d from a bound is taken as ln ((d + √(d²
/// + 4 c²)) / 2) = ln c + arsinh (d / 2c), the generalized logarithm (Durbin, Hardin, Hawkins and Rocke, Bioinformatics 18, 2002), with the size c of an error
/// at the bound: ln d well within, and a number anywhere. Networks read so, and learn their spread so; the loss of states compares the observations with
/// H(x) on the scale of their errors.
/// Immutable; safe to share.
/// </remarks>
internal sealed class ObservedCoordinates
{
    private const double LeastError = 1e-12; // where none is known

    private readonly StateLayout _layout;
    private readonly (ErrorModel Errors, double Sigma)[] _fields;

    private ObservedCoordinates(StateLayout layout, IEnumerable<(ErrorModel Errors, double Sigma)> fields) => (_layout, _fields) = (layout, [.. fields]);

    /// <summary>Finds what is to be taken to coordinates.</summary>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="fields">What single fields' observations have of their own, by the field's symbol.</param>
    /// <param name="errors">How the errors of the others meet the values.</param>
    /// <param name="sigma">The standard deviation of the others' errors, on their scale.</param>
    /// <returns>Nothing where all observations are of coordinates.</returns>
    public static ObservedCoordinates? Of(StateLayout layout, IReadOnlyDictionary<string, ObservedField>? fields, ErrorModel errors, double sigma)
    {
        List<(ErrorModel Errors, double Sigma)> own = [.. layout.Fields.Select(f => fields?.GetValueOrDefault(f.Name)).Select(
            f => (f?.Errors ?? errors, f?.Sigma ?? sigma))];
        return layout.Fields.Zip(own).All(f => f.Second.Errors.IsCoordinateOf(f.First.Domain)) ? null : new(layout, own);
    }

    /// <summary>Takes what is observed of a state to coordinates. [..., space]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="observed">The observations, at the entries that they are of.</param>
    public T Apply<T>(IAlgebra<T> ops, T observed)
    {
        var (parts, start, all) = (new List<Field<T>>(), 0, ops.Field(observed));
        foreach (var (field, (errors, sigma)) in _layout.Fields.Zip(_fields))
        {
            var own = _fields.Length == 1 ? all : all.Slice(start, field.Size);
            parts.Add(errors.IsCoordinateOf(field.Domain) ? own : Coordinate(own, errors, sigma, field.Domain));
            start += field.Size;
        }

        return parts is [var only] ? only.Value : Field<T>.Concat(-1, [.. parts]).Value;
    }

    /// <summary>The coordinate of one observation, and its derivative.</summary>
    /// <param name="entry">The entry of the state that it is of.</param>
    /// <param name="observed">The observation, on the scale of its errors.</param>
    public (double Value, double Slope) At(int entry, float observed)
    {
        var (domain, errors, sigma) = FieldOf(entry);
        if (errors.IsCoordinateOf(domain))
        {
            return (observed, 1);
        }

        var y = errors.FromScale(observed);
        var low = domain.Lower is { } lower ? Logarithm(y - lower, lower) : default;
        var high = domain.Upper is { } upper ? Logarithm(upper - y, upper) : default;
        var (value, slope) = domain.Lower is null ? (high.Value, -high.Slope) : (low.Value - high.Value, low.Slope + high.Slope);
        return (value, slope * errors.Slope(y));

        (double Value, double Slope) Logarithm(double distance, double bound)
        {
            var c = ErrorAt(bound, errors, sigma);
            return c == 0 ? (Math.Log(distance), 1 / distance)
                : (Math.Log(c) + Math.Asinh(distance / (2 * c)), 1 / Math.Sqrt((distance * distance) + (4 * c * c)));
        }
    }

    /// <summary>The observation without error of a coordinate, on the scale of its errors.</summary>
    /// <param name="entry">The entry of the state that it is of.</param>
    /// <param name="z">The coordinate.</param>
    public float Observe(int entry, double z)
    {
        var (domain, errors, _) = FieldOf(entry);
        return errors.ToScale((float)domain.ToPhysical(z));
    }

    private static Field<T> Coordinate<T>(Field<T> observed, ErrorModel errors, double sigma, StateDomain domain)
    {
        var y = errors switch
        {
            ErrorModel.Multiplicative => observed.Exp(),
            ErrorModel.SquareRoot => observed * observed / 4,
            _ => observed,
        };
        return (domain.Lower, domain.Upper) switch
        {
            ({ } lower, { } upper) => Logarithm(y - lower, ErrorAt(lower, errors, sigma)) - Logarithm(upper - y, ErrorAt(upper, errors, sigma)),
            ({ } lower, null) => Logarithm(y - lower, ErrorAt(lower, errors, sigma)),
            (null, { } upper) => Logarithm(upper - y, ErrorAt(upper, errors, sigma)),
            _ => y,
        };
    }

    // arsinh by its two halves, neither of which is a difference of large numbers.
    private static Field<T> Logarithm<T>(Field<T> distance, double c)
    {
        var x = c == 0 ? distance : distance / (2 * c);
        return c == 0 ? x.Log() : Half(x.Relu()) - Half((-x).Relu()) + Math.Log(c);

        static Field<T> Half(Field<T> x) => (x + (x * x + 1).Power(0.5)).Log();
    }

    // The size of an error of a value at a bound: at 0, of counts that value whose 2 √y is one error, of shares none, for none goes beyond 0.
    private static double ErrorAt(double bound, ErrorModel errors, double sigma) => errors == ErrorModel.Multiplicative && bound == 0 ? 0
        : Math.Max(LeastError, errors switch
        {
            ErrorModel.Multiplicative => sigma * Math.Abs(bound),
            ErrorModel.SquareRoot => Math.Max(sigma * Math.Sqrt(Math.Abs(bound)), sigma * sigma / 4),
            _ => sigma,
        });

    private (StateDomain Domain, ErrorModel Errors, double Sigma) FieldOf(int entry)
    {
        var (field, place) = (0, entry);
        for (; place >= _layout.Fields[field].Size; field++)
        {
            place -= _layout.Fields[field].Size;
        }

        return (_layout.Fields[field].Domain, _fields[field].Errors, _fields[field].Sigma);
    }
}
