using System.Numerics.Tensors;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Tests.Interpretations;

namespace Coda.Tests.Data;

/// <summary>What every system of the catalogue must do.</summary>
[TestClass]
public sealed class DynamicalSystemConformanceTests
{
    public static IEnumerable<object[]> Names => DynamicalSystem.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void SizesFit(string name)
    {
        var system = Make(name);
        Assert.AreEqual(system.Layout.Fields.Sum(f => f.Size), system.Layout.Size);
        Assert.HasCount(system.Layout.Size, system.ReferenceState());
        Assert.AreEqual(system.Parameters.Count, system.ParameterNumbers.Count);
        CollectionAssert.AllItemsAreUnique(system.Parameters.Select(p => p.Name).Concat(system.Forcing.Select(u => u.Name)).ToList());
        Assert.IsTrue(system.Forcing.All(u => u.Size >= 1));
        foreach (var parameter in system.Parameters)
        {
            Assert.IsTrue(parameter.Lower <= parameter.Default && parameter.Default <= parameter.Upper, $"{parameter}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheReferenceStateIsTheCallersOwn(string name)
    {
        var system = Make(name);
        var first = system.ReferenceState();
        Array.Clear(first);
        CollectionAssert.AreNotEqual(first, system.ReferenceState());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TendencyOfABatchIsThatOfEachState(string name)
    {
        var (formula, operands) = Tendency(name, batch: 3);
        var states = operands["state"];
        var whole = Interpret.OnBuffers<double>(formula, operands);
        CollectionAssert.AreEqual(states.Shape, whole.Shape);
        for (var i = 0; i < 3; i++)
        {
            var alone = states.Row(i) with { Shape = [states.Shape[1]] };
            var tendency = Interpret.OnBuffers<double>(formula, Agree.Replaced(operands, "state", alone));
            CollectionAssert.AreEqual(alone.Shape, tendency.Shape);
            Agree.Within(0, whole.Row(i).Values, tendency.Values, $"state {i}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void LeadingAxesAreFree(string name)
    {
        var (formula, operands) = Tendency(name, batch: 6);
        var folded = operands["state"] with { Shape = [2, 1, 3, operands["state"].Shape[1]] };
        var expected = Interpret.OnBuffers<double>(formula, operands);
        var inputs = Agree.Replaced(operands, "state", folded);
        var actual = Interpret.OnBuffers<double>(formula, inputs);
        CollectionAssert.AreEqual(folded.Shape, actual.Shape);
        Agree.Within(0, expected.Values, actual.Values, "folded batch");
        Agree.OverAlgebras(1e-3, formula, inputs);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AllAlgebrasAgreeAfterOneStepAndAfterTwenty(string name)
    {
        var system = Make(name);
        var operands = ModerateStates.WithParameters(system, 3);
        Agree.OverAlgebras(1e-4, new ForecastFormula(ModerateStates.Simulate(system), 1), operands);
        Agree.OverAlgebras(1e-4, new ForecastFormula(ModerateStates.Simulate(system), 20), operands);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TapeAgreesWithFiniteDifferencesByStateAndParameters(string name)
    {
        var (formula, operands) = Tendency(name, batch: 2);
        Agree.GradientWithFiniteDifferences(formula, operands, operands.Keys);
        Agree.GradientWithFiniteDifferences(new ForecastFormula(ModerateStates.Simulate(formula.System), 5), operands, operands.Keys, 1e-5);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TangentLinearModelAndAdjointAreThoseOfTheModel(string name)
    {
        var (formula, operands) = Tendency(name, batch: 2);
        var forecast = new ForecastFormula(ModerateStates.Simulate(formula.System), 5);
        Agree.TangentAndAdjoint(formula, operands, ["state"]);
        Agree.TangentAndAdjoint(forecast, operands, ["state"]);
        var twoSteps = new ForecastFormula(ModerateStates.Simulate(formula.System), 2); // what a parameter does, it does in each
        foreach (var parameter in formula.System.Parameters)
        {
            Agree.TangentAndAdjoint(twoSteps, operands, ["state", parameter.Name]);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EveryParameterAndForcingMatters(string name)
    {
        var (formula, operands) = Tendency(name, batch: 1);
        var gradients = Interpret.OnTape<double>(formula, operands, Operand.Gaussian(3, operands["state"].Shape).Values).Gradients;
        foreach (var parameter in formula.System.Parameters)
        {
            Assert.AreNotEqual(0, gradients[parameter.Name][0], parameter.Name);
        }

        Assert.IsTrue(formula.System.Forcing.All(u => gradients[u.Name].All(g => g != 0)));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheReferenceStateLeadsToALongFiniteVariedRun(string name)
    {
        var system = Make(name);
        var (ops, simulator) = (new BufferAlgebra<double>(), ModerateStates.Simulate(system));
        var state = ops.From(system.Layout.ToWorking(system.ReferenceState()), 1, system.Layout.Size);
        var (least, greatest) = (state.Span.ToArray(), state.Span.ToArray());
        for (var step = 0; step < 5000; step++)
        {
            state = simulator.Advance(ops, state, ModerateStates.Over(ops, system, step));
            ops.Recycle(state);
            TensorPrimitives.Min<double>(least, state.Span, least);
            TensorPrimitives.Max<double>(greatest, state.Span, greatest);
        }

        Assert.IsTrue(state.Span.ToArray().All(double.IsFinite));
        var widest = greatest.Zip(least, (high, low) => high - low).Max();
        Assert.IsTrue(widest is > 0.1 and < 1000, $"expected entries that vary, got {widest}");
    }

    [TestMethod]
    public void Lorenz96IsItsEquation()
    {
        var system = new Lorenz96(new Lorenz96.Options { Size = 5, Forcing = 7 });
        var tendency =
            Interpret.OnBuffers<double>(new TendencyFormula(system),
                new Dictionary<string, Operand> { ["state"] = new([1, 2, 4, 8, 16], 5), ["F"] = Operand.Scalar(7) });
        double[] expected = [((2 - 8) * 16) - 1 + 7, ((4 - 16) * 1) - 2 + 7, ((8 - 1) * 2) - 4 + 7, ((16 - 2) * 4) - 8 + 7, ((1 - 4) * 8) - 16 + 7];
        Agree.Within(1e-12, expected, tendency.Values, "tendency");
    }

    [TestMethod]
    public void Lorenz63IsItsEquation()
    {
        var system = new Lorenz63(new Lorenz63.Options());
        var operands = system.Parameters.ToDictionary(p => p.Name, p => Operand.Scalar(p.Default));
        operands.Add("state", new Operand([1, 2, 3], 3));
        Agree.Within(1e-12, [10, 28 - 3 - 2, 2 - 8], Interpret.OnBuffers<double>(new TendencyFormula(system), operands).Values, "tendency");
    }

    [TestMethod]
    public void Lorenz96TwoLevelIsItsEquations()
    {
        const int size = 4, fast = 3;
        var (f, h, c, b) = (9.0, 1.5, 7.0, 5.0);
        var system =
            new Lorenz96TwoLevel(
                new Lorenz96TwoLevel.Options { Size = size, FastPerSlow = fast, Forcing = f, Coupling = h, TimeScaleRatio = c, AmplitudeRatio = b });
        var operands = system.Parameters.ToDictionary(p => p.Name, p => Operand.Scalar(p.Default));
        operands.Add("state", Operand.Gaussian(1, size + (size * fast)));
        var state = operands["state"].Values;
        double X(int k) => state[((k % size) + size) % size];
        double Z(int j) => state[size + (((j % (size * fast)) + (size * fast)) % (size * fast))];
        var slow = Enumerable.Range(0, size).Select(k =>
            ((X(k + 1) - X(k - 2)) * X(k - 1)) - X(k) + f - (h * c * Enumerable.Range(k * fast, fast).Average(Z)));
        var quick = Enumerable.Range(0, size * fast).Select(j =>
            c * ((b * (Z(j - 1) - Z(j + 2)) * Z(j + 1)) - Z(j) + (h / fast * X(j / fast))));
        Agree.Within(1e-11, [.. slow, .. quick], Interpret.OnBuffers<double>(new TendencyFormula(system), operands).Values, "tendency");
    }

    private static DynamicalSystem Make(string name) => SmallSystem.Make(name);

    private static (TendencyFormula Formula, Dictionary<string, Operand> Operands) Tendency(string name, int batch)
    {
        var system = Make(name);
        return (new TendencyFormula(system), ModerateStates.WithParameters(system, batch));
    }
}
