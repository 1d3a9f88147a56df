using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>What systems declare of themselves is true of every one of the catalogue: invariants, symmetries, and a limit of the time step.</summary>
[TestClass]
public sealed class SystemLawsConformanceTests
{
    public static IEnumerable<object[]> Names => DynamicalSystem.Catalog.Names.Select(name => new object[] { name });

    public static IEnumerable<object[]> WithIntegrators =>
        from name in DynamicalSystem.Catalog.Names from integrator in Integrator.Catalog.Names select new object[] { name, integrator };

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheTendencyKeepsWhatIsDeclaredToBeConserved(string name)
    {
        var system = SmallSystem.Make(name);
        var state = Values(system);
        for (var i = 0; i < Count(system); i++)
        {
            var numbers = Numbers(system, i, out var invariant);
            var (change, exchange) = Along(system, i, state, numbers);
            Assert.IsTrue(exchange > 0, $"{invariant}: expected parts that change");
            Assert.IsTrue(Math.Abs(change) <= 1e-11 * exchange, $"{invariant}: changes by {change:G3}, its parts by {exchange:G3}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ARunKeepsWhatIsDeclaredToBeConserved(string name)
    {
        var system = SmallSystem.Make(name);
        var dt = Math.Min(ModerateStates.Simulate(system).LongestStep() / 20, 0.1);
        for (var i = 0; i < Count(system); i++)
        {
            const int steps = 50;
            var numbers = Numbers(system, i, out var invariant);
            var start = Values(system);
            var (_, exchange) = Along(system, i, start, numbers);
            var end = Run(new Simulator(system, new RungeKutta4(new()), dt), system.Layout.ToWorking(start), steps, numbers);
            var (before, after) = (Value(system, i, start, numbers), Value(system, i, ToValues(system, end), numbers));
            Assert.IsTrue(Math.Abs(after - before) <= 1e-4 * exchange * steps * dt, $"{invariant}: from {before:R} to {after:R} in {steps} steps of {dt:G3}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AShiftedStateHasTheShiftedTendency(string name)
    {
        var system = SmallSystem.Make(name);
        var state = Values(system);
        foreach (var axis in system.SymmetricAxes)
        {
            var expected = Shifted(system.Layout, Tendency(system, state, Given(system)), axis);
            Agree.Within(1e-11 * expected.Max(Math.Abs), expected, Tendency(system, Shifted(system.Layout, state, axis), Given(system)), $"axis {axis}");
        }
    }

    [TestMethod]
    public void SystemsOnPeriodicGridsDeclareWhatTheyKeep()
    {
        string[] Having(Func<DynamicalSystem, bool> what) =>
            [.. DynamicalSystem.Catalog.Names.Where(name => what(SmallSystem.Make(name)))];
        var (kept, symmetric) = (Having(s => Count(s) > 0), Having(s => s.SymmetricAxes.Count > 0));
        CollectionAssert.IsSubsetOf(
            new[] { "driven-pendulum", "kolmogorov-flow", "kuramoto-sivashinsky", "lorenz96-polynomial", "lotka-volterra", "seir", "shallow-water", "sir" },
            kept);
        CollectionAssert.IsSubsetOf(
            new[] { "kolmogorov-flow", "kuramoto-sivashinsky", "lorenz96", "lorenz96-two-level", "shallow-water", "swift-hohenberg" }, symmetric);
    }

    [TestMethod]
    [DynamicData(nameof(WithIntegrators))]
    public void HalvedStepsErrLessByTheOrder(string name, string integrator)
    {
        const int steps = 4;
        var (system, scheme) = (SmallSystem.Make(name), Integrator.Catalog.Create(new Component(integrator)));
        var start = ModerateStates.Of(system, 1).Values;
        var size = Math.Sqrt(start.Sum(z => z * z));
        double[] Reached(double dt, int finer) => Run(new Simulator(system, scheme, dt / finer), start, steps * finer, Given(system));
        var orders = new List<double>();
        for (var dt = ModerateStates.Simulate(system).LongestStep() / 1024; orders.Count < 6; dt *= 2)
        {
            var exact = Reached(dt, 8);
            double Error(int finer) => Math.Sqrt(Reached(dt, finer).Zip(exact, (a, b) => (a - b) * (a - b)).Sum());
            var (whole, half) = (Error(1), Error(2));
            if (!(whole < size))
            {
                break;
            }

            if (whole > 1e-12 * size) // far from rounding
            {
                orders.Add(Math.Log2(whole / half));
            }
        }

        // Where the leading term of the error happens to vanish at a step, it does not at the next.
        Assert.IsTrue(orders.Any(order => Math.Abs(order - scheme.Order) < 0.4), $"expected {scheme.Order}, got {string.Join(", ", orders)}");
    }

    private static int Count(DynamicalSystem system) => Invariants(new BufferAlgebra<double>(), system, Values(system), Given(system)).Count;

    private static IReadOnlyList<Invariant<NdArray<double>>> Invariants(
        BufferAlgebra<double> ops, DynamicalSystem system, double[] state, IReadOnlyDictionary<string, double> numbers) =>
        system.Invariants(ops.Field(ops.From(state, 1, state.Length)), ParameterValues<NdArray<double>>.Constants(ops, numbers));

    private static double Value(DynamicalSystem system, int i, double[] state, IReadOnlyDictionary<string, double> numbers) =>
        Invariants(new BufferAlgebra<double>(), system, state, numbers)[i].Value.Value.Span[0];

    // The parameters for which the invariant is one, all others as they are; forcing at some value.
    private static Dictionary<string, double> Numbers(DynamicalSystem system, int i, out string name)
    {
        var numbers = Given(system);
        var invariant = Invariants(new BufferAlgebra<double>(), system, Values(system), numbers)[i];
        foreach (var (parameter, value) in invariant.Where)
        {
            Assert.IsTrue(numbers.ContainsKey(parameter), $"{invariant.Name}: expected a parameter, got {parameter}");
            numbers[parameter] = value;
        }

        name = invariant.Name;
        return numbers;
    }

    private static Dictionary<string, double> Given(DynamicalSystem system) =>
        system.ParameterNumbers.Concat(system.Forcing.Select(u => KeyValuePair.Create(u.Name, 0.3))).ToDictionary();

    // ∇I · f, and the sum of the magnitudes of its terms.
    private static (double Change, double Exchange) Along(DynamicalSystem system, int i, double[] state, IReadOnlyDictionary<string, double> numbers)
    {
        var buffers = new BufferAlgebra<double>();
        var tape = new Tape<NdArray<double>>(buffers);
        var x = tape.Input(buffers.From(state, 1, state.Length));
        var value = system.Invariants(tape.Field(x), ParameterValues<Variable<NdArray<double>>>.Constants(tape, numbers))[i].Value.Value;
        tape.AddGradient(value, buffers.From([1.0], 1));
        tape.Backward();
        double[] terms = [.. x.Gradient!.Span.ToArray().Zip(Tendency(system, state, numbers), (g, f) => g * f)];
        return (terms.Sum(), terms.Sum(Math.Abs));
    }

    private static double[] Tendency(DynamicalSystem system, double[] state, IReadOnlyDictionary<string, double> numbers)
    {
        var ops = new BufferAlgebra<double>();
        return system.Tendency(ops.Field(ops.From(state, 1, state.Length)), ParameterValues<NdArray<double>>.Constants(ops, numbers)).Value.Span.ToArray();
    }

    private static double[] Values(DynamicalSystem system) => ToValues(system, ModerateStates.Of(system, 1).Values);

    private static double[] ToValues(DynamicalSystem system, double[] z) => [.. z.Select((value, entry) => system.Layout.DomainOf(entry).ToPhysical(value))];

    // The forcing is the time.
    private static double[] Run(Simulator simulator, double[] start, int steps, IReadOnlyDictionary<string, double> numbers)
    {
        var (ops, system) = (new BufferAlgebra<double>(), simulator.System);
        var (state, channels) = (ops.From(start, 1, start.Length), system.Forcing.Sum(u => u.Size));
        for (var step = 0; step < steps; step++)
        {
            double[] times = [step * simulator.StepLength, (step + 1) * simulator.StepLength];
            var forcing = ops.From([.. times.SelectMany(time => Enumerable.Repeat(time, channels))], 1, 2, channels);
            state = simulator.Advance(ops, state, ParameterValues<NdArray<double>>.Constants(ops, numbers).Forced(system.Forcing, forcing));
            ops.Recycle(state);
        }

        return state.Span.ToArray();
    }

    private static double[] Shifted(StateLayout layout, double[] state, int axis)
    {
        var (least, shifted, offset) = (layout.Fields.Min(f => f.Grid.Shape[axis]), new double[state.Length], 0);
        foreach (var grid in layout.Fields.Select(f => f.Grid))
        {
            var (n, stride) = (grid.Shape[axis], grid.Shape.Skip(axis + 1).Aggregate(1, (product, length) => product * length));
            Assert.AreEqual(0, n % least, "Fields shift together where their numbers of sites are multiples.");
            for (var site = 0; site < grid.Size; site++)
            {
                var place = site / stride % n;
                shifted[offset + site + ((((place + (n / least)) % n) - place) * stride)] = state[offset + site];
            }

            offset += grid.Size;
        }

        return shifted;
    }
}
