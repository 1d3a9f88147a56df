using Coda.Classical.Numerics;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Tests.Data;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>The derivatives that Gauss-Newton uses, for every system and scheme of the catalogue.</summary>
[TestClass]
public sealed class TangentMapTests
{
    public static IEnumerable<object[]> Combinations() =>
        from system in DynamicalSystem.Catalog.Names
        where DynamicalSystem.Catalog.TypeOf(system).Assembly == typeof(DynamicalSystem).Assembly
        from integrator in Integrator.Catalog.Names
        where Integrator.Catalog.TypeOf(integrator).Assembly == typeof(Integrator).Assembly
        select new object[] { system, integrator };

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void TheErrorOfTheTangentLinearModelShrinksWithTheSquare(string system, string integrator)
    {
        var model = Model(system, integrator);
        using var jacobian = model.StartModel();
        var (x, direction) = (model.TypicalState(3), Direction(model.Layout.Size, 1));
        var forcing = model.TypicalForcing(3);
        jacobian.Evaluate(x, 1, forcing);
        var (value, derivative) = (jacobian.Value(0).ToArray(), Multiply(jacobian, direction));
        double previous = 0;
        foreach (var step in new[] { 1e-2, 1e-3, 1e-4 })
        {
            var moved = new double[x.Length];
            jacobian.Apply([.. x.Zip(direction, (a, b) => a + (step * b))], moved, 1, forcing);
            var error = Math.Sqrt(Enumerable.Range(0, x.Length).Sum(i => Math.Pow(moved[i] - value[i] - (step * derivative[i]), 2)));
            Assert.IsTrue(previous == 0 || error < 0.012 * previous || error < 1e-13, $"{previous} to {error}");
            previous = error;
        }
    }

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void TheTransposeIsTheAdjoint(string system, string integrator)
    {
        // ⟨w, M v⟩ = ⟨Mᵀ w, v⟩, with M from dual numbers and Mᵀ from the recorded tape.
        var model = Model(system, integrator);
        using var jacobian = model.StartModel();
        var (x, v, w) = (model.TypicalState(3), Direction(model.Layout.Size, 1), Direction(model.Layout.Size, 2));
        var forcing = model.TypicalForcing(3) ?? [];
        jacobian.Evaluate(x, 1, forcing);
        var forward = Multiply(jacobian, v).Zip(w, (a, b) => a * b).Sum();
        var simulator =
            new Simulator(SmallSystem.Make(system), Integrator.Catalog.Create(new Component(integrator)), model.StepLength);
        var buffers = new BufferAlgebra<double>();
        var tape = new Tape<NdArray<double>>(buffers);
        var input = tape.Input(buffers.Constant(x));
        var parameters = ParameterValues<Variable<NdArray<double>>>.Constants(tape, simulator.System.ParameterNumbers)
            .Forced(simulator.System.Forcing, tape.Fixed(buffers.From(forcing, 2, forcing.Length / 2)));
        tape.AddGradient(simulator.Advance(tape, input, parameters), buffers.Constant(w));
        tape.Backward();
        var back = input.Gradient!.Span.ToArray().Zip(v, (a, b) => a * b).Sum();
        Assert.AreEqual(forward, back, 1e-12 * Math.Max(1, Math.Abs(forward)));
    }

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void APreparedDerivativeHasTheSameBits(string system, string integrator)
    {
        foreach (var isDouble in new[] { true, false })
        {
            var model = Model(system, integrator);
            using var tangent = model.StartTangent(isDouble);
            using var adjoint = model.StartAdjoint(isDouble);
            var (size, forcing) = (model.Layout.Size, model.TypicalForcing(3));
            double[] expected = new double[size], actual = new double[size], values = new double[size];
            var states = new[] { model.TypicalState(3), model.TypicalState(4) };
            var derivatives = states.Select(x => adjoint.Linearize(x, forcing)!).ToList(); // the second shares what does not depend on the state
            for (var turn = 0; turn < 4; turn++)
            {
                var (x, derivative, direction) = (states[turn % 2], derivatives[turn % 2], Direction(size, 1 + turn));
                tangent.Push(x, direction, values, expected, 1, forcing);
                derivative.Push(direction, actual);
                CollectionAssert.AreEqual(expected, actual, $"tangent, turn {turn}");
                adjoint.Pull(x, direction, values, expected, 1, forcing);
                derivative.Pull(direction, actual);
                CollectionAssert.AreEqual(expected, actual, $"adjoint, turn {turn}");
            }
        }
    }

