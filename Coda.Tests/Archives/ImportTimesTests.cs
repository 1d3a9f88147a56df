using Coda.Cli;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Tests.Cli;

namespace Coda.Tests.Archives;

/// <summary>Times are the same steps on every machine, whatever wrote them.</summary>
[TestClass]
public sealed class ImportTimesTests : ImportFixture
{
    private static ImportOptions Hourly => Each() with { TimeUnit = "h" };

    [TestMethod]
    public void NoZoneIsUtcOnAMachineInAnyZone()
    {
        using var folder = new TemporaryDirectory();
        var csv = Csv(["time,site,value", .. Enumerable.Range(0, 6).Select(hour => $"2020-03-29T0{hour}:00:00,0,{hour}")]);
        string Hours(string type, int site) =>
            $"SELECT {type} AS time, {site} AS site, i AS value FROM (SELECT i, TIMESTAMP '2020-03-29 00:00:00' + i * INTERVAL 1 HOUR AS t FROM range(6) r(i))";
        string[] files = [csv, Parquet(Hours("t", 1)), Parquet(Hours("make_timestamptz(epoch_us(t))", 2)), Parquet(Hours("strftime(t, '%Y-%m-%d %H:%M')", 3))];
        var expected = string.Join(' ', Enumerable.Range(0, 6).SelectMany(hour => Enumerable.Range(0, 4).Select(site => $"{hour}:{site}={hour}")));
        Assert.AreEqual(expected, Import(Hourly, files).Cells);

        string[] import = ["import", .. files, "--step-length", "1", "--time-unit", "h", "--withhold", "0", "--output", "out"];
        CommandRun.AsProcess(folder.Path, typeof(CodaCommandLine).Assembly.Location, import, ("TZ", "Europe/Berlin")).Succeeded();
        using var archive = ParquetArchive.Open(folder.File("out"));
        Assert.AreEqual((expected, "2020-03-29T00:00:00Z"), (Cells(archive), archive.Description.TimeOrigin));
    }

    [TestMethod]
    public void DatesMayLackSeconds()
    {
        Assert.AreEqual("0:0=1 1:0=2", Import(Hourly, Csv("time,site,value", "2020-03-29T01:00Z,0,1", "2020-03-29T02:00Z,0,2")).Cells);
        Assert.AreEqual("2020-03-29T00:00:00Z", Import(Hourly, Csv("time,site,value", "2020-03-29T01:00+01:00,0,1")).Report.TimeOrigin);
        AssertFault("data row 1: time: expected a number, a date and time in ISO 8601 (2020-01-31, 2020-01-31T06:00", Hourly,
            Csv("time,site,value", "29.03.20 01:00,0,1"));
        AssertFault("data row 2: time: expected a date and time in ISO 8601 (2020-01-31", Hourly,
            Csv("time,site,value", "2020-03-29T01:00Z,0,1", "20-03-29,0,2"));
        AssertFault("data row 2: time: expected a date and time in ISO 8601", Hourly, Csv("time,site,value", "2020-03-29T01:00Z,0,1", "3,0,2"));
        AssertFault("data row 2: time: expected a finite number, got '2020-03-29'", Hourly, Csv("time,site,value", "1,0,1", "2020-03-29,0,2"));
    }

    [TestMethod]
    public void DatesThatAreWrittenAsIntegersAreDates()
    {
        var daily = Each() with { TimeUnit = "d" };
        string[] lines = ["time,site,value", "20200131,0,31", "20200201,0,32"];
        Assert.AreEqual("0:0=31 1:0=32", Import(daily, Csv(lines)).Cells);
        Assert.AreEqual("0:0=31 1:0=32", Import(daily, Parquet("SELECT unnest([20200131, 20200201]) AS time, 0 AS site, unnest([31, 32]) AS value")).Cells);
        Assert.AreEqual("0:0=31 1:0=32",
            Import(daily, Parquet("SELECT unnest([20200131.0, 20200201.0])::DOUBLE AS time, 0 AS site, unnest([31, 32]) AS value")).Cells);
        Assert.AreEqual("0:0=1 1:0=2", Import(daily, Csv("time,site,value", "2019365,0,1", "2020001,0,2")).Cells);
        Assert.AreEqual("0:0=1 1:0=2", Import(Hourly, Csv("time,site,value", "2020013123,0,1", "2020020100,0,2")).Cells);
        AssertFault("data row 2: time: expected a date as one integer", daily, Csv("time,site,value", "20200131,0,1", "20200132,0,2"));
        Assert.AreEqual("20200131:0=31 20200201:0=32", Import(daily with { TimeOrigin = "0" }, Csv(lines)).Cells);
        Assert.AreEqual("1:0=31 2:0=32", Import(daily with { TimeOrigin = "20200130" }, Csv(lines)).Cells);
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Import(Each(), Csv(lines)));
        Assert.Contains("timeUnit: expected s, min, h or d where times are dates or durations (or secondsPerTimeUnit), got 1 with the time 20200131",
            fault.Message);
    }

    [TestMethod]
    public void DurationsHaveTheLengthThatTheirTypeSays()
    {
        Assert.AreEqual("1:0=1 3:0=2", Import(Each(0.5) with { TimeUnit = "h" }, Csv("time,site,value", "PT30M,0,1", "PT1H30M,0,2")).Cells);
        Assert.AreEqual("1:0=1 25:0=2",
            Import(Hourly, Parquet("SELECT unnest([INTERVAL 1 HOUR, INTERVAL '1 day 1 hour']) AS time, 0 AS site, unnest([1, 2]) AS value")).Cells);
        AssertFault("time: expected a number, a date", Hourly, Parquet("SELECT INTERVAL 1 MONTH AS time, 0 AS site, 1 AS value"));
        AssertFault("time: expected a number, a date", Hourly, Parquet("SELECT TIME '01:00:00' AS time, 0 AS site, 1 AS value"));
    }

    [TestMethod]
    [DataRow("TIMESTAMP_S")]
    [DataRow("TIMESTAMP_MS")]
    [DataRow("TIMESTAMP_NS")]
    [DataRow("DATE")]
    [DataRow("VARCHAR")]
    public void EveryTypeOfDateIsRead(string type) =>
        Assert.AreEqual("0:0=1 24:0=2",
            Import(Hourly, Parquet($"SELECT unnest(['2020-01-31', '2020-02-01'])::{type} AS time, 0 AS site, unnest([1, 2]) AS value")).Cells);

    [TestMethod]
    public void HalvesSnapToTheLaterStep()
    {
        var halves = Import(Each() with { Snap = true }, Csv("time,site,value", "-0.5,0,9", "0.5,0,0", "1.5,0,1", "2.5,0,2", "3.5,0,3"));
        Assert.AreEqual("0:0=9 1:0=0 2:0=1 3:0=2 4:0=3", halves.Cells);
        Assert.AreEqual(5L, halves.Report.Snapped);

        // 0.35 / 0.1 is less than 3.5.
        Assert.AreEqual("3:0=1 4:0=2", Import(Each(0.1) with { Snap = true }, Csv("time,site,value", "0.25,0,1", "0.35,0,2")).Cells);
        var dates = Csv("time,site,value", "2020-01-01T00:30,0,0", "2020-01-01T01:30,0,1", "2020-01-01T02:30,0,2");
        Assert.AreEqual("1:0=0 2:0=1 3:0=2", Import(Hourly with { Snap = true, TimeOrigin = "2020-01-01" }, dates).Cells);
    }
}
