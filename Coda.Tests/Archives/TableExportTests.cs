using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Export;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.NetCdf;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;

namespace Coda.Tests.Archives;

/// <summary>What is exported says what the archive holds.</summary>
[TestClass]
public sealed class TableExportTests
{
    private static readonly string[] Endings = [".csv", ".parquet", ".nc"];

    private readonly TemporaryDirectory _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow(ExportFormat.Csv, false)]
    [DataRow(ExportFormat.Parquet, true)]
    [DataRow(ExportFormat.NetCdf, true)]
    [DataRow(ExportFormat.NetCdf, false)]
    public void ObservationsComeBackTheSame(ExportFormat format, bool hasCalendar)
    {
        var description = ArchiveExamples.Description(trajectories: 2, start: -20) with
        {
            TimeUnit = hasCalendar ? "h" : "1", TimeOrigin = hasCalendar ? "2020-01-31T06:30:00Z" : null, Withheld = new(0.2, 3),
        };
        using var archive = Archive(description, hasSigma: true);
        var report = TableExport.Run(archive, ArchiveTable.Observations, Out(format), format);
        Assert.AreEqual(archive.RowCount(ArchiveTable.Observations), report.Values);
        var isArray = format == ExportFormat.NetCdf;
        ObservationImport.Run(_folder.File("back"), new()
        {
            Files = [Out(format)], StepLength = description.StepLength, TimeUnit = description.TimeUnit, TimeOrigin = description.TimeOrigin,
            TrajectoryColumn = "trajectory", ValueColumn = isArray ? "x" : "value", SigmaColumn = isArray ? "x_error" : "sigma",
        });
        using var back = ParquetArchive.Open(_folder.File("back"));
        Assert.AreEqual((description.TrajectoryCount, description.SiteCount), (back.Description.TrajectoryCount, back.Description.SiteCount));
        for (var trajectory = 0; trajectory < 2; trajectory++)
        {
            var (expected, got) = (archive.ReadObservations(trajectory, description.Steps, ObservationSubset.All),
                back.ReadObservations(trajectory, description.Steps, ObservationSubset.All));
            CollectionAssert.AreEqual(expected.Mask, got.Mask);
            CollectionAssert.AreEqual(expected.Values, got.Values);
            CollectionAssert.AreEqual(expected.Sigma, got.Sigma);
        }
    }

    [TestMethod]
    [DataRow(ExportFormat.Csv)]
    [DataRow(ExportFormat.Parquet)]
    [DataRow(ExportFormat.NetCdf)]
    public void SitesInsideFieldsKeepTheirPlaces(ExportFormat format)
    {
        StateLayout layout = new([new("u", new Ring(3), "m/s"), new("T", new Components(1), "K")]);
        var description = ArchiveExamples.Description(sites: 3) with
        {
            Layout = layout, Operator = new("site-selection", new() { ["sites"] = new JsonArray(0, 2, 3) }), SiteNames =
                ["u[0]", "u[2]", "T"],
        };
        using var archive = Archive(description);
        TableExport.Run(archive, ArchiveTable.Observations, Out(format), format);
        ObservationImport.Run(_folder.File("back"), new()
        {
            Files = [Out(format)], StepLength = description.StepLength, Layout = layout, TrajectoryColumn = format == ExportFormat.NetCdf ? null : "trajectory",
            Variables = format == ExportFormat.NetCdf ? ["T", "u"] : null,
        });
        using var back = ParquetArchive.Open(_folder.File("back"));
        CollectionAssert.AreEqual(description.Sites().Entries.ToArray(), back.Description.Sites().Entries.ToArray());
        CollectionAssert.AreEqual(
            archive.ReadObservations(0, description.Steps).Values, back.ReadObservations(0, description.Steps, ObservationSubset.All).Values);
    }

    [TestMethod]
    public void TheBytesDoNotDependOnParts()
    {
        var description = ArchiveExamples.Description(trajectories: 2);
        using var one = Archive(description);
        using var other = ParquetArchive.Create(_folder.File("other"), description);
        using (var rows = new ObservationRows(description, ArchiveExamples.Stretches(description, 31)) { PartSize = 701 })
        {
            other.Write(ArchiveTable.Observations, rows);
        }

        one.WriteStates(ArchiveTable.Analyses, [Analyses(0), Analyses(1)]);
        using (var rows = new StateRows(
            ArchiveTable.Analyses, description, Enumerable.Range(0, 200).Select(i => Analyses(i / 100).Row(i % 100))) { PartSize = 17 })
        {
            other.Write(ArchiveTable.Analyses, rows);
        }

        foreach (var table in new[] { ArchiveTable.Observations, ArchiveTable.Analyses })
        {
            foreach (var format in Enum.GetValues<ExportFormat>())
            {
                TableExport.Run(one, table, _folder.File($"one-{table}.{format}"), format);
                TableExport.Run(other, table, _folder.File($"two-{table}.{format}"), format);
                CollectionAssert.AreEqual(Bytes($"one-{table}.{format}"), Bytes($"two-{table}.{format}"), $"{table} in {format}");
            }
        }
    }

    [TestMethod]
    public void ZarrHasTheArraysOfNetCdfInChunks()
    {
        // More entries than a chunk has, and a last chunk that is not full.
        var description = ArchiveExamples.Description(sites: 300, steps: 250, trajectories: 2);
        using var archive = Archive(description);
        archive.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 250, 300), ArchiveExamples.Block(1, 0, 250, 300)]);
        var report = TableExport.Run(archive, ArchiveTable.Analyses, _folder.File("x.zarr"), ExportFormat.Zarr);
        Assert.AreEqual(2 * 250 * 300, report.Values);
        var metadata = JsonNode.Parse(File.ReadAllText(_folder.File("x.zarr/.zmetadata")))!["metadata"]!;
        Assert.AreEqual("[2,250,300]", metadata["x/.zarray"]!["shape"]!.ToJsonString());
        Assert.AreEqual("[1,218,300]", metadata["x/.zarray"]!["chunks"]!.ToJsonString());
        Assert.AreEqual("[\"trajectory\",\"time\",\"site\"]", metadata["x/.zattrs"]!["_ARRAY_DIMENSIONS"]!.ToJsonString());
        Assert.AreEqual("CF-1.8", (string)metadata[".zattrs"]!["Conventions"]!);

        CollectionAssert.AreEquivalent(
            new[] { "0.0.0", "0.1.0", "1.0.0", "1.1.0" },
            Directory.GetFiles(_folder.File("x.zarr/x")).Select(f => Path.GetFileName(f)!).Where(n => n[0] != '.').ToArray());
        using var chunk = new ZLibStream(File.OpenRead(_folder.File("x.zarr/x/1.1.0")), CompressionMode.Decompress);
        var bytes = new byte[218 * 300 * sizeof(float)];
        chunk.ReadExactly(bytes);
        Assert.AreEqual(-1, chunk.ReadByte());
        var expected = archive.ReadStates(ArchiveTable.Analyses).Last(b => b.Trajectory == 1).States.Span[^1];
        Assert.AreEqual(expected, BinaryPrimitives.ReadSingleBigEndian(bytes.AsSpan(((32 * 300) - 1) * sizeof(float))));
        Assert.AreEqual(ArrayWriter.Fill, BinaryPrimitives.ReadSingleBigEndian(bytes.AsSpan(32 * 300 * sizeof(float))));

        Assert.Contains("expected no file or folder", Assert.ThrowsExactly<IOException>(
            () => TableExport.Run(archive, ArchiveTable.Analyses, _folder.File("x.zarr"), ExportFormat.Zarr)).Message);
        Assert.ThrowsExactly<OperationCanceledException>(() => TableExport.Run(
            archive, ArchiveTable.Analyses, _folder.File("y.zarr"), ExportFormat.Zarr, cancellation: new CancellationToken(canceled: true)));
        Assert.IsEmpty(Directory.GetFileSystemEntries(Path.GetDirectoryName(_folder.File("y.zarr"))!, "y.zarr*"));
    }

    [TestMethod]
    public void BandsAreVariablesWithTheirLevelAndMissingWhereThereIsNone()
    {
        using var archive = Archive(ArchiveExamples.Description(sites: 3, steps: 2));
        var block = ArchiveExamples.Block(0, 0, 2, 3, hasSpread: true) with { Band = new float[] { 1, 0, 2, 3, 0, 4 } };
        archive.WriteStates(ArchiveTable.Analyses, [block], new TableNote { BandLevel = 0.9 });
        TableExport.Run(archive, ArchiveTable.Analyses, Out(ExportFormat.NetCdf), ExportFormat.NetCdf);
        using var file = NetCdfFile.Open(Out(ExportFormat.NetCdf));
        var (x, band) = (file.Variables.Single(v => v.Name == "x"), file.Variables.Single(v => v.Name == "x_band"));
        Assert.AreEqual("x_spread x_band", x.Text("ancillary_variables"));
        Assert.AreEqual((x.Text("units"), x.Text("coordinates")), (band.Text("units"), band.Text("coordinates")));
        Assert.AreEqual(0.9, ((double[])band.Attributes["coda_band_level"]).Single());
        Assert.IsNull(band.Text("ancillary_variables"));
        CollectionAssert.AreEqual(new[] { 1, ArrayWriter.Fill, 2, 3, ArrayWriter.Fill, 4 }, file.Read(band).Select(n => (float)n).ToArray());

        TableExport.Run(archive, ArchiveTable.Analyses, _folder.File("bands.zarr"), ExportFormat.Zarr);
        var metadata = JsonNode.Parse(File.ReadAllText(_folder.File("bands.zarr/.zmetadata")))!["metadata"]!;
        Assert.AreEqual(0.9, (double)metadata["x_band/.zattrs"]!["coda_band_level"]!);
        using var chunk = new ZLibStream(File.OpenRead(_folder.File("bands.zarr/x_band/0.0.0")), CompressionMode.Decompress);
        var bytes = new byte[6 * sizeof(float)];
        chunk.ReadExactly(bytes);
        Assert.AreEqual((3, ArrayWriter.Fill), (BinaryPrimitives.ReadSingleBigEndian(bytes.AsSpan(12)), BinaryPrimitives.ReadSingleBigEndian(bytes.AsSpan(16))));
    }

    [TestMethod]
    public void ForecastsHaveStartsLeadsAndPlacesOnAGrid()
    {
        var description = ArchiveExamples.Description(sites: 6) with
        {
            Layout = StateLayout.On(new Torus(2, 3)), StepLength = 0.5, TimeUnit = "h", TimeOrigin = "2020-01-01T00:00:00Z", ValueUnit = "m",
        };
        using var archive = Archive(description);
        StateBlock[] blocks =
        [
            .. from step in new long[] { 10, 20 } from lead in new[] { 0, 4 } select ArchiveExamples.Block(0, step, 1, 6, hasSpread: true, lead),
        ];
        archive.WriteStates(ArchiveTable.Forecasts, blocks);
        TableExport.Run(archive, ArchiveTable.Forecasts, Out(ExportFormat.Csv), ExportFormat.Csv);
        var lines = File.ReadAllLines(Out(ExportFormat.Csv));
        Assert.AreEqual("trajectory,step,start,lead,time,field,site,y,x,value,spread", lines[0]);
        Assert.StartsWith("0,10,2020-01-01T05:00:00Z,2,2020-01-01T07:00:00Z,x,5,1,2,", lines[12]);
        Assert.HasCount(25, lines);

        TableExport.Run(archive, ArchiveTable.Forecasts, Out(ExportFormat.NetCdf), ExportFormat.NetCdf);
        using var file = NetCdfFile.Open(Out(ExportFormat.NetCdf));
        var x = file.Variables.Single(v => v.Name == "x");
        Assert.AreEqual("trajectory=1 time=2 lead=2 y=2 grid_x=3", string.Join(' ', x.Dimensions.Select(d => $"{d.Name}={d.Length}")));
        Assert.AreEqual(("m", "x_spread"), (x.Text("units"), x.Text("ancillary_variables")));
        CollectionAssert.AreEqual(blocks.SelectMany(b => b.States.ToArray()).Select(n => (double)n).ToArray(), file.Read(x));
        CollectionAssert.AreEqual(
            blocks.SelectMany(b => b.Spread!.Value.ToArray()).Select(n => (double)n).ToArray(), file.Read(file.Variables.Single(v => v.Name == "x_spread")));
        CollectionAssert.AreEqual(new[] { 5.0, 10 }, file.Read(file.Variables.Single(v => v.Name == "time")));
        CollectionAssert.AreEqual(new[] { 0.0, 2 }, file.Read(file.Variables.Single(v => v.Name == "lead")));
        Assert.AreEqual("hours since 2020-01-01 00:00:00", file.Variables.Single(v => v.Name == "time").Text("units"));
    }

    [TestMethod]
    [DataRow(ExportFormat.Csv)]
    [DataRow(ExportFormat.Parquet)]
    [DataRow(ExportFormat.NetCdf)]
    public void TrajectoriesKeepTheirNamesAndFieldsTheirUnits(ExportFormat format)
    {
        var description =
            ArchiveExamples.Description(trajectories: 2) with { TrajectoryNames = ["north", "süd"], Fields = new() { ["x"] = new() { Unit = "K" } } };
        using var archive = Archive(description);
        TableExport.Run(archive, ArchiveTable.Observations, Out(format), format);
        ObservationImport.Run(_folder.File("back"), new()
        {
            Files = [Out(format)], StepLength = description.StepLength, TrajectoryColumn = "trajectory", ValueColumn = format == ExportFormat.NetCdf
                ? "x" : "value",
        });
        using var back = ParquetArchive.Open(_folder.File("back"));
        CollectionAssert.AreEqual(new[] { "north", "süd" }, back.Description.TrajectoryNames!.ToArray());
        CollectionAssert.AreEqual(
            archive.ReadObservations(1, description.Steps).Values, back.ReadObservations(1, description.Steps, ObservationSubset.All).Values);
        if (format == ExportFormat.NetCdf)
        {
            using var file = NetCdfFile.Open(Out(format));
            Assert.AreEqual("K", file.Variables.Single(v => v.Name == "x").Text("units"));
        }
    }

    [TestMethod]
    public void YearsAreNumbersThatCountFromTheirOrigin()
    {
        var description = ArchiveExamples.Description(steps: 3) with { TimeUnit = "a", StepLength = 1, TimeOrigin = "1900" };
        using var archive = Archive(description);
        TableExport.Run(archive, ArchiveTable.Observations, Out(ExportFormat.Csv), ExportFormat.Csv);
        Assert.StartsWith("0,2,1902,x,", File.ReadAllLines(Out(ExportFormat.Csv))[^1]);
        TableExport.Run(archive, ArchiveTable.Observations, Out(ExportFormat.NetCdf), ExportFormat.NetCdf);
        using var file = NetCdfFile.Open(Out(ExportFormat.NetCdf));
        var time = file.Variables.Single(v => v.Name == "time");
        CollectionAssert.AreEqual(new[] { 1900.0, 1901, 1902 }, file.Read(time));
        Assert.AreEqual(("a", "1900"), (time.Text("units"), time.Text("coda_time_origin")));
    }

    [TestMethod]
    public void WhatAFormatCannotSayIsRefusedAndNothingIsLeft()
    {
        var description = ArchiveExamples.Description(sites: 2) with { Layout = new([new("a/b", new Components(1)), new("time", new Components(1))]) };
        using var archive = Archive(description);
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => TableExport.Run(archive, ArchiveTable.Observations, Out(ExportFormat.NetCdf), ExportFormat.NetCdf));
        Assert.Contains("have no '/'", fault.Message);
        Assert.Contains("'time' 2 times", fault.Message);
        Assert.ThrowsExactly<ArchiveFormatException>(() => TableExport.Run(archive, ArchiveTable.Analyses, Out(ExportFormat.Csv), ExportFormat.Csv));
        using var far = Archive(ArchiveExamples.Description() with { TimeUnit = "d", StepLength = 1e6, TimeOrigin = "2020-01-01T00:00:00Z" }, name: "far");
        Assert.Contains("years 1 to 9999", Assert.ThrowsExactly<ArgumentException>(
            () => TableExport.Run(far, ArchiveTable.Observations, Out(ExportFormat.Csv), ExportFormat.Csv)).Message);
        Assert.IsEmpty(Directory.GetFiles(_folder.Path));
    }

    private static StateBlock Analyses(int trajectory) => ArchiveExamples.Block(trajectory, 0, 100, 8, hasSpread: true);

    private string Out(ExportFormat format) => _folder.File($"out{Endings[(int)format]}");

    // Of a folder, those of its files in order.
    private byte[] Bytes(string name) => !Directory.Exists(_folder.File(name)) ? File.ReadAllBytes(_folder.File(name))
        : [.. Directory.GetFiles(_folder.File(name), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];

    private ParquetArchive Archive(ArchiveDescription description, bool hasSigma = false, string name = "archive")
    {
        var archive = ParquetArchive.Create(_folder.File(name), description);
        archive.WriteObservations(ArchiveExamples.Stretches(description, hasSigma: hasSigma));
        return archive;
    }
}
