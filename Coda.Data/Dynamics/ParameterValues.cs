using Coda.Data.Algebra;

namespace Coda.Data.Dynamics;

/// <summary>The values of a system's parameters in one algebra, by name, and of its forcing where it has one.</summary>
/// <param name="ops">The algebra.</param>
/// <param name="values">A scalar for every parameter of the system.</param>
/// <typeparam name="T">What stands for an array.</typeparam>
public sealed class ParameterValues<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> values)
{
    private Func<double, ParameterValues<T>>? _at;

    /// <summary>The value of a parameter or of a forcing.</summary>
    /// <param name="name">Its symbol.</param>
    /// <exception cref="ArgumentException">The system has none of that name, or the forcing was not given.</exception>
    public Field<T> this[string name] => values.TryGetValue(name, out var value)
        ? new(ops, value)
        : throw new ArgumentException($"Expected a parameter or forcing of {string.Join(", ", values.Keys)}, got '{name}'.");

    /// <summary>Constants in an algebra.</summary>
    /// <param name="ops">The algebra.</param>
    /// <param name="numbers">A number for every parameter.</param>
    public static ParameterValues<T> Constants(IAlgebra<T> ops, IReadOnlyDictionary<string, double> numbers) =>
        new(ops, numbers.ToDictionary(p => p.Key, p => ops.Constant(p.Value)));

    /// <summary>The parameters of a system's options, and a forcing for looking at the system without a record: the time, and 1 for all else.</summary>
    /// <param name="system">The system.</param>
    /// <param name="state">The state, whose leading axes the forcing has. [..., space]</param>
    /// <param name="time">The time.</param>
    public static ParameterValues<T> WithoutRecord(DynamicalSystem system, Field<T> state, double time)
    {
        ArgumentNullException.ThrowIfNull(system);
        var values = system.ParameterNumbers.ToDictionary(p => p.Key, p => state.Algebra.Constant(p.Value));
        foreach (var forcing in system.Forcing)
        {
            double[] numbers = [.. Enumerable.Repeat(forcing.IsTime ? time : 1, forcing.Size)];
            values[forcing.Name] = (state.Slice(0, 1) * 0 + state.Algebra.Field(state.Algebra.Constant(numbers))).Value;
        }

        return new(state.Algebra, values);
    }

    /// <summary>The same parameters with the forcing over one step, which is linear between the step's ends.</summary>
    /// <param name="definitions">The system's forcing; where there is none, the parameters alone come back.</param>
    /// <param name="forcing">The forcing at steps k and k + 1, one after another as defined; not looked at where there is none. [..., 2, channel]</param>
    public ParameterValues<T> Forced(IReadOnlyList<ForcingDefinition> definitions, T forcing)
    {
        if (definitions.Count == 0)
        {
            return this;
        }

        var (start, end) = (End(0), End(1));
        var known = new Dictionary<double, ParameterValues<T>>();
        return new(ops, values) { _at = At };

        Field<T> End(int k) => ops.Field(forcing).Slice(-2, k, 1).RemoveAxis(-2);

        ParameterValues<T> At(double c) => known.TryGetValue(c, out var there)
            ? there
            : known[c] = With(definitions, c == 0 ? start : c == 1 ? end : ((1 - c) * start) + (c * end));
    }

    /// <summary>The values at a place in the step.</summary>
    /// <param name="c">The place: 0 at the step's start, 1 at its end.</param>
    internal ParameterValues<T> At(double c) => _at?.Invoke(c) ?? this;

    // u: [..., channel]
    private ParameterValues<T> With(IReadOnlyList<ForcingDefinition> definitions, Field<T> u)
    {
        var (all, channel) = (values.ToDictionary(), 0);
        foreach (var forcing in definitions)
        {
            all[forcing.Name] = u.Slice(channel, forcing.Size).Value;
            channel += forcing.Size;
        }

        return new(ops, all);
    }
}
