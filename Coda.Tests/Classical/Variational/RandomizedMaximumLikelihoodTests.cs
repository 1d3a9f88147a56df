using Coda.Classical.Variational;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Members;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>Polishes of perturbed observations are samples of the posterior.</summary>
[TestClass]
public sealed class RandomizedMaximumLikelihoodTests
{
    [TestMethod]
    [DataRow(0.04)]
    [DataRow(1e-3)]
    public void OfALinearModelMembersHaveTheSmoothersMeanAndVariance(double q)
    {
        const int Members = 2000;
        var twin = new LinearTwin(12, q);
        var (_, _, means, variances) = twin.Textbook();
        using var smoother = new TrajectorySmoother(twin.Model);
        double[] observed = [.. twin.Terms.Values];
        var samples = new double[Members][];
        for (var m = 0; m < Members; m++)
        {
            var random = new CounterRandom(3, m);
            for (var o = 0; o < observed.Length; o++)
            {
                twin.Terms.Values[o] = observed[o] + (Math.Sqrt(LinearTwin.Noise) * random.NextGaussian());
            }

            samples[m] = new double[twin.Count * LinearTwin.Size];
            smoother.Pass(samples[m], twin.Terms, new MemberDraws(5, m).Of(twin.Prior, 0, new StepRange(0, twin.Count)), q);
        }

        for (var i = 0; i < samples[0].Length; i++)
        {
            var (mean, variance) = (means[i / LinearTwin.Size][i % LinearTwin.Size], variances[i / LinearTwin.Size][i % LinearTwin.Size]);
            var got = samples.Average(s => s[i]);
            Assert.AreEqual(mean, got, 4.5 * Math.Sqrt(variance / Members), $"mean of entry {i}");
            Assert.AreEqual(1, samples.Sum(s => Math.Pow(s[i] - got, 2)) / (Members - 1) / variance, 4.5 * Math.Sqrt(2.0 / Members), $"variance of entry {i}");
        }
    }

    [TestMethod]
    public void TheSpreadIsThatOfThePolishAndMembersAreWhatTheMeanIsOf()
    {
        var archive = ExampleTwins.Lorenz96(size: 12, steps: 200, trajectories: 2, fraction: 0.5).Archive();
        var options = new RandomizedMaximumLikelihood.Options { Members = 12 };
        var method = new RandomizedMaximumLikelihood(new AnalysisContext(archive), options);
        var reports = new List<StretchReport>();
        var blocks = method.Analyze(archive, null, reports.Add).ToList();
        Assert.IsTrue(reports.All(r => r.IsSound && Math.Abs(r.Misfit - 1) < 0.15), string.Join('\n', reports));
        var polish = new IteratedExtendedSmoother(new AnalysisContext(archive), new IteratedExtendedSmoother.Options()).Analyze(archive).ToList();
        Assert.AreEqual(1, Spread(blocks) / Spread(polish), 0.15);
        var members = method.ComputeMembers(archive, 12).ToList();
        CollectionAssert.AreEqual(Enumerable.Range(0, 24).ToArray(), members.Select(m => m.Trajectory).Distinct().ToArray());
        var ofFirst = members.Where(m => m.Trajectory < 12).ToList();
        Assert.AreEqual(blocks[0].States.Span[77], ofFirst.Where(m => m.FirstStep == 0).Average(m => m.States.Span[77]), 1e-5);

        static double Spread(List<StateBlock> of) => Math.Sqrt(of.SelectMany(b => b.Spread!.Value.ToArray()).Average(s => (double)s * s));
    }

