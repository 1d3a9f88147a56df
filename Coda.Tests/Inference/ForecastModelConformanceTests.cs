using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Training;
using Coda.Training.Export;

namespace Coda.Tests.Inference;

/// <summary>Every forecast model of the catalogue advances alike in single precision and for ensembles, and what has a tangent and an adjoint has those of
/// its steps.</summary>
[TestClass]
public sealed class ForecastModelConformanceTests
{
    private const int Size = 16;

    private static TemporaryDirectory _folder = null!;
    private static OnnxModel _trained = null!;
    private static ArchiveDescription _archive = null!;

    public static IEnumerable<object[]> Names => ForecastModel.Catalog.Names.Select(name => new object[] { name });

    [ClassInitialize]
    public static void Export(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _folder = new TemporaryDirectory();
        var system = new Component("lorenz96", new JsonObject { ["size"] = Size });
        var experiment = TrainingExamples.Experiment with { System = system, Correction = new Component("pointwise"), WithholdingFraction = 0.4, Tracked = ["*"] };
        ModelExport.Write(ModelExamples.Of(experiment, TrainingExamples.Record(TrainingExamples.Twin with { System = system })), _folder.Path, "");
        _trained = OnnxModel.Open(_folder.Path);
        _archive = (TrainingExamples.Twin with { System = system }).Describe();
    }

    [ClassCleanup]
    public static void RemoveIt()
    {
        _trained.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void OneStepIsOneStepWhoeverAsks(string name)
    {
        var model = Create(name);
        using var disposable = model as IDisposable;
        double[] states = [.. model.TypicalState(1), .. model.TypicalState(2)];
        CollectionAssert.AreNotEqual(model.TypicalState(1), model.TypicalState(2));
        var (single, twice, values) = (new float[states.Length], new float[states.Length], new double[states.Length]);
        float[] start = [.. states.Select(x => (float)x)];
        model.Advance(start, single, 2);
        foreach (var isDouble in new[] { false, true })
        {
            using var map = model.Start(isDouble);
            map.Apply(states, values, 2);
            ExampleTwins.AssertClose(single, [.. values.Select(x => (float)x)], 1e-4);
            double[] own = [.. states];
            map.Apply(own, own, 2); // an ensemble is advanced in place
            CollectionAssert.AreEqual(values, own);
        }

        model.Advance(single, twice, 2);
        model.Advance(start, single, 2, steps: 2);
        ExampleTwins.AssertClose(twice, single, 1e-5);
        Assert.AreEqual((Size, _archive.StepLength), (model.OperatorLayout.Size, model.StepLength));
        Assert.AreEqual(states.Length, 2 * model.Layout.Size);
        Assert.IsGreaterThan(5, model.Description.Length);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TangentAndAdjointAreThoseOfTheStep(string name)
    {
        var model = Create(name);
        using var disposable = model as IDisposable;
        using var tangent = model.StartTangent();
        using var adjoint = model.StartAdjoint();
        Assert.AreEqual((name is "hybrid" or "simulator" or "tracked", name is "hybrid" or "simulator"), (tangent is not null, adjoint is not null));
        if (tangent is null)
        {
            return;
        }

        var (state, x, y) = (model.TypicalState(1), Direction(1, model), Direction(2, model));
        double[] Zeros() => new double[model.StateSize];
        var (values, forward, backward, ahead, behind) = (Zeros(), Zeros(), Zeros(), Zeros(), Zeros());
        tangent.Push(state, x, values, forward, 1);
        if (adjoint is not null)
        {
            adjoint.Pull(state, y, values, backward, 1);
            Assert.AreEqual(TensorPrimitives.Dot<double>(forward, y), TensorPrimitives.Dot<double>(x, backward), 1e-4);
        }

        const double Small = 1e-2;
        tangent.Apply([.. state.Zip(x, (s, d) => s + (Small * d))], ahead, 1);
        tangent.Apply([.. state.Zip(x, (s, d) => s - (Small * d))], behind, 1);
        for (var i = 0; i < model.StateSize; i++)
        {
            Assert.AreEqual((ahead[i] - behind[i]) / (2 * Small), forward[i], 2e-3);
        }
    }

    private static ForecastModel Create(string name) => ForecastModel.Catalog.Create(new Component(name), new ForecastContext(_archive, _trained));

    private static double[] Direction(int seed, ForecastModel model)
    {
        var random = new CounterRandom(9, seed);
        return [.. Enumerable.Range(0, model.StateSize).Select(_ => random.NextGaussian())];
    }
}
