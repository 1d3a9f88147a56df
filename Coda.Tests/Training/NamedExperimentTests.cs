using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

[TestClass]
public sealed class NamedExperimentTests
{
    public static IEnumerable<object[]> Names => NamedExperiment.All.Select(e => new object[] { e.Name });

    [TestMethod]
    public void TheReleasedOnesAreFound() => CollectionAssert.IsSubsetOf(
        new[]
        {
            "kuramoto-sivashinsky", "lorenz63", "lorenz96", "lorenz96-two-level", "quasi-geostrophic", "zinchenko-greenberg-2024",
            "zinchenko-greenberg-2024-published",
        },
        NamedExperiment.All.Select(e => e.Name).ToArray());

    [TestMethod]
    public void NamesAreDistinct() => Assert.AreEqual(NamedExperiment.All.Count, NamedExperiment.All.DistinctBy(e => e.Name).Count());

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EachFitsARecordOfItsSystem(string name)
    {
        var experiment = NamedExperiment.Named(name);
        Assert.IsFalse(string.IsNullOrWhiteSpace(experiment.Description));
        var isTwoLevel = name == "lorenz96-two-level";
        var twin = new TwinExperiment
        {
            System = isTwoLevel ? new Component("lorenz96-two-level") : experiment.System,
            Operator = new Component("site-selection", isTwoLevel ? new JsonObject { ["field"] = "x" } : null),
            StepLength = isTwoLevel ? 0.005 : 0.01,
            TrajectoryCount = 2,
            StepCount = 120,
            SpinUpSteps = 0,
        };
        var setup = new TrainingSetup(experiment, new MemoryArchive(twin.Describe(), twin.Observations()));
        Assert.AreEqual(setup.Operator.SiteCount, setup.Archive.SiteCount);
        Assert.AreEqual(experiment.Correction is not null, setup.Correction is not null);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EachIsWrittenAndReadAsJson(string name)
    {
        var experiment = NamedExperiment.Named(name);
        var copy = NamedExperiment.Override(experiment, [], "nothing");
        Assert.AreEqual(JsonSerializer.Serialize(experiment, CodaJson.Options), JsonSerializer.Serialize(copy, CodaJson.Options));
    }

    [TestMethod]
    public void ThePublishedAlignmentIsOneStepLate()
    {
        static int Offset(string name) => (int)NamedExperiment.Named(name).Loss.Single(t => t.Name == "consistency").Options!["laterOffset"]!;
        Assert.AreEqual(0, Offset("zinchenko-greenberg-2024"));
        Assert.AreEqual(1, Offset("zinchenko-greenberg-2024-published"));
    }

    [TestMethod]
    public void AFileOverridesMembersOfItsBase()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """{ "base": "lorenz96", "steps": 7, "network": { "name": "unet15" } }""");
            var experiment = NamedExperiment.Read(path);
            Assert.AreEqual(7, experiment.Steps);
            Assert.AreEqual("unet15", experiment.Network.Name);
            Assert.AreEqual("F", experiment.Parameters.Single().Name);
            File.WriteAllText(path, """{ "base": "lorens96" }""");
            Assert.Contains("Did you mean 'lorenz96'?", Assert.ThrowsExactly<InvalidDataException>(() => NamedExperiment.Read(path)).Message);
            File.WriteAllText(path, """{ "stepps": 7 }""");
            Assert.Contains("stepps", Assert.ThrowsExactly<InvalidDataException>(() => NamedExperiment.Read(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
