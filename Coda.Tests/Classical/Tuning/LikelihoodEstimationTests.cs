using System.Text.Json.Nodes;
using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Tuning;

/// <summary>Parameters at which a filter's innovations are likeliest.</summary>
[TestClass]
public sealed class LikelihoodEstimationTests
{
    private static readonly Component Hidden = new(
        "hidden-forcing", JsonNode.Parse("""{ "system": "lorenz63", "forced": ["x", "y"], "drivers": ["x", "y"] }""")!.AsObject());

    private static readonly Lazy<MemoryArchive> Coupled = new(() => Twin("coupled-lorenz63", steps: 400, trajectories: 2).Archive());

    [TestMethod]
    public void FrequencyAndDampingOfAnOscillatorThatNobodySeesAreFound()
    {
        var system = new Component("coupled-lorenz63", new JsonObject { ["damping"] = 0.3 });
        var estimates = Estimate(system, [new("omega", 1.2), new("k", 0.3)], Coupled.Value, new AnalysisRequest { Workers = 1 });
        var (omega, k) = (estimates.Parameters[0], estimates.Parameters[1]);
        Assert.AreEqual(1.5, omega.Value, 0.05);
        Assert.AreEqual(0.1, k.Value, 0.05);
        Assert.IsTrue(estimates is { HasConverged: true, Windows: 4, WindowSteps: 200, MarginSteps: 20 });
        Assert.IsTrue(omega is { Start: 1.2, IsDetermined: true, StandardError: > 1e-4 and < 0.05 });
        Assert.AreEqual(1, estimates.Consistency, 0.15);
        Assert.HasCount(2, estimates.ModelErrorVariances);
        Assert.IsLessThan(0.01, estimates.ModelErrorVariances[0].Value);
        Assert.AreEqual(omega.Value, (double)estimates.System.Options!["frequency"]!);
    }

    [TestMethod]
    public void HiddenVariablesLearnTheRotationFromZero()
    {
        string[] names = ["h1.h1", "h1.h2", "h1.x", "h1.y", "h2.h1", "h2.h2", "h2.x", "h2.y"];
        var estimates = Estimate(Hidden, [.. names.Select(name => KeyValuePair.Create(name, 0.0))], Coupled.Value, new AnalysisRequest());
        var values = estimates.Parameters.ToDictionary(p => p.Name, p => p.Value);
        Assert.AreEqual(1.5, values["h1.h2"], 0.3);
        Assert.AreEqual(-1.5, values["h2.h1"], 0.3);
        Assert.AreEqual(-1, values["h1.x"] + values["h1.y"], 0.3); // x and y say nearly the same
        Assert.AreEqual(-1, values["h2.x"] + values["h2.y"], 0.3);
        Assert.IsLessThan(estimates.Course[0] - 0.1, estimates.Course[^1]);
    }

    [TestMethod]
    public void WorkersChangeNoBit()
    {
        var archive = Twin("lorenz63", steps: 100, trajectories: 70).Archive(); // windows of two batches
        LikelihoodEstimates Run(int workers) => Estimate(new("lorenz63"), [new("rho", 26)], archive, new AnalysisRequest { Workers = workers }, window: 50);
        var (one, three) = (Run(1), Run(3));
        Assert.AreEqual(one.Parameters[0], three.Parameters[0]);
        CollectionAssert.AreEqual(one.Course.ToArray(), three.Course.ToArray());
        Assert.AreEqual(28, one.Parameters[0].Value, Math.Max(0.1, 4 * one.Parameters[0].StandardError));
    }

    [TestMethod]
    public void EveryFaultNamesItsCure()
    {
        static string Fault(LikelihoodEstimation.Options options) =>
            Assert.ThrowsExactly<ArgumentException>(() => new LikelihoodEstimation(new("lorenz63"), options)).Message;
        var options = new LikelihoodEstimation.Options { Starts = [new("rho", 28)] };
        Assert.Contains("sigma, rho, beta", Fault(options with { Starts = [new("F", 8)] }));
        Assert.Contains("[0, 200]", Fault(options with { Starts = [new("rho", -1)] }));
        Assert.Contains("at least 2", Fault(options with { WindowSteps = 1 }));
        Assert.Contains("less than", Fault(options with { MarginSteps = 500 }));
        Assert.Contains("ModelErrorVariance", Fault(options with { ModelErrorVariance = 0 }));
        var estimation = new LikelihoodEstimation(new("lorenz63"), options with { WindowSteps = 5000 });
        Assert.Contains("shorter windows", Assert.ThrowsExactly<InvalidDataException>(() => estimation.Estimate(Twin("lorenz63", 100, 1).Archive())).Message);
    }

    private static LikelihoodEstimates Estimate(
        Component system, IReadOnlyList<KeyValuePair<string, double>> starts, IObservationArchive archive, AnalysisRequest request, int window = 200) =>
        new LikelihoodEstimation(system, new() { Starts = starts, WindowSteps = window }).Estimate(archive, request);

    private static TwinExperiment Twin(string system, int steps, int trajectories) => new()
    {
        System = new Component(system),
        Operator = new Component("site-selection", new JsonObject { ["sites"] = new JsonArray(0, 1, 2) }),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 1 }),
        StepLength = 0.05,
        StepCount = steps,
        TrajectoryCount = trajectories,
        SpinUpSteps = 500,
        Seed = 7,
    };
}
