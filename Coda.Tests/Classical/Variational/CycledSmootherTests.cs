using Coda.Classical.Observed;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Cycles;
using Coda.Classical.Variational.Smoothing;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>Successive windows, each with the last one's posterior as its prior.</summary>
[TestClass]
public sealed class CycledSmootherTests
{
    // What a window leaves of its last step is all that the next needs: the end is the Kalman filter's, in however many windows.
    [TestMethod]
    [DataRow(7)]
    [DataRow(1)]
    public void OfALinearModelTheLastStepIsTheKalmanFilters(int length)
    {
        var twin = new LinearTwin(29, 0.04);
        var (filter, filterVariances, _, _) = twin.Textbook();
        var information = new double[LinearTwin.Size * LinearTwin.Size];
        using var smoother = new TrajectorySmoother(twin.Model) { FinalInformation = information };
        var prior = twin.Prior;
        for (var start = 0; start < twin.Count - 1; start += length)
        {
            var steps = new StepRange(start, start + length + 1);
            var terms = new ObservationTerms(twin.Stretch, steps, new ErrorVariance(0.3, null), null, start == 0 ? 0 : 1);
            var states = new double[steps.Count * LinearTwin.Size];
            smoother.Pass(states, terms, prior, twin.Q);
            Assert.IsGreaterThan(0, smoother.Cost(states, terms, prior, twin.Q).Misfit(0, (int)steps.Count));
            var known = information.ToArray();
            var variances = new double[states.Length];
            smoother.Variances(variances);
            var last = (int)steps.End - 1;
            for (var i = 0; i < LinearTwin.Size; i++)
            {
                Assert.AreEqual(filter[last][i], states[^(LinearTwin.Size - i)], 1e-8, $"step {last}, entry {i}");
                Assert.AreEqual(filterVariances[last][i], variances[^(LinearTwin.Size - i)], 1e-8, $"step {last}, entry {i}");
            }

            prior = new Prior(states[^LinearTwin.Size..], variances[^LinearTwin.Size..]) { Information = known };
        }
    }

    [TestMethod]
    public void AForcingThatJumpsIsFollowed()
    {
        const int Steps = 1600;
        var archive = RegimeTwin.Archive(12, Steps, 8, 10);
        var method = new CycledSmoother(new AnalysisContext(archive), new()
        {
            System = new Component("lorenz96", new() { ["size"] = 12, ["forcing"] = 7 }), Parameters = ["F"], Memory = 5000,
        });
        var reports = new List<ParameterWindowReport>();
        var blocks = method.Compute(archive, null, reports.Add).ToList();
        Assert.AreEqual(Steps, blocks.Sum(b => b.Count));
        Assert.HasCount(blocks.Count, reports);
        var before = reports.Last(r => r.Steps.End <= Steps / 2);
        Assert.AreEqual(8, before.Values[0], Math.Max(0.25, 3 * before.Deviations[0]));
        Assert.AreEqual(10, reports[^1].Values[0], Math.Max(0.25, 3 * reports[^1].Deviations[0]));
        Assert.IsTrue(reports.All(r => r.Deviations[0] > 0 && r.Passes >= 1), string.Join('\n', reports));
    }

    [TestMethod]
    public void WithoutParametersItIsASmootherAsGoodAsTheExtendedKalmanFilterAndBetter()
    {
        var twin = ExampleTwins.Lorenz96(size: 12, steps: 500, trajectories: 2, fraction: 0.5);
        var archive = twin.Archive();
        var context = new AnalysisContext(archive);
        var filter = Score(new ExtendedKalmanFilter(context, new() { ModelErrorVariance = 1e-4 }));
        var cycled = Score(new CycledSmoother(context, new() { ModelErrorVariance = 1e-4 }));
        var single = Score(new CycledSmoother(context, new() { ModelErrorVariance = 1e-4, WindowSteps = 1 }));
        Assert.AreEqual(filter.RootMeanSquareError!.Value, single.RootMeanSquareError!.Value, 0.1 * filter.RootMeanSquareError.Value);
        Assert.IsLessThan(0.95 * filter.RootMeanSquareError.Value, cycled.RootMeanSquareError!.Value);
        Assert.IsInRange(0.7, 1.4, cycled.Ratio!.Value);

        Calibration Score(AssimilationMethod method) => TruthScoring.Report(
            method.Analyze(archive), twin.Truth(), archive, new ScoreRequest { Steps = new StepRange(250, 500) }).Calibrations[0];
    }

    [TestMethod]
    public void NeitherWorkersNorTheRequestChangeABit()
    {
        var archive = ExampleTwins.Lorenz96(size: 8, steps: 120, fraction: 0.5).Archive();
        var method = new CycledSmoother(new AnalysisContext(archive), new() { WarmUp = 40, WindowSteps = 10, Parameters = ["F"] });
        var alone = method.Analyze(archive, new AnalysisRequest { Workers = 1 }).Values();
        Assert.HasCount(2 * 120 * 8, alone);
        CollectionAssert.AreEqual(alone, method.Analyze(archive, new AnalysisRequest { Workers = 3 }).Values());
    }

    [TestMethod]
    public void OptionsThatContradictEachOtherAreToldTogether()
    {
        var archive = ExampleTwins.Lorenz96(size: 8, steps: 20).Archive();
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new CycledSmoother(new AnalysisContext(archive), new()
        {
            Parameters = ["F", "F"], Deviations = [1], Memory = 0, WindowSteps = 0,
        }));
        foreach (var name in (string[])["Parameters", "Deviations", "Memory", "WindowSteps"])
        {
            Assert.Contains(name, fault.Message);
        }

        Assert.Contains("parameters of 'lorenz96' (F)",
            Assert.ThrowsExactly<ArgumentException>(() => new CycledSmoother(new AnalysisContext(archive), new() { Parameters = ["G"] })).Message);
    }
}
