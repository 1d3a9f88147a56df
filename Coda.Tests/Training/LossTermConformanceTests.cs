using System.Text.Json.Nodes;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Tests.Data;
using Coda.Tests.Interpretations;
using Coda.Training.Algebra;
using Coda.Training.Losses;
using Coda.Training.Networks;
using Coda.Training.Rollouts;
using Coda.Training.Stages;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>What every loss term of the catalogue must do, with linear and nonlinear operators.</summary>
[TestClass]
public sealed class LossTermConformanceTests
{
    private const int Batch = 3;
    private const int Length = 5;
    private static readonly DynamicalSystem System = new Lorenz96(new Lorenz96.Options { Size = 8 });
    private static readonly Simulator Simulator = ModerateStates.Simulate(System, 0.01);

    public static IEnumerable<object[]> Terms =>
        from term in LossTerm.Catalog.Names
        from observation in ObservationOperator.Catalog.Names
        select new object[] { term, observation };

    [TestMethod]
    [DynamicData(nameof(Terms))]
    public void TapeAndLibTorchGiveTheSameValueAndGradients(string term, string observation)
    {
        var loss = Loss(observation, term);
        var (start, later, observations) = Noisy(loss);
        var (tape, byTape) = Backward(new TapeRoute(loss), start, later, observations);
        var (torch, byTorch) = Backward(new TorchRoute(loss, null, CPU), start, later, observations);
        Assert.IsGreaterThan(0, torch.Total);
        Assert.AreEqual(torch.Total, tape.Total, 1e-5 * torch.Total);
        Assert.AreEqual(torch.Terms[0], tape.Terms[0], 1e-5 * torch.Terms[0]);
        Assert.AreEqual(torch.Parameters["F"], tape.Parameters["F"], 1e-4 * Math.Max(1e-2, Math.Abs(torch.Parameters["F"])));
        Agree.Within(1e-4 * byTorch.Max(Math.Abs), byTorch, byTape, "gradient by the analyses");
    }

    [TestMethod]
    [DynamicData(nameof(Terms))]
    public void StepsComputedAgainOnTheWayBackGiveTheSameGradients(string term, string observation)
    {
        var loss = Loss(observation, term);
        var (start, later, observations) = Noisy(loss);
        var (kept, byKept) = Backward(new TapeRoute(loss), start, later, observations);
        var (again, byAgain) = Backward(new TapeRoute(loss, recomputes: true), start, later, observations);
        CollectionAssert.AreEqual(kept.Terms, again.Terms);
        Assert.AreEqual((kept.Total, kept.Parameters["F"]), (again.Total, again.Parameters["F"]), "the tape: to the last bit");
        CollectionAssert.AreEqual(byKept, byAgain);
        (kept, byKept) = Backward(new TorchRoute(loss, null, CPU), start, later, observations);
        (again, byAgain) = Backward(new TorchRoute(loss, null, CPU, recomputes: true), start, later, observations);
        Assert.AreEqual(kept.Total, again.Total);
        Assert.AreEqual(kept.Parameters["F"], again.Parameters["F"], 1e-5 * Math.Abs(kept.Parameters["F"]));
        Agree.Within(1e-6 * byKept.Max(Math.Abs), byKept, byAgain, "LibTorch: to rounding");
    }

