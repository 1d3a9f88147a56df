using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Workflows.Checking;

/// <summary>Whether a system keeps to what it declares: invariants and symmetries.</summary>
/// <param name="system">The system.</param>
internal sealed class LawChecks(DynamicalSystem system)
{
    private const double Rounding = 1e-9;
    private const double Forcing = 0.3; // whatever comes from outside
    private const double Disorder = 0.3; // of the reference state, which may be a special one

    private readonly BufferAlgebra<double> _ops = new();
    private readonly double[] _state = Disordered(system.ReferenceState());

    /// <summary>The tendency is at right angles to the gradient of each invariant.</summary>
    public string Invariants()
    {
        var declared = Declared(_ops, Field(_state), Numbers());
        for (var i = 0; i < declared.Count; i++)
        {
            var numbers = Numbers(declared[i].Where);
            double[] terms = [.. Gradient(i, numbers).Zip(Tendency(_state, numbers), (g, f) => g * f)];
            var (change, parts) = (Math.Abs(terms.Sum()), terms.Sum(Math.Abs));
            CheckFailure.Require(
                change <= Rounding * parts, $"{declared[i].Name} to stay",
                FormattableString.Invariant($"a change by {change / parts:G2} of those of its parts"));
        }

        return declared.Count == 0 ? "none declared" : string.Join(", ", declared.Select(invariant => invariant.Name));
    }

    /// <summary>A state that is shifted along an axis has the shifted tendency.</summary>
    public string Symmetries()
    {
        var numbers = Numbers();
        foreach (var axis in system.SymmetricAxes)
        {
            var (expected, got) = (Shifted(Tendency(_state, numbers), axis), Tendency(Shifted(_state, axis), numbers));
            var difference = expected.Zip(got, (a, b) => Math.Abs(a - b)).Max() / Math.Max(expected.Max(Math.Abs), double.Epsilon);
            CheckFailure.Require(
                difference <= Rounding, $"the tendency to shift with the state along axis {axis}",
                FormattableString.Invariant($"a relative difference of {difference:G2}"));
        }

        return system.SymmetricAxes.Count == 0 ? "none declared" : $"axes {string.Join(", ", system.SymmetricAxes)}";
    }

    private Dictionary<string, double> Numbers() =>
        system.ParameterNumbers.Concat(system.Forcing.Select(u => KeyValuePair.Create(u.Name, Forcing))).ToDictionary();

    private Dictionary<string, double> Numbers(IReadOnlyDictionary<string, double> instead)
    {
        var numbers = Numbers();
        foreach (var (name, value) in instead)
        {
            CheckFailure.Require(numbers.ContainsKey(name), $"parameters in {nameof(Invariant<int>.Where)}", $"'{name}'");
            numbers[name] = value;
        }

        return numbers;
    }

    private IReadOnlyList<Invariant<T>> Declared<T>(IAlgebra<T> ops, Field<T> x, Dictionary<string, double> numbers) =>
        system.Invariants(x, ParameterValues<T>.Constants(ops, numbers));

    private double[] Gradient(int invariant, Dictionary<string, double> numbers)
    {
        var tape = new Tape<NdArray<double>>(_ops);
        var x = tape.Input(_ops.From(_state, 1, _state.Length));
        tape.AddGradient(Declared(tape, tape.Field(x), numbers)[invariant].Value.Value, _ops.From([1.0], 1));
        tape.Backward();
        return x.HasGradient ? x.Gradient!.Span.ToArray() : new double[_state.Length];
    }

    private double[] Tendency(double[] state, Dictionary<string, double> numbers) =>
        system.Tendency(Field(state), ParameterValues<NdArray<double>>.Constants(_ops, numbers)).Value.Span.ToArray();

    private Field<NdArray<double>> Field(double[] state) => _ops.Field(_ops.From(state, 1, state.Length));

    // By one site of the coarsest field, the others as far.
    private double[] Shifted(double[] state, int axis)
    {
        var grids = system.Layout.Fields.Select(field => field.Grid).ToList();
        var (least, shifted, offset) = (grids.Min(grid => grid.Shape[axis]), new double[state.Length], 0);
        foreach (var grid in grids)
        {
            var (length, stride) = (grid.Shape[axis], grid.Shape.Skip(axis + 1).Aggregate(1, (product, next) => product * next));
            CheckFailure.Require(length % least == 0, $"fields whose lengths along axis {axis} are multiples of {least}", length);
            for (var site = 0; site < grid.Size; site++)
            {
                var place = site / stride % length;
                shifted[offset + site + ((((place + (length / least)) % length) - place) * stride)] = state[offset + site];
            }

            offset += grid.Size;
        }

        return shifted;
    }

    // Entries keep their signs, and zeros of walls stay.
    private static double[] Disordered(double[] state)
    {
        var random = new CounterRandom(7);
        return [.. state.Select(x => x * (1 + (Disorder * ((2 * random.NextUniform()) - 1))))];
    }
}
