using Coda.Data.Archives;
using Coda.Data.Archives.Export;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Data.Observations;

namespace Coda.Tests.Archives;

/// <summary>Rows with positions instead of sites.</summary>
[TestClass]
public sealed class ImportPositionsTests : ImportFixture
{
    private static readonly ImportOptions Globe = Each() with
    {
        XColumn = "lon", YColumn = "lat", XRange = [0, 360], YRange = [90, -90], Layout = StateLayout.On(new Torus(4, 8), "h"), Sigma = 0.1,
    };

    private static readonly ImportOptions Box = Globe with { XRange = null, YRange = [20, -10], Layout = StateLayout.On(new Plane(4, 8), "h") };

    [TestMethod]
    public void EachPositionIsASiteByRowsOfTheGrid()
    {
        // -90 and 270 are one place, and so are the copies; y falls, so that 45 N is row 1.
        var file = Csv("time,lat,lon,value", "0,45,-90,1", "0,90,0,2", "1,45,270,3", "1,0,22.5,4", "3,45,269,5");
        var path = NewFile(".archive");
        var report = ObservationImport.Run(path, Globe with { Files = [file] });
        Assert.AreEqual((5L, 5L, 4, 4), (report.RowsRead, report.Observations, report.SiteCount, report.SitesObserved));
        using var archive = ParquetArchive.Open(path);
        Assert.AreEqual("0:0=2 0:2=1 1:2=3 1:3=4 3:1=5", Cells(archive));
        var (h, description) = (ObservationOperator.Catalog.Create(archive.Description.Operator, archive.Description.Layout), archive.Description);
        Assert.AreEqual("interpolation", description.Operator.Name);
        CollectionAssert.AreEqual(new[] { 1.0, 6 }, h.Positions![2].ToArray());
        CollectionAssert.AreEqual(new[] { 2, 0.5 }, h.Positions![3].ToArray());
        Assert.AreEqual((-90, 45), (h.Positions!.Given(2, 0), h.Positions!.Given(2, 1)), "as the file has it");
        CollectionAssert.AreEqual(new[] { 0, 14, 14, 16 }, description.Sites().Entries.ToArray());
        Assert.IsTrue(description.IsSparse);
    }

    [TestMethod]
    public void OneColumnServesRingsAndLines()
    {
        var ring = Each() with { XColumn = "x", Layout = StateLayout.On(new Ring(6)) };
        var file = Csv("time,x,value", "0,2.5,1", "0,-0.5,2");
        Assert.AreEqual("0:0=1 0:1=2", Import(ring, file).Cells);
        AssertFault("data row 2: position: expected x of 0 to 5, got '-0.5'", ring with { Layout = StateLayout.On(new Line(6)) }, file);
    }

    [TestMethod]
    public void ColumnsCalledLikeFieldsAreObservedThere()
    {
        var layout = new StateLayout([new("h", new Torus(4, 4)), new("u", new Torus(4, 4), "m/s"), new("v", new Torus(4, 4))]);
        var options = Each() with { XColumn = "x", YColumn = "y", SiteColumns = ["u", "v"], Layout = layout,
            Fields = new() { ["u"] = new() { Sigma = 0.5 }, ["v"] = new() { Sigma = 0.25 } } };
        var path = NewFile(".archive");
        ObservationImport.Run(path, options with { Files = [Csv("time,x,y,u,v", "0,0.5,1,1,2", "1,3,3,,4")] });
        using var archive = ParquetArchive.Open(path);
        Assert.AreEqual("0:0=1 0:1=2 1:2=4", Cells(archive));
        CollectionAssert.AreEqual(new[] { 0.5f, 0.25f, 0.25f }, archive.Description.Deviations());
        CollectionAssert.AreEqual(new[] { 20, 36, 47 }, archive.Description.Sites().Entries.ToArray());
        Assert.AreEqual("combination", archive.Description.Operator.Name);
        Assert.AreEqual("0:0=7", Import(options with { SiteColumns = null, Fields = null, Field = "v" }, Csv("time,x,y,value", "0,1,1,7")).Cells);
    }