    [TestMethod]
    [DataRow(30)]
    [DataRow(40)]
    [DataRow(45)]
    public void AProductByFewEntriesIsTheWholeProduct(int size)
    {
        var twin = ExampleTwins.Lorenz96(size: size, steps: 2);
        using var jacobian = LinearizedModel.Of(new AnalysisContext(twin.Archive()), new ThreeDVar.Options()).StartModel();
        jacobian.Evaluate(Direction(2 * size, 3), 2);
        var stride = BlockedCholesky<double>.Stride(size);
        var (right, actual) = (new double[MatrixProduct.Entries(size, stride)], new double[MatrixProduct.Entries(size, stride)]);
        Direction(right.Length, 4).CopyTo(right, 0);
        jacobian.Multiply(1, right, actual, stride, size);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                var expected = jacobian.ColumnsOf[i].Sum(m => jacobian.Entry(1, i, m) * right[(m * stride) + j]);
                Assert.AreEqual(expected, actual[(i * stride) + j], 1e-12);
            }
        }
    }

    [TestMethod]
    public void FewPerturbationsGiveTheWholeDerivative()
    {
        var model = Model("lorenz96", "runge-kutta4");
        using var map = model.StartModel();
        using var compressed = model.StartModel();
        compressed.Evaluate(model.TypicalState(1), 1);
        var pattern = JacobianPattern.Of(new Opened(map), model.TypicalState);
        Assert.AreEqual(14, pattern.ColourCount);
        Assert.IsTrue(pattern.RowsOf.All(rows => rows.Length == 13));
    }

    [TestMethod]
    [DataRow(256)]
    [DataRow(300)]
    public void CombsFindThePatternOfALargeRing(int size)
    {
        var twin = ExampleTwins.Lorenz96(size: size, steps: 2);
        var model = LinearizedModel.Of(new AnalysisContext(twin.Archive()), new ThreeDVar.Options());
        using var jacobian = model.StartModel();
        using var map = new Counted(jacobian);
        var few = JacobianPattern.Of(map, model.TypicalState, isPeriodicLine: true);
        Assert.IsLessThanOrEqualTo(3 * 75, map.Perturbations);
        var all = JacobianPattern.Of(map, model.TypicalState);
        for (var i = 0; i < size; i++)
        {
            CollectionAssert.AreEqual(all.ColumnsOf[i], few.ColumnsOf[i]);
            CollectionAssert.AreEqual(all.RowsOf[i], few.RowsOf[i]);
        }

        CollectionAssert.AreEqual(all.ColourOf, few.ColourOf);
    }

    [TestMethod]
    public void CombsAreNotTrustedWhereAMapReachesFar()
    {
        using var map = new Rolled(256, 20);
        var pattern = JacobianPattern.Of(map, _ => new double[256], isPeriodicLine: true);
        Assert.IsTrue(pattern.IsConstant);
        Assert.IsTrue(Enumerable.Range(0, 256).All(i => pattern.ColumnsOf[i].Single() == (i + 20) % 256));
    }

    [TestMethod]
    public void APatternThatMissesEntriesIsFoundOut()
    {
        var model = Model("lorenz96", "runge-kutta4");
        var narrow = JacobianPattern.Of(new Narrow(model.Layout.Size), model.TypicalState);
        using var inner = model.StartModel();
        using var jacobian = new Jacobian(new Opened(inner), narrow);
        using var expected = model.StartModel();
        var (x, v) = (model.TypicalState(2), Direction(model.Layout.Size, 4));
        jacobian.Evaluate(x, 1);
        expected.Evaluate(x, 1);
        CollectionAssert.AreEqual(Multiply(expected, v), Multiply(jacobian, v));
    }

    private static LinearizedModel Model(string system, string integrator)
    {
        var twin = new TwinExperiment { System = SmallSystem.Component(system), StepLength = 0.005, StepCount = 2, SpinUpSteps = 10 };
        return LinearizedModel.Of(new AnalysisContext(twin.Archive()), new ThreeDVar.Options { Integrator = new Component(integrator) });
    }

    private static double[] Direction(int size, int seed)
    {
        var random = new CounterRandom(5, seed);
        return [.. Enumerable.Range(0, size).Select(_ => random.NextGaussian())];
    }

    private static double[] Multiply(Jacobian jacobian, double[] v) =>
        [.. Enumerable.Range(0, jacobian.OutputSize).Select(i => jacobian.ColumnsOf[i].Sum(m => jacobian.Entry(0, i, m) * v[m]))];

    /// <summary>A map from a derivative that was made already.</summary>
    private sealed class Opened(Jacobian jacobian) : ITangentMap
    {
        public int InputSize => jacobian.InputSize;

        public int OutputSize => jacobian.OutputSize;

        public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default) =>
            jacobian.Apply(states, values, count);

        public void Push(
            ReadOnlySpan<double> states, ReadOnlySpan<double> perturbations, Span<double> values, Span<double> derivatives, int count,
            ReadOnlySpan<double> forcing = default)
        {
            jacobian.Evaluate(states, count);
            for (var index = 0; index < count; index++)
            {
                jacobian.Value(index).CopyTo(values[(index * OutputSize)..]);
                for (var member = 0; member < perturbations.Length / InputSize; member++)
                {
                    for (var i = 0; i < OutputSize; i++)
                    {
                        var sum = 0.0;
                        foreach (var m in jacobian.ColumnsOf[i])
                        {
                            sum += jacobian.Entry(index, i, m) * perturbations[(member * InputSize) + m];
                        }

                        derivatives[(((index * perturbations.Length / InputSize) + member) * OutputSize) + i] = sum;
                    }
                }
            }
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Counts perturbations.</summary>
    private sealed class Counted(Jacobian jacobian) : ITangentMap
    {
        private readonly Opened _inner = new(jacobian);

        public int Perturbations { get; private set; }

        public int InputSize => jacobian.InputSize;

        public int OutputSize => jacobian.OutputSize;

        public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default) =>
            _inner.Apply(states, values, count);

        public void Push(
            ReadOnlySpan<double> states, ReadOnlySpan<double> perturbations, Span<double> values, Span<double> derivatives, int count,
            ReadOnlySpan<double> forcing = default)
        {
            Perturbations += perturbations.Length / InputSize;
            _inner.Push(states, perturbations, values, derivatives, count);
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Every row is one column, so many sites on.</summary>
    private sealed class Rolled(int size, int shift) : ITangentMap
    {
        public int InputSize => size;

        public int OutputSize => size;

        public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default) =>
            throw new NotSupportedException();

        public void Push(
            ReadOnlySpan<double> states, ReadOnlySpan<double> perturbations, Span<double> values, Span<double> derivatives, int count,
            ReadOnlySpan<double> forcing = default)
        {
            states.CopyTo(values);
            for (var i = 0; i < perturbations.Length; i++)
            {
                derivatives[i] = perturbations[(i / size * size) + (((i % size) + shift) % size)];
            }
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A map whose derivative is diagonal.</summary>
    private sealed class Narrow(int size) : ITangentMap
    {
        public int InputSize => size;

        public int OutputSize => size;

        public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default) =>
            states.CopyTo(values);

        public void Push(
            ReadOnlySpan<double> states, ReadOnlySpan<double> perturbations, Span<double> values, Span<double> derivatives, int count,
            ReadOnlySpan<double> forcing = default)
        {
            states.CopyTo(values);
            perturbations.CopyTo(derivatives);
        }

        public void Dispose()
        {
        }
    }
}
