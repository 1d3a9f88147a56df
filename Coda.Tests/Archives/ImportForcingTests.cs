using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Tests.Archives;

/// <summary>Files of series become an archive's forcing, at every step or not at all.</summary>
[TestClass]
public sealed class ImportForcingTests : ImportFixture
{
    private string Observations => Csv("time,site,value,run", "1,0,5,0", "2,1,6,0", "3,0,7,1");

    [TestMethod]
    public void EveryOtherColumnIsASeries()
    {
        var file = Csv("rain;time;wind", "4;4;40", "1;1;10", "2;2;20", "3;3;30", "5;5;50");
        Assert.AreEqual("1:1,10 2:2,20 3:3,30 4:4,40 5:5,50", Read(Each(), file, out var series));
        CollectionAssert.AreEqual(new ForcingDefinition[] { new("rain"), new("wind") }, series.ToArray());
    }

    [TestMethod]
    public void TrajectoriesHaveSeriesOfTheirOwnWhereTheFileSaysSo()
    {
        var options = Each() with { TrajectoryColumn = "run" };
        var shared = Csv("time,F", "1,1", "2,2", "3,3");
        Assert.AreEqual(Read(options, shared, out _, trajectory: 0), Read(options, shared, out _, trajectory: 1));
        var own = Csv("time,run,F", "1,0,1", "1,1,10", "2,0,2", "2,1,20", "3,0,3", "3,1,30");
        Assert.AreEqual("1:10 2:20 3:30", Read(options, own, out _, trajectory: 1));
        Refused("expected series of trajectory 1, got none", options, Csv("time,run,F", "1,0,1", "2,0,1", "3,0,1"));
    }

    [TestMethod]
    public void TrajectoriesAreFoundByTheirNames()
    {
        var options = Each() with { TrajectoryColumn = "year" };
        var observed = Csv("time,site,value,year", "1,0,5,wet", "2,0,6,wet", "1,0,7,dry");
        var file = Csv("time,year,F", "1,dry,10", "2,dry,20", "1,wet,1", "2,wet,2", "1,other,0");
        string[] read = [Read(options, file, out _, 0, observed), Read(options, file, out _, 1, observed)];
        CollectionAssert.AreEquivalent(new[] { "1:1 2:2", "1:10 2:20" }, read);
    }

    [TestMethod]
    public void ASystemSaysWhichColumnsAreRead()
    {
        var system = new Component("forced-lorenz96");
        var options = Each() with { System = system, Layout = DynamicalSystem.Catalog.Create(system).Layout };
        Assert.AreEqual("1:1 2:2 3:3", Read(options, Csv("note,time,F", "a,1,1", "b,2,2", "c,3,3"), out var series));
        Assert.AreEqual(new ForcingDefinition("F"), series.Single());
        Refused("expected a column 'F'", options, Csv("time,rain", "1,1", "2,1", "3,1"));
    }

    [TestMethod]
    public void DatesAreStepsFromTheObservationsOrigin()
    {
        var options = Each() with { TimeUnit = "d" };
        var observed = Csv("time,site,value", "2020-01-02,0,1", "2020-01-03,0,2");
        Assert.AreEqual("-1:1 0:2 1:3", Read(options, Csv("time,F", "2020-01-01,1", "2020-01-02,2", "2020-01-03,3"), out _, observed: observed));
        Refused("time: expected dates, as the observations' times are, got numbers", options, Csv("time,F", "0,1", "1,2"), observed);
    }

    [TestMethod]
    public void OtherTimesAreInterpolatedWhereThatIsAskedFor()
    {
        var file = Csv("time,F", "0,0", "1.5,3", "4,8");
        Refused("data row 2: time: expected a multiple of the step length 1 after 0, got step 1.5", Each(), file);
        Assert.AreEqual("0:0 1:2 2:4 3:6 4:8", Read(Each() with { InterpolatesForcing = true }, file, out _));
    }

    [TestMethod]
    public void WhatCannotBeAForcingIsRefused()
    {
        Refused("data row 2: time: expected step 2, got step 3 after 1", Each(), Csv("time,F", "1,1", "3,3"));
        Refused("data row 2: F: expected a finite number, got ''", Each(), Csv("time,F", "1,1", "2,", "3,3"));
        Refused("data row 2: F: expected a finite number, got 'NaN'", Each(), Csv("time,F", "1,1", "2,NaN", "3,3"));
        Refused("data row 3: time: expected each time once, got that of row 1 again", Each(), Csv("time,F", "1,1", "2,1", "1,3", "3,1"));
        Refused("cover the record's steps 1 to 3, got steps 2 to 3", Each(), Csv("time,F", "2,1", "3,1"));
        Refused("expected a column for each series beside time, got none", Each(), Csv("time", "1", "2"));
        Assert.ThrowsExactly<FileNotFoundException>(() => Import(Each() with { Forcing = "none.csv" }, Observations));
        Assert.ThrowsExactly<ArgumentException>(() => Import(Each() with { InterpolatesForcing = true }, Observations));
    }

    private void Refused(string expected, ImportOptions options, string forcing, string? observed = null) =>
        AssertFault(expected, options with { Forcing = forcing }, observed ?? Observations);

    private string Read(ImportOptions options, string forcing, out IReadOnlyList<ForcingDefinition> series, int trajectory = 0, string? observed = null)
    {
        var path = NewFile(".archive");
        var report = ObservationImport.Run(path, options with { Files = [observed ?? Observations], Forcing = forcing });
        using var archive = ParquetArchive.Open(path);
        series = archive.Description.Forcing!;
        CollectionAssert.AreEqual(series.ToArray(), report.Forcing!.ToArray());
        return string.Join(' ', archive.ReadForcing(trajectory).SelectMany(block => Enumerable.Range(0, block.Count).Select(row =>
            FormattableString.Invariant($"{block.FirstStep + row}:{string.Join(',', block.Row(row).States.ToArray())}"))));
    }
}