    [TestMethod]
    public void PositionsThatAreNoneNameRowExpectedAndCure()
    {
        AssertFault("data row 2: position: expected lon (x) of 0 to 7, and lat (y) of -10 to 20, got '3, 21'. Say which coordinates the grid spans with "
            + "--x-range and --y-range, or leave such rows out with --reject.", Box, Csv("time,lat,lon,value", "0,1,1,1", "0,21,3,2"));
        AssertFault("data row 1: position: expected lon (x) of 0 to 7, and lat (y) of -10 to 20, got '19, 5'. The other way round it lies on the grid: take "
            + "--x lat --y lon.", Box, Csv("time,lat,lon,value", "0,5,19,1"));
        AssertFault("position: expected lon (x) of 0 to 360, or one period further on either side", Globe, Csv("time,lat,lon,value", "0,5,7200,1"));
        AssertFault("data row 1: lon: expected a finite number, a position along an axis of the grid, got 'NaN'. Correct the row, or leave such rows out", Box,
            Csv("time,lat,lon,value", "0,5,NaN,1"));
        AssertFault("data row 1: lat: expected a finite number, a position along an axis of the grid, got '∞'", Box,
            Csv("time,lat,lon,value", "0,∞,1,1"));
        AssertFault("data row 1: lat: expected a finite number, a position along an axis of the grid, got ''. Correct the row, or leave such rows out", Box,
            Csv("time,lat,lon,value", "0,,1,1"));
        AssertFault("data row 1: lat: expected a finite number, a position along an axis of the grid, got '45N'. Check which columns have the positions.",
            Box with { Reject = true }, Csv("time,lat,lon,value", "0,45N,1,1"));
        AssertFault("expected a column 'lon', got time, x, y, value", Box, Csv("time,x,y,value", "0,5,1,1"));
        AssertFault("expected at least one observation, got 1 rows without a value at a position on the grid", Box with { Reject = true },
            Csv("time,lat,lon,value", "0,50,1,1"));
    }

    [TestMethod]
    public void RejectLeavesOutWhatIsNotOnTheGridAndCountsIt()
    {
        var file = Csv("time,lat,lon,value", "0,1,1,1", "0,21,3,2", "0,,3,3", "1,5,-Infinity,4", "1,nan,3,5", "1,2,3,", "2,3,3,6");
        var (report, cells, _) = Import(Box with { Reject = true }, file);
        Assert.AreEqual("0:1=1 2:0=6", cells);
        Assert.AreEqual((7L, 4L, 1L, 2L), (report.RowsRead, report.Outside, report.Missing, report.Observations));
    }

    [TestMethod]
    public void OptionsThatDoNotFitAreRefusedAtOnce()
    {
        void Refused(string expected, ImportOptions options)
        {
            var fault = Assert.ThrowsExactly<ArgumentException>(() => ObservationImport.Run(NewFile(".archive"), options with { Files = ["none.csv"] }));
            StringAssert.Contains(fault.Message, expected);
        }

        Refused("xColumn: expected a system, on whose grid the positions lie, got none", Box with { Layout = null });
        Refused("yColumn: expected a column of the positions along the rows' axis, got nothing", Box with { YColumn = null, YRange = null });
        Refused("yColumn: expected none, for the grid has one axis, got lat", Box with { Layout = StateLayout.On(new Ring(5)) });
        Refused("xColumn: expected fields on a ring, line, torus or plane, got components of 1", Box with { Layout = StateLayout.Of("h") });
        Refused("xRange: expected two different numbers, got 3, 3", Box with { XRange = [3, 3] });
        Refused("field: expected fields of the state (h: plane of 4 x 8), which observations at positions are of, got q", Box with { Field = "q" });
        Refused("siteColumns: expected fields of the state (h: plane of 4 x 8), which observations at positions are of, got h, q",
            Box with { SiteColumns = ["h", "q"] });
        Refused("expected a column of positions beside yColumn, field, xRange and yRange, got none", Each() with { YColumn = "lat" });
        Refused("expected no names, number, locations or variables of sites beside positions, got some", Box with { SiteCount = 3 });
    }

    [TestMethod]
    public void AnExportHasTheCoordinatesOfTheFileAndComesBack()
    {
        var (path, csv) = (NewFile(".archive"), NewFile(".csv"));
        ObservationImport.Run(path, Globe with { Files = [Csv("time,lat,lon,value", "0,45,-90,1", "0,90,0.5,2", "2,45,-90,3")] });
        using var archive = ParquetArchive.Open(path);
        TableExport.Run(archive, ArchiveTable.Observations, csv, ExportFormat.Csv);
        Assert.AreEqual("trajectory,step,time,field,site,x,y,value|0,0,0,h,0,0.5,90,2|0,0,0,h,1,-90,45,1|0,2,2,h,1,-90,45,3",
            string.Join('|', File.ReadAllLines(csv)));
        Assert.AreEqual("0:0=2 0:1=1 2:1=3", Import(Globe with { XColumn = "x", YColumn = "y" }, csv).Cells);
        var netCdf = NewFile(".nc");
        TableExport.Run(archive, ArchiveTable.Observations, netCdf, ExportFormat.NetCdf);
        using var file = Coda.Data.Archives.NetCdf.NetCdfFile.Open(netCdf);
        CollectionAssert.AreEqual(new[] { 0.5, -90 }, file.Read(file.Variables.Single(v => v.Name == "x")));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Import(Globe with { ValueColumn = "h" }, netCdf));
        StringAssert.Contains(fault.Message, "xColumn: expected none with NetCDF files; write their positions and values as rows of CSV or Parquet, got lon");
    }
}