    [TestMethod]
    [DynamicData(nameof(Terms))]
    public void BothRoutesEvaluateWhatTheyDifferentiate(string term, string observation)
    {
        var loss = Loss(observation, term);
        var (start, later, observations) = Noisy(loss);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (IRolloutRoute route in new IRolloutRoute[] { new TapeRoute(loss), new TorchRoute(loss, null, CPU) })
        {
            var (expected, _) = Backward(route, start, later, observations);
            var evaluated = route.Evaluate(Analyses(start, later, wanted: false), observations, Forcing());
            Assert.AreEqual(expected.Total, evaluated.Total, 1e-6 * expected.Total);
            Assert.IsEmpty(evaluated.Parameters);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Terms))]
    public void TapeAgreesWithFiniteDifferencesInDoublePrecision(string term, string observation)
    {
        var loss = Loss(observation, term);
        var (start, later, observations) = Noisy(loss);
        Agree.GradientWithFiniteDifferences(
            new LossFormula(loss, observations), Operands(start, later), ["start", "later", "F"], 1e-5);
    }

    [TestMethod]
    [DynamicData(nameof(Terms))]
    public void PerfectStatesAndObservationsWithoutErrorLoseNothing(string term, string observation)
    {
        var loss = Loss(observation, term);
        var start = ModerateStates.Of(System, Batch);
        var later = Forecast(start, Length);
        var observations = Observe(loss, start, 0);
        Assert.AreEqual(0, Interpret.OnBuffers<double>(new LossFormula(loss, observations), Operands(start, later)).Values[0], 1e-10);
        Assert.AreEqual(0, Backward(new TapeRoute(loss), start, later, observations).Result.Total, 1e-8);
    }

    [TestMethod]
    [DynamicData(nameof(Terms))]
    public void WhatIsNotObservedDoesNotMatter(string term, string observation)
    {
        var loss = Loss(observation, term);
        var (start, later, observations) = Noisy(loss);
        var expected = Backward(new TapeRoute(loss), start, later, observations).Result.Total;
        for (var i = 0; i < observations.Values.Length; i++)
        {
            observations.Values[i] = observations.Precisions[i] == 0 ? 77 : observations.Values[i];
        }

        Assert.AreEqual(expected, Backward(new TapeRoute(loss), start, later, observations).Result.Total);
    }

    [TestMethod]
    [DynamicData(nameof(Terms))]
    public void TheTermIsAMeanWithoutAUnit(string term, string observation)
    {
        // The same rollouts twice, and precisions and variance in other units: the value stays, or scales with 1/σ².
        var loss = Loss(observation, term);
        var (start, later, observations) = Noisy(loss);
        var value = Interpret.OnBuffers<double>(new LossFormula(loss, observations), Operands(start, later)).Values[0];
        Operand Twice(Operand a) => a with { Values = [.. a.Values, .. a.Values], Shape = [2 * a.Shape[0], a.Shape[1]] };
        var doubled = Copy(observations, 2, 1);
        Assert.AreEqual(value, Interpret.OnBuffers<double>(new LossFormula(loss, doubled), Operands(Twice(start), Twice(later))).Values[0], 1e-9 * value);
        var quarter = Copy(observations, 1, 4);
        Assert.AreEqual(value / 4, Interpret.OnBuffers<double>(new LossFormula(loss, quarter), Operands(start, later)).Values[0], 1e-6 * value);
    }

    [TestMethod]
    public void AnUnobservedRolloutLosesNothingInsteadOfDividingByZero()
    {
        var loss = Loss("site-selection", "data-misfit");
        var observations = new RolloutObservations(Batch, Length + 1, 8, 8);
        var start = ModerateStates.Of(System, Batch);
        Assert.AreEqual(0, Backward(new TapeRoute(loss), start, start, observations).Result.Total);
    }

    [TestMethod]
    public void TermsAreSummedWithTheirWeights()
    {
        var loss = Loss("site-selection", "data-misfit", "consistency");
        var weighted = loss with { Terms = [new DataMisfit(new DataMisfit.Options { Weight = 0.5 }), new Consistency(new Consistency.Options { Alpha = 3 })] };
        var (start, later, observations) = Noisy(loss);
        foreach (var route in new Func<RolloutLoss, IRolloutRoute>[] { l => new TapeRoute(l), l => new TorchRoute(l, null, CPU) })
        {
            var (plain, _) = Backward(route(loss), start, later, observations);
            var (scaled, _) = Backward(route(weighted), start, later, observations);
            Assert.AreEqual(plain.Terms[0], scaled.Terms[0], 1e-6 * plain.Terms[0]);
            Assert.AreEqual((0.5 * plain.Terms[0]) + (3 * plain.Terms[1]), scaled.Total, 1e-5 * scaled.Total);
        }
    }

    [TestMethod]
    public void TheAlignedConsistencyIsLeastAtTheTrueForcingAndThePublishedOneIsNot()
    {
        // Perfect states at k, and at k + w (aligned) or k + w + 1 (as published).
        var loss = Loss("site-selection", "consistency");
        var start = ModerateStates.Of(System, Batch);
        var observations = Observe(loss, start, 0);
        double At(double forcing, int offset) => Interpret.OnBuffers<double>(
            new LossFormula(loss, observations), Agree.Replaced(Operands(start, Forecast(start, Length + offset)), "F", Operand.Scalar(forcing))).Values[0];
        foreach (var away in new[] { 7.8, 7.95, 8.05, 8.2 })
        {
            Assert.IsGreaterThan(At(8, 0), At(away, 0), $"F = {away}");
        }

        Assert.IsGreaterThan(1e-3, At(8, 1));
        Assert.IsTrue(At(8.05, 1) < At(8, 1) || At(7.95, 1) < At(8, 1), "expected the published alignment to be least at another forcing");
    }

    [TestMethod]
    public void TheCorrectionsWeightsGetTheirGradientFromLibTorch()
    {
        var correction = new PointwiseCorrection(System.Layout, new PointwiseCorrection.Options { Width = 4 });
        var loss = Loss("site-selection", "data-misfit", "consistency") with { Correction = correction };
        var (start, later, observations) = Noisy(loss);
        var weights = NetworkExamples.Weights(correction.WeightDefinitions);
        using var store = new WeightStore(correction.WeightDefinitions, 1, CPU);
        store.Load(NetworkExamples.Plain(weights));
        var (result, byAnalyses) = Backward(new TorchRoute(loss, store.View(), CPU), start, later, observations);

        var operands = Operands(start, later);
        foreach (var (name, weight) in weights)
        {
            operands.Add(name, weight);
        }

        var formula = new LossFormula(loss, observations);
        var (value, gradients) = Interpret.OnTape<double>(formula, operands, [1.0]);
        Assert.AreEqual(value.Values[0], result.Total, 1e-5 * result.Total);
        Assert.AreEqual(gradients["F"][0], result.Parameters["F"], 1e-4 * Math.Abs(gradients["F"][0]));
        Agree.Within(1e-4 * byAnalyses.Max(Math.Abs), [.. gradients["start"], .. gradients["later"]], byAnalyses, "analyses");
        foreach (var definition in correction.WeightDefinitions)
        {
            using var scope = NewDisposeScope();
            var expected = gradients[definition.Name];
            Agree.Within(1e-4 * expected.Max(Math.Abs), expected, Interpret.Plain(store.Tensors[definition.Name].grad!).Values, definition.Name);
        }
    }

    [TestMethod]
    public void OnlyTheParametersAskedForAreDifferentiated()
    {
        var system = new Lorenz63(new Lorenz63.Options());
        var loss = new RolloutLoss(
            ModerateStates.Simulate(system, 0.01), new SiteSelection(system.Layout, new SiteSelection.Options()), null,
            [new DataMisfit(new DataMisfit.Options())], Length);
        var start = ModerateStates.Of(system, Batch);
        var observations = Observe(loss, start, 1);
        foreach (IRolloutRoute route in new IRolloutRoute[] { new TapeRoute(loss), new TorchRoute(loss, null, CPU) })
        {
            using var scope = NewDisposeScope();
            var result = route.Backward(Analyses(start, start, wanted: true), observations, system.ParameterNumbers, ["rho", "beta"]);
            CollectionAssert.AreEquivalent(new[] { "rho", "beta" }, result.Parameters.Keys.ToArray());
            Assert.IsTrue(result.Parameters.Values.All(d => d != 0));
        }
    }

    private static RolloutLoss Loss(string observation, params string[] terms) => new(
        Simulator, ObservationOperator.Catalog.Create(new Component(observation), System.Layout), null,
        [.. terms.Select(t => LossTerm.Catalog.Create(new Component(t)))], Length);

    private static (Operand Start, Operand Later, RolloutObservations Observations) Noisy(RolloutLoss loss)
    {
        var truth = ModerateStates.Of(System, Batch);
        var start = truth.Plus(0.3, Operand.Gaussian(1, truth.Shape));
        return (start, Forecast(truth, Length).Plus(0.4, Operand.Gaussian(2, truth.Shape)), Observe(loss, truth, 0.7));
    }

    /// <summary>Observations of rollouts from the states given; a third of the entries is missing.</summary>
    private static RolloutObservations Observe(RolloutLoss loss, Operand start, double sigma)
    {
        var (sites, size) = (loss.Operator.SiteCount, start.Shape[1]);
        var observations = new RolloutObservations(Batch, Length + 1, sites, size)
        {
            Variance = 0.49,
            Reanalysis = loss.Simulator == Simulator
                ? Array.ConvertAll<double, float>([.. start.Values, .. Forecast(start, Length).Values], v => (float)v) : null,
        };
        var random = new CounterRandom(6);
        for (var lead = 0; lead <= Length; lead++)
        {
            var operands = new Dictionary<string, Operand> { ["state"] = start };
            foreach (var (name, value) in loss.Simulator.System.ParameterNumbers)
            {
                operands.Add(name, Operand.Scalar(value));
            }

            var state = Interpret.OnBuffers<double>(new ForecastFormula(loss.Simulator, lead), operands);
            var exact = Interpret.OnBuffers<double>(new OperatorFormula(loss.Operator), new Dictionary<string, Operand> { ["state"] = state });
            for (var i = 0; i < exact.Values.Length; i++)
            {
                if (random.NextUniform() < 0.66)
                {
                    var at = (lead * Batch * sites) + i;
                    observations.Values[at] = (float)(exact.Values[i] + (sigma * random.NextGaussian()));
                    observations.Precisions[at] = (float)(1 / 0.49);
                    observations.ObservedCount++;
                }
            }
        }

        return observations;
    }

    private static RolloutObservations Copy(RolloutObservations from, int times, double units)
    {
        var copy = new RolloutObservations(times * from.BatchSize, from.Leads, from.SiteCount, from.StateSize)
        {
            Variance = from.Variance * units,
            ObservedCount = from.ObservedCount * times,
            Reanalysis = [.. from.Reanalysis!.Chunk(from.Reanalysis!.Length / 2).SelectMany(half => Enumerable.Repeat(half, times)).SelectMany(half => half)],
        };
        for (var lead = 0; lead < from.Leads; lead++)
        {
            for (var time = 0; time < times; time++)
            {
                var at = ((lead * times) + time) * from.BatchSize * from.SiteCount;
                from.ValuesAt(lead).CopyTo(copy.Values.AsSpan(at));
                Array.ConvertAll(from.PrecisionsAt(lead).ToArray(), p => (float)(p / units)).CopyTo(copy.Precisions.AsSpan(at));
            }
        }

        return copy;
    }

    private static Operand Forecast(Operand state, int steps) => Interpret.OnBuffers<double>(
        new ForecastFormula(Simulator, steps), new Dictionary<string, Operand> { ["state"] = state, ["F"] = Operand.Scalar(8) });

    private static Dictionary<string, double> Forcing() => new() { ["F"] = 8 };

    private static Dictionary<string, Operand> Operands(Operand start, Operand later) =>
        new() { ["start"] = start, ["later"] = later, ["F"] = Operand.Scalar(8) };

    private static Tensor Analyses(Operand start, Operand later, bool wanted) =>
        cat([Interpret.ToTensor(start), Interpret.ToTensor(later)], 0).detach().requires_grad_(wanted);

    private static (RolloutGradient Result, double[] Gradient) Backward(IRolloutRoute route, Operand start, Operand later, RolloutObservations observations)
    {
        using var scope = NewDisposeScope();
        using var guard = enable_grad();
        var analyses = Analyses(start, later, wanted: true);
        var result = route.Backward(analyses, observations, Forcing(), ["F"]);
        return (result, Interpret.Plain(analyses.grad!).Values);
    }

    /// <summary>The weighted sum of a loss's terms.</summary>
    private sealed record LossFormula(RolloutLoss Loss, RolloutObservations Observations) : IFormula
    {
        public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs)
        {
            T Import(ReadOnlySpan<float> values, int[] shape) => ops.SplitLast(ops.Constant(Array.ConvertAll(values.ToArray(), v => (double)v)), shape[1]);
            var terms = Loss.Evaluate(
                ops, inputs["start"], inputs["later"], new ParameterValues<T>(ops, inputs), Loss.Correction is null
                    ? null : new Weights<T>(inputs), Observations, Import);
            return terms.Zip(Loss.Terms, (term, definition) => ops.Scale(term, definition.Weight)).Aggregate(ops.Add);
        }
    }
}
