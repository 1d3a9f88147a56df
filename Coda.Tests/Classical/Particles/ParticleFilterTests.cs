using System.Text.Json.Nodes;
using Coda.Classical.Ensemble;
using Coda.Classical.Observed;
using Coda.Classical.Particles;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;
using Coda.Workflows.Progress;

namespace Coda.Tests.Classical.Particles;

/// <summary>Particles are samples of the posterior, whatever its shape.</summary>
[TestClass]
public sealed class ParticleFilterTests
{
    [TestMethod]
    public void SystematicResamplingDrawsEachParticleByItsWeight()
    {
        double[] weights = [0.05, 0.5, 0, 0.25, 0.2];
        foreach (var uniform in (double[])[0, 0.3, 0.999])
        {
            var drawn = SystematicResampling.Draw(weights, 40, uniform);
            for (var i = 0; i < weights.Length; i++)
            {
                Assert.AreEqual(40 * weights[i], drawn.Count(d => d == i), 1, $"particle {i}, u = {uniform}");
            }
        }
    }

    // Of a Gaussian prior and one observation of each of two entries: mean and variance are the Kalman filter's, the effective size that of two Gaussians.
    [TestMethod]
    public void WeightsAreThoseOfBayes()
    {
        const int Count = 200_000;
        const double Prior = 2.0, Noise = 1.5;
        var layout = StateLayout.Of("a", "b");
        var random = new CounterRandom(1);
        double[] states = [.. Enumerable.Range(0, 2 * Count).Select(_ => Math.Sqrt(Prior) * random.NextGaussian())];
        var stretch = new ObservationStretch(0, new StepRange(0, 1), 2);
        (stretch.Values[0], stretch.Values[1]) = (1, -0.5f);
        stretch.Mask.AsSpan().Fill(1);
        using var weights = new ParticleWeights(
            Count, 2, new SiteSelection(layout, new SiteSelection.Options()), new ErrorVariance(Math.Sqrt(Noise), null), 1, default);
        var effective = weights.Assimilate(states, stretch, 0, new InnovationWatch("test", new ObservedClimatology(new double[2], [2, 2]), 2, ""));
        var cloud = new ParticleCloud(0, Array.ConvertAll(states, x => (float)x), weights.Values);
        var gain = Prior / (Prior + Noise);
        for (var i = 0; i < 2; i++)
        {
            Assert.AreEqual(gain * stretch.Values[i], cloud.Mean()[i], 0.01);
            Assert.AreEqual(Math.Sqrt((1 - gain) * Prior), cloud.Spread(cloud.Mean())[i], 0.01);
        }

        // E[L]² / E[L²], a product over the entries, with L the likelihood.
        var expected = stretch.Values.Aggregate(1.0, (product, y) => product * Math.Sqrt((2 * Prior + Noise) * Noise) / (Prior + Noise)
            * Math.Exp(-(y * y / (Prior + Noise)) + (y * y / (2 * Prior + Noise))));
        Assert.AreEqual(expected, effective!.Value / Count, 0.01);
        Assert.AreEqual(1, weights.Values.Sum(), 1e-9);
    }

    [TestMethod]
    public void ItIsAsGoodAsAnEnsembleSmootherAndItsSpreadSaysSo()
    {
        var twin = new TwinExperiment
        {
            System = new Component("lorenz63"), ObservingNetwork = new Component("fixed-sites", new JsonObject { ["interval"] = 5 }),
            StepCount = 60, TrajectoryCount = 4, Sigma = 2, SpinUpSteps = 500, Seed = 3,
        };
        var archive = twin.Archive();
        var context = new AnalysisContext(archive);
        var filter = new ParticleFilter(context, new() { Particles = 10_000, ModelErrorVariance = 1e-3, Lag = 59, SpinUpSteps = 1000 });
        Assert.AreEqual(59, filter.LookAhead);
        var (particles, ensemble) = (Score(filter), Score(new Enks(context, new() { Lag = 59 })));
        Assert.IsLessThan(1.1 * ensemble.RootMeanSquareError!.Value, particles.RootMeanSquareError!.Value);
        Assert.IsInRange(0.7, 1.4, particles.Ratio!.Value);

        Calibration Score(AssimilationMethod method) => TruthScoring.Report(method.Analyze(archive), twin.Truth(), archive).Calibrations[0];
    }

