using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Tests.Archives;

/// <summary>Names never become indices, nor indices names.</summary>
[TestClass]
public sealed class ImportSitesTests : ImportFixture
{
    private static readonly string[] Twelve = [.. Enumerable.Range(0, 12).Select(i => $"0,{i}.0,{10 * i}")];

    [TestMethod]
    public void ARealNumberThatIsWholeIsAnIndex()
    {
        var expected = string.Join(' ', Enumerable.Range(0, 12).Select(i => $"0:{i}={10 * i}"));
        foreach (var file in new[] { Csv(["time,site,value", .. Twelve]), Parquet("SELECT 0 AS time, i::DOUBLE AS site, 10 * i AS value FROM range(12) t(i)") })
        {
            var (_, cells, names) = Import(Each(), file);
            Assert.AreEqual(expected, cells);
            Assert.IsNull(names);
        }

        Assert.AreEqual("0:7=1 1:7=2", Import(Each(), Csv("time,site,value", "0,7,1", "1,7.00,2")).Cells);
    }

    [TestMethod]
    [DataRow("-1", "an integer from 0, as other sites are")]
    [DataRow("5.5", "an integer from 0, as other sites are")]
    [DataRow("x", "an integer from 0, as other sites are")]
    [DataRow("1e1", "an integer from 0, as other sites are")]
    [DataRow("999999999", "an integer below 1000, as other sites are")]
    public void OneOddSiteDoesNotRenameTheOthers(string site, string expected) =>
        AssertFault($"data row 13: site: expected {expected}, got '{site}'", Each(), Csv(["time,site,value", .. Twelve, $"1,{site},1"]));

    [TestMethod]
    public void NumbersOfStationsAreNames()
    {
        CollectionAssert.AreEqual(new[] { "01646500", "09380000" },
            Import(Each(0.5), Csv("time,site,value", "0,01646500,1.5", "0.5,09380000,2.5", "1,01646500,3.5")).Names!.ToArray());
        CollectionAssert.AreEqual(new[] { "9999", "41001", "123456789012" },
            Import(Each(), Csv("time,site,value", "0,123456789012,1", "0,41001.0,2", "0,9999,3", "1,41001,4")).Names!.ToArray());
        CollectionAssert.AreEqual(new[] { "01", "02", "10" }, Import(Each(), Csv("time,site,value", "0,10,1", "0,02,2", "0,01,3")).Names!.ToArray());
        CollectionAssert.AreEqual(new[] { "44013", "BUZM3" }, Import(Each(), Csv("time,site,value", "0,BUZM3,1", "0,44013,2")).Names!.ToArray());
        AssertFault("site: expected an integer from 0, or a name that is no number, got '-41001'", Each(), Csv("time,site,value", "0,41001,1", "0,-41001,2"));
    }

    [TestMethod]
    public void NamesThatWereGivenMeetNumbersOfEveryType()
    {
        var named = Each() with { SiteNames = ["7", "9", "x"] };
        Assert.AreEqual("0:0=1 0:1=2", Import(named, Parquet("SELECT 0 AS time, unnest([7.0, 9.0]) AS site, unnest([1, 2]) AS value")).Cells);
        AssertFault("expected one of 3 names (7, 9, x), got '8'", named, Csv("time,site,value", "0,8,1"));
    }

    [TestMethod]
    public void SitesThatNobodyObservedAreTold()
    {
        var warnings = new ResultWarnings();
        Import(Each() with { Warnings = warnings }, Csv("time,site,value", "0,101,1", "0,102,1"));
        Assert.AreEqual("unobserved-sites", warnings.All.Single().Kind);
        Import(Each() with { Warnings = warnings = new(), SiteCount = 200 }, Csv("time,site,value", "0,101,1", "0,102,1"));
        Assert.IsEmpty(warnings.All);
    }