    [TestMethod]
    public void NeitherWorkersNorTheRequestChangeABit()
    {
        var archive = ExampleTwins.Lorenz96(size: 8, steps: 120, fraction: 0.5).Archive();
        var options = new RandomizedMaximumLikelihood.Options { Members = 3, StretchLength = 60, Overlap = 20 };
        var method = new RandomizedMaximumLikelihood(new AnalysisContext(archive), options);
        var alone = method.Analyze(archive, new AnalysisRequest { Workers = 1 }).Values();
        CollectionAssert.AreEqual(alone, method.Analyze(archive, new AnalysisRequest { Workers = 3 }).Values());
        var part = method.Analyze(archive, new AnalysisRequest { Trajectories = [1], Steps = new StepRange(30, 90) });
        CollectionAssert.AreEqual(alone[((120 + 30) * 8)..((120 + 90) * 8)], part.Values());
        Assert.IsFalse(alone.SequenceEqual(new RandomizedMaximumLikelihood(new AnalysisContext(archive), options with { Seed = 2 }).Analyze(archive).Values()));
    }

    // Lorenz-63 is the same with (x, y) turned round, and z says nothing of their sign.
    [TestMethod]
    public void MembersThatStartFromFreeRunsFindBothModes()
    {
        var archive = Mirrored.Archive(steps: 200, trajectories: 1);
        var method = new RandomizedMaximumLikelihood(
            new AnalysisContext(archive), new RandomizedMaximumLikelihood.Options { Members = 16, Start = MemberStart.FreeRun, ModelErrorVariance = 1e-4 });
        var reports = new List<StretchReport>();
        _ = method.Analyze(archive, null, reports.Add).ToList();
        Assert.IsTrue(reports.All(r => r.IsSound), string.Join('\n', reports));
        double[] x = [.. method.ComputeMembers(archive, 16).Where(b => b.FirstStep + b.Count == 200).Select(b => (double)b.States.Span[^3])];
        Assert.HasCount(16, x);
        Assert.IsInRange(3, 13, x.Count(v => v > 0));
        Assert.AreEqual(x.Where(v => v > 0).Average(), -x.Where(v => v < 0).Average(), 1);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void MembersThatStartFromParticlesHaveTheSharesOfModesThatTheseHave(bool weighsModes)
    {
        var archive = Mirrored.Archive(steps: 100, trajectories: 1);
        var options = new RandomizedMaximumLikelihood.Options
        {
            Members = 40, Start = MemberStart.Particles, Particles = 4000, ModelErrorVariance = 1e-4, WeighsModes = weighsModes,
        };
        var method = new RandomizedMaximumLikelihood(new AnalysisContext(archive), options);
        var alone = method.ComputeMembers(archive, 40, new AnalysisRequest { Workers = 1 }).ToList();
        double[] x = [.. alone.Select(b => (double)b.States.Span[^3])];
        Assert.IsInRange(10, 30, x.Count(v => v > 0), "halves, but for chance and what 4,000 particles have lost");
        Assert.HasCount(40, x.Distinct().ToList(), "Paths that particles share are polished apart.");
        var part = method.ComputeMembers(archive, 40, new AnalysisRequest { Workers = 2, Steps = new StepRange(40, 60) }).Values();
        CollectionAssert.AreEqual(alone.SelectMany(b => b.States.Span[(40 * 3)..(60 * 3)].ToArray()).ToArray(), part);
        var longer = new RandomizedMaximumLikelihood(new AnalysisContext(archive), options with { StretchLength = 60, Overlap = 20 });
        Assert.Contains("60 steps of a stretch", Assert.ThrowsExactly<ArgumentException>(() => longer.Analyze(archive).ToList()).Message);
        Assert.Contains("at least as many as members", Assert.ThrowsExactly<ArgumentException>(
            () => new RandomizedMaximumLikelihood(new AnalysisContext(archive), options with { Particles = 10 })).Message);
    }

    [TestMethod]
    public void WeighedModesAreThereInTheirSharesAndTheirMembersAreDrawnAnew()
    {
        var archive = Mirrored.Archive(steps: 100, trajectories: 1);
        var options = new RandomizedMaximumLikelihood.Options
        {
            Members = 8, Start = MemberStart.FreeRun, ModelErrorVariance = 1e-4, WeighsModes = true,
        };
        var method = new RandomizedMaximumLikelihood(new AnalysisContext(archive), options);
        var alone = method.ComputeMembers(archive, 8, new AnalysisRequest { Workers = 1 }).ToList();
        double[] x = [.. alone.Select(b => (double)b.States.Span[^3])];
        Assert.IsInRange(3, 5, x.Count(v => v > 0), "halves, but for modes that few starts found");
        Assert.HasCount(8, x.Distinct().ToList());
        var part = method.ComputeMembers(archive, 8, new AnalysisRequest { Workers = 2, Steps = new StepRange(40, 60) }).Values();
        CollectionAssert.AreEqual(alone.SelectMany(b => b.States.Span[(40 * 3)..(60 * 3)].ToArray()).ToArray(), part);
        var longer = new RandomizedMaximumLikelihood(new AnalysisContext(archive), options with { StretchLength = 60, Overlap = 20 });
        Assert.Contains("60 steps of a stretch", Assert.ThrowsExactly<ArgumentException>(() => longer.Analyze(archive).ToList()).Message);
    }

    [TestMethod]
    public void AModesShareIsThatOfItsEvidenceHoweverOftenItWasFound()
    {
        static StateBlock At(float x) => new(0, 0, 2, new[] { x, 1f, x, 2f });
        (StateBlock, double)[] minima = [(At(1), 7), (At(1.001f), 7), (At(0.999f), 7), (At(-1), 7 + Math.Log(4))];
        var drawn = PosteriorModes.Of(minima, scale: 3)!.Draw(100, new CounterRandom(1));
        Assert.AreEqual(80, drawn.Count(block => block.States.Span[0] < 0), 1);
        Assert.AreEqual(8, drawn.Take(10).Count(block => block.States.Span[0] < 0), 3);
        Assert.IsNull(PosteriorModes.Of([], scale: 3));
    }

    [TestMethod]
    public void TheDeterminantIsThatOfTheCostsSecondDerivative()
    {
        var twin = new LinearTwin(6, 0.04);
        using var smoother = new TrajectorySmoother(twin.Model);
        var n = twin.Count * LinearTwin.Size;
        _ = smoother.Pass(new double[n], twin.Terms, twin.Prior, twin.Q);
        var (hessian, origin, single) = (new double[n, n], Cost(-1, -1), Enumerable.Range(0, n).Select(i => Cost(i, -1)).ToArray());
        for (var i = 0; i < n * n; i++)
        {
            hessian[i / n, i % n] = Cost(i / n, i % n) - single[i / n] - single[i % n] + origin;
        }

        Assert.AreEqual(LogDeterminant(hessian), smoother.LogDeterminant, 1e-6);

        double Cost(int i, int j)
        {
            var states = new double[n];
            states[Math.Max(i, 0)] += i < 0 ? 0 : 1;
            states[Math.Max(j, 0)] += j < 0 ? 0 : 1;
            var cost = smoother.Cost(states, twin.Terms, twin.Prior, twin.Q);
            return 0.5 * cost.Misfit(0, cost.Count) * cost.Observed(0, cost.Count);
        }

        // By elimination; the matrix is positive definite.
        static double LogDeterminant(double[,] a)
        {
            var (size, sum) = (a.GetLength(0), 0.0);
            for (var k = 0; k < size; k++)
            {
                sum += Math.Log(a[k, k]);
                for (var i = k + 1; i < size; i++)
                {
                    var factor = a[i, k] / a[k, k];
                    for (var j = k; j < size; j++)
                    {
                        a[i, j] -= factor * a[k, j];
                    }
                }
            }

            return sum;
        }
    }

    [TestMethod]
    public void OptionsThatContradictEachOtherAreToldTogether()
    {
        var archive = ExampleTwins.Lorenz96(size: 8, steps: 20).Archive();
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new RandomizedMaximumLikelihood(new AnalysisContext(archive), new()
        {
            Members = 1, Start = MemberStart.FreeRun, FirstGuess = new Component("etkf"), Solver = SmootherSolver.Tiled,
        }));
        Assert.Contains("Members", fault.Message);
        Assert.Contains("FirstGuess", fault.Message);
        Assert.Contains("Solver", fault.Message);
    }
}