    [TestMethod]
    public void BothModesAreThere()
    {
        var archive = Mirrored.Archive(steps: 100, trajectories: 2);
        var filter = new ParticleFilter(new AnalysisContext(archive), new() { Particles = 20_000, SpinUpSteps = 1000 });
        var last = new AnalysisRequest { Steps = new StepRange(99, 100) };
        foreach (var trajectory in filter.ComputeMembers(archive, 1000, last).GroupBy(b => b.Trajectory / 1000))
        {
            double[] x = [.. trajectory.Select(b => (double)b.States.Span[0])];
            Assert.HasCount(1000, x);
            Assert.IsInRange(300, 700, x.Count(v => v > 0));
            Assert.AreEqual(x.Where(v => v > 0).Average(), -x.Where(v => v < 0).Average(), 0.7);
        }

        var mean = filter.Analyze(archive, last).First();
        Assert.IsGreaterThan(5 * Math.Abs(mean.States.Span[0]), mean.Spread!.Value.Span[0]);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(20)]
    public void WorkersChangeNoBit(int lag)
    {
        var archive = Mirrored.Archive(steps: 40, trajectories: 2);
        var options = new ParticleFilter.Options { Particles = 12_000, SpinUpSteps = 20, Lag = lag, Jitter = 0.1 }; // more than are worked on at once
        var alone = Members(1, options);
        CollectionAssert.AreEqual(alone, Members(3, options));
        Assert.IsFalse(alone.SequenceEqual(Members(1, options with { Seed = 2 })));
        var means = new ParticleFilter(new AnalysisContext(archive), options);
        CollectionAssert.AreEqual(
            means.Analyze(archive, new AnalysisRequest { Workers = 1 }).Values(), means.Analyze(archive, new AnalysisRequest { Workers = 2 }).Values());

        float[] Members(int workers, ParticleFilter.Options with) => new ParticleFilter(new AnalysisContext(archive), with)
            .ComputeMembers(archive, 50, new AnalysisRequest { Workers = workers, Steps = new StepRange(20, 40), Every = 5 }).Values();
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    public void ProgressRisesToTheWhole(int every)
    {
        var archive = Mirrored.Archive(steps: 60, trajectories: 2);
        var filter = new ParticleFilter(new AnalysisContext(archive), new() { Particles = 200, SpinUpSteps = 100 });
        RisesToOne(request => filter.Analyze(archive, request));
        RisesToOne(request => filter.ComputeMembers(archive, 7, request));

        void RisesToOne(Func<AnalysisRequest, IEnumerable<StateBlock>> analyze)
        {
            var shares = new List<double>();
            _ = analyze(new AnalysisRequest { Steps = new StepRange(18, 60), Every = every, Progress = new Relay<double>(shares.Add) }).ToList();
            Assert.AreEqual(1, shares[^1]);
            CollectionAssert.AreEqual(shares.Order().Distinct().ToArray(), shares);
        }
    }

    [TestMethod]
    public void TooFewParticlesForALargeStateAreToldOf()
    {
        var archive = ExampleTwins.Lorenz96(size: 40, steps: 10, trajectories: 1, fraction: 1).Archive();
        var warnings = new ResultWarnings();
        _ = new ParticleFilter(new AnalysisContext(archive), new() { Particles = 200, SpinUpSteps = 200 })
            .Analyze(archive, new AnalysisRequest { Warnings = warnings }).ToList();
        Assert.Contains("few-particles", warnings.All.Select(w => w.Kind));
    }

    [TestMethod]
    public void OptionsOutOfRangeAreToldTogether()
    {
        var archive = Mirrored.Archive(steps: 20, trajectories: 1);
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new ParticleFilter(new AnalysisContext(archive), new()
        {
            Particles = 1, ResampleBelow = 0, Jitter = -1, Lag = -1,
        }));
        foreach (var name in (string[])["Particles", "ResampleBelow", "Jitter", "Lag"])
        {
            Assert.Contains(name, fault.Message);
        }
    }
}
