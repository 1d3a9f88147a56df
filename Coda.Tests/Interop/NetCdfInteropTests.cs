using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Export;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Tests.Archives;

namespace Coda.Tests.Interop;

/// <summary>Debian's ncdump and xarray read what is exported; where netcdf-bin, python3-xarray or python3-zarr is not installed the tests are
/// inconclusive.</summary>
[TestClass]
public sealed class NetCdfInteropTests
{
    private const string Python = "/usr/bin/python3";
    private const string Dump = "/usr/bin/ncdump";

    private readonly TemporaryDirectory _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void NcdumpReadsEveryNumber()
    {
        if (!File.Exists(Dump))
        {
            Assert.Inconclusive("ncdump is not installed (Debian: netcdf-bin).");
        }

        using var archive = Forecasts();
        var (code, text) = Run(Dump, _folder.File("forecasts.nc"));
        Assert.AreEqual(0, code, text);
        foreach (var line in new[]
        {
            "lead = 2 ;", "float x(trajectory, time, lead, y, grid_x) ;", "x:units = \"m\" ;", "x:ancillary_variables = \"x_spread\" ;",
                "x:_FillValue = 9.96921e+36f",
            "time:units = \"hours since 2020-01-01 00:00:00\" ;", ":Conventions = \"CF-1.8\" ;", " time = 5, 10 ;", " grid_x = 0, 1, 2 ;",
        })
        {
            Assert.Contains(line, text);
        }
    }

    [TestMethod]
    public void XarrayReadsTimesPlacesAndNumbers()
    {
        if (!File.Exists(Python) || Run(Python, "-c", "import xarray, netCDF4").Code != 0)
        {
            Assert.Inconclusive("python3-xarray and python3-netcdf4 are not installed.");
        }

        using var archive = Forecasts();
        var (code, text) = Run(
            Python, "-c",
            """
            import json, sys, xarray
            forecasts = xarray.open_dataset(sys.argv[1])
            observed = xarray.open_dataset(sys.argv[2])
            print(json.dumps({
                "dims": list(forecasts.x.dims), "time": str(forecasts.time.values[1])[:16], "lead": int(forecasts.lead.values[1]) / 3.6e12,
                "sum": float(forecasts.x.sum(dtype="f8")), "spread": float(forecasts.x_spread[0, 1, 1, 1, 2]),
                "observed": int(observed.x.notnull().sum()), "names": [str(n) for n in observed.site_name.values.ravel()]}))
            """,
            _folder.File("forecasts.nc"), _folder.File("observations.nc"));
        Assert.AreEqual(0, code, text);
        var got = JsonNode.Parse(text.Split('\n')[0])!;
        Assert.AreEqual("trajectory time lead y grid_x", string.Join(' ', got["dims"]!.AsArray()));
        Assert.AreEqual(("2020-01-01T10:00", 2.0), ((string)got["time"]!, (double)got["lead"]!));
        var blocks = archive.ReadStates(ArchiveTable.Forecasts).ToList();
        Assert.AreEqual(blocks.Sum(b => b.States.ToArray().Sum(n => (double)n)), (double)got["sum"]!, 1e-5);
        Assert.AreEqual(blocks[^1].Spread!.Value.Span[5], (float)(double)got["spread"]!);
        Assert.AreEqual(archive.RowCount(ArchiveTable.Observations), (long)got["observed"]!);
        Assert.AreEqual("a b c d e ö", string.Join(' ', got["names"]!.AsArray()));
    }

    [TestMethod]
    public void XarrayReadsTheSameFromZarr()
    {
        if (!File.Exists(Python) || Run(Python, "-c", "import xarray, netCDF4, zarr").Code != 0)
        {
            Assert.Inconclusive("python3-xarray, python3-netcdf4 and python3-zarr are not installed.");
        }

        using var archive = Forecasts();
        TableExport.Run(archive, ArchiveTable.Forecasts, _folder.File("forecasts.zarr"), ExportFormat.Zarr);
        TableExport.Run(archive, ArchiveTable.Observations, _folder.File("observations.zarr"), ExportFormat.Zarr);
        var (code, text) = Run(
            Python, "-c",
            """
            import sys, xarray
            for name in sys.argv[1:]:
                expected, got = xarray.open_dataset(name + ".nc"), xarray.open_zarr(name + ".zarr")
                xarray.testing.assert_identical(expected.load(), got.load())
                print(sorted(got.variables), got.time.dtype, int(got.x.notnull().sum()))
            """,
            _folder.File("forecasts"), _folder.File("observations"));
        Assert.AreEqual(0, code, text);
        Assert.Contains($"datetime64[ns] {archive.RowCount(ArchiveTable.Observations)}", text);
    }

    private ParquetArchive Forecasts()
    {
        var description = ArchiveExamples.Description(sites: 6) with
        {
            Layout = StateLayout.On(new Torus(2, 3)), StepLength = 0.5, TimeUnit = "h", TimeOrigin = "2020-01-01T00:00:00Z", ValueUnit = "m",
            SiteNames = ["a", "b", "c", "d", "e", "ö"],
        };
        var archive = ParquetArchive.Create(_folder.File("archive"), description);
        archive.WriteObservations(ArchiveExamples.Stretches(description));
        archive.WriteStates(
            ArchiveTable.Forecasts,
            from step in new long[] { 10, 20 } from lead in new[] { 0, 4 } select ArchiveExamples.Block(0, step, 1, 6, hasSpread: true, lead));
        TableExport.Run(archive, ArchiveTable.Forecasts, _folder.File("forecasts.nc"), ExportFormat.NetCdf);
        TableExport.Run(archive, ArchiveTable.Observations, _folder.File("observations.nc"), ExportFormat.NetCdf);
        return archive;
    }

    private static (int Code, string Text) Run(string program, params string[] arguments) => OutsideProgram.Run(".", program, arguments) ?? (-1, "");
}