    [TestMethod]
    [DataRow("site", "NULL::INTEGER", "site: expected an integer from 0 or a name, got ''")]
    [DataRow("site", "NULL::VARCHAR", "site: expected an integer from 0 or a name, got ''")]
    [DataRow("time", "NULL::DOUBLE", "time: expected a finite number, got ''")]
    [DataRow("sigma", "NULL::FLOAT", "sigma: expected a finite number greater than 0, got ''")]
    [DataRow("run", "NULL::BIGINT", "trajectory: expected an integer from 0, got ''")]
    public void ARowThatLacksACellIsNamed(string column, string cell, string expected)
    {
        var options = Each() with { SigmaColumn = "sigma", TrajectoryColumn = "run" };
        var cells = string.Join(", ", new[] { "time", "site", "value", "sigma", "run" }
            .Select(name => $"{(name == column ? $"CASE WHEN i < 2 THEN i ELSE {cell} END" : "i")} AS {name}"));
        if (!cell.Contains("VARCHAR", StringComparison.Ordinal))
        {
            AssertFault($"data row 3: {expected}", options,
                Parquet($"SELECT {cells.Replace("i AS sigma", "1 AS sigma").Replace("THEN i ELSE NULL::FLOAT", "THEN 1 ELSE NULL::FLOAT")} FROM range(4) "
                    + "t(i)"));
        }

        var row = string.Join(',', new[] { "time", "site", "value", "sigma", "run" }.Select(name => name == column ? "" : "1"));
        AssertFault($"data row 2: {expected}", options, Csv("time,site,value,sigma,run", "0,0,0,1,0", row));
    }

    [TestMethod]
    public void ANullValueIsMissing() =>
        Assert.AreEqual("0:0=1", Import(Each(), Parquet("SELECT 0 AS time, unnest([0, 1]) AS site, unnest([1.0, NULL]) AS value")).Cells);

    [TestMethod]
    public void TheExactNameOfAColumnWins()
    {
        // DuckDB itself calls the second of them time_1.
        var file = NewFile(".parquet");
        Interop.ForeignNames.Write(file, "Time", "time", "site", "value");
        Assert.AreEqual("1:2=3", Import(Each(), file).Cells);
        Assert.AreEqual("0:2=3", Import(Each() with { TimeColumn = "Time" }, file).Cells);
        AssertFault("expected one column 'TIME', got 2: 'Time' (column 1), 'time' (column 2)", Each() with { TimeColumn = "TIME" }, file);
        Assert.AreEqual("1:0=2", Import(Each(), Csv("Time,TIME,time,site,value", "3,2,1,0,2")).Cells);
        Assert.AreEqual("3:0=2", Import(Each(), Csv("Time,site,value", "3,0,2")).Cells);
        AssertFault("expected one column 'value', got 2: 'value' (column 3), 'value' (column 4)", Each(), Csv("time,site,value,value", "0,0,1,2"));
    }

    [TestMethod]
    public void TheFirstBytesTellParquet()
    {
        Assert.AreEqual("0:0=1", Import(Each(), Parquet("SELECT 0 AS time, 0 AS site, 1 AS value", "")).Cells);
        Assert.AreEqual("0:0=1", Import(Each(), Parquet("SELECT 0 AS time, 0 AS site, 1 AS value", ".csv")).Cells);
        AssertFault("expected a Parquet file, which begins with 'PAR1', got 'time'", Each(), Bytes("time,site,value\n0,0,1\n"u8.ToArray(), ".parquet"));
    }

    [TestMethod]
    public void ANameWithSignsOfAPatternIsAName()
    {
        var pattern = Parquet("SELECT 0 AS time, 0 AS site, 1 AS value", "[1]*?.parquet");
        Parquet("SELECT 0 AS time, 0 AS site, 2 AS value", "1xx.parquet");
        File.Copy(Parquet("SELECT 0 AS time, 0 AS site, 3 AS value"), pattern.Replace("[1]*?", "1xx"));
        File.Copy(Csv("time,site,value", "1,0,5"), $"{pattern}.csv");
        Assert.AreEqual("0:0=1 1:0=5", Import(Each(), pattern, $"{pattern}.csv").Cells);
    }

    [TestMethod]
    public void FoldersAreReadAndTheirNamesMayBeColumns()
    {
        var (three, four) =
            (Parquet("SELECT 0 AS time, 1.5 AS value", "/site=3/part-0.parquet"), Parquet("SELECT 1 AS time, 2.5 AS value", "/site=4/part-0.parquet"));
        Assert.AreEqual("0:3=1.5", Import(Each(), three).Cells);
        Assert.AreEqual("0:3=1.5 1:4=2.5", Import(Each(), three, four).Cells);
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(three))!;
        File.WriteAllText(Path.Combine(folder, "_SUCCESS"), "");
        Directory.CreateDirectory(Path.Combine(folder, ".cache"));
        Assert.AreEqual("0:3=1.5", Import(Each(), folder).Cells);
        AssertFault("data row 1: site: expected an integer from 0 or a name, got ''", Each(),
            Parquet("SELECT 0 AS time, 1.5 AS value", "/site=__HIVE_DEFAULT_PARTITION__/p"));
        AssertFault("expected a folder with files of observations", Each(), Directory.CreateDirectory(NewFile("")).FullName);
    }
}
