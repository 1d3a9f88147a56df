using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Twins;

namespace Coda.Tests.Data;

/// <summary>What a record's observing settings are, and when they are not those that a network was trained for.</summary>
[TestClass]
public sealed class ObservingSettingsTests
{
    private static readonly ObservingSettings Trained = new(0.5, 3, 0.05, 0.5, 60, 8);

    [TestMethod]
    public void HolesGapsDensityAndErrorsOfARecordAreMeasured()
    {
        var record = Of(new Component("outages", new JsonObject { ["fraction"] = 0.5, ["hole"] = 3, ["gap"] = 20, ["period"] = 100 }), sigma: 2);
        Assert.AreEqual((2.0, 2.0, 20L, 3), (record.LeastSigma, record.LargestSigma, record.LongestGap, record.LargestHole));
        Assert.AreEqual(0.5 * 0.8 * 37 / 40, record.LeastDensity, 0.01);
        Assert.AreEqual(record.LeastDensity, record.LargestDensity);
    }

    [TestMethod]
    public void AHoleReachesRoundTheRingAndStationsLeaveHolesBetweenThem()
    {
        Assert.AreEqual(3, Of(new Component("fixed-sites", new JsonObject { ["every"] = 4 })).LargestHole);
        var edges = new JsonObject { ["sites"] = new JsonArray([.. Enumerable.Range(2, 36).Select(site => (JsonNode)site)]) };
        Assert.AreEqual(4, Of(new Component("fixed-sites", edges)).LargestHole);
        Assert.AreEqual(4, Of(new Component("fixed-sites", new JsonObject { ["interval"] = 5 })).LongestGap);
    }

    [TestMethod]
    public void AnArchiveWithoutObservationsIsAllHoleAndGap()
    {
        var twin = new TwinExperiment { StepCount = 50 };
        var description = twin.Describe();
        var record = ObservingSettings.Of(new MemoryArchive(description, [new ObservationStretch(0, description.Steps, 40)]), sigma: 1);
        Assert.AreEqual(new ObservingSettings(1, 1, 0, 0, 50, 40), record);
    }

    [TestMethod]
    [DataRow(1, 1, 0.25, 10, 0, "")]
    [DataRow(0.45, 3.5, 0.7, 64, 8, "")]
    [DataRow(0.2, 1, 0.25, 1, 0, "observation errors of 0.2 to 1, trained for 0.5 to 3")]
    [DataRow(1, 4, 0.25, 1, 0, "observation errors of 1 to 4, trained for 0.5 to 3")]
    [DataRow(1, 1, 0.02, 1, 0, "2 % of sites and steps observed, trained for 5 to 50 %")]
    [DataRow(1, 1, 1.0, 1, 0, "100 % of sites and steps observed, trained for 5 to 50 %")]
    [DataRow(1, 1, 0.25, 100, 0, "100 steps in a row without an observation, trained for 60")]
    [DataRow(1, 1, 0.25, 1, 9, "9 neighbouring sites never observed, trained for 8")]
    public void WhatLiesOutsideIsSaid(double least, double largest, double density, long gap, int hole, string expected) =>
        Assert.AreEqual(expected, string.Join("; ", Trained.Outside(new ObservingSettings(least, largest, density, density, gap, hole), readsSigma: true)));

    private static ObservingSettings Of(Component network, double sigma = 1)
    {
        var twin = new TwinExperiment { ObservingNetwork = network, StepCount = 1000, Sigma = sigma, Seed = 3 };
        return ObservingSettings.Of(new MemoryArchive(twin.Describe(), twin.Observations()), sigma: 9);
    }
}
