using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Inference;
using Coda.Tests.Training;

namespace Coda.Tests.Archives;

/// <summary>A fill value among observations is an error that names it, in every method and in training.</summary>
[TestClass]
public sealed class PlausibleObservationsTests
{
    private const string Place = "trajectory 1, step 30, site 3: expected an observation within 20 robust deviations";

    public static IEnumerable<object[]> Names => AssimilationMethod.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DataRow(-999f)]
    [DataRow(9.96921e36f)]
    public void TheObservationIsNamed(float value)
    {
        var message = Assert.ThrowsExactly<InvalidDataException>(() => Reading(Spoilt(value))).Message;
        StringAssert.Contains(message, Place);
        StringAssert.Contains(message, FormattableString.Invariant($"got {value:G9}"));
        StringAssert.Contains(message, "--reject");
    }

    [TestMethod]
    public void WhatIsPlausibleOrAllowedPasses()
    {
        var sound = ExampleTwins.Lorenz96(steps: 200).Archive();
        var read = PlausibleObservations.Of(sound).ReadObservations(1, new StepRange(-5, 50));
        CollectionAssert.AreEqual(sound.ReadObservations(1, new StepRange(-5, 50)).Values, read.Values);
        Reading(new PlausibleObservations(Spoilt(-999), double.PositiveInfinity));
        Reading(new PlausibleObservations(Spoilt(-999), 1000));
        Assert.AreSame(PlausibleObservations.Of(sound), PlausibleObservations.Of(PlausibleObservations.Of(sound)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PlausibleObservations(sound, 0));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EveryMethodRefusesAFillValue(string name)
    {
        using var folder = new TemporaryDirectory();
        if (name == "cycle")
        {
            CycleExamples.Write(folder.Path, ExampleTwins.Lorenz96(steps: 200));
        }
        else if (name is "latent-three-dvar" or "latent-four-dvar")
        {
            LatentExamples.Write(folder.Path);
        }
        else if (name == "score-based-sampler")
        {
            ScoreExamples.WriteRing(folder.Path);
        }
        else
        {
            ExampleModels.Write(folder.Path);
        }

        using var model = OnnxModel.Open(folder.Path);
        var archive = Spoilt(-999);
        JsonObject options = name is "enks" or "ienks" ? new() { ["lag"] = 5 }
            : name == "score-based-sampler" ? new() { ["members"] = 2, ["levels"] = 2, ["corrections"] = 0 } : [];
        var fault = Assert.ThrowsExactly<InvalidDataException>(
            () => AssimilationMethod.Catalog.Create(new Component(name, options), new AnalysisContext(archive, model)).Analyze(archive).Count());
        StringAssert.Contains(fault.Message, Place);
    }

    [TestMethod]
    public void TrainingRefusesAFillValue()
    {
        using var folder = new TemporaryDirectory();
        var record = Spoiled(TrainingExamples.Record(), -999);
        StringAssert.Contains(TrainingExamples.Refused(TrainingExamples.Experiment, record, folder.File("checkpoint")), Place);
    }

    private static void Reading(IObservationArchive archive) => _ = PlausibleObservations.Of(archive).ReadStretches(50, 0).Count();

    private static MemoryArchive Spoilt(float value) => Spoiled(ExampleTwins.Lorenz96(steps: 200).Archive(), value);

    private static MemoryArchive Spoiled(IObservationArchive archive, float value)
    {
        var stretches = archive.ReadStretches((int)archive.Description.Steps.Count, 0).ToList();
        var at = (30 * archive.Description.SiteCount) + 3;
        (stretches[1].Values[at], stretches[1].Mask[at]) = (value, 1);
        return new MemoryArchive(archive.Description, stretches);
    }
}
