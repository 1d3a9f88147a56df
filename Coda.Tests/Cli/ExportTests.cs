using Coda.Cli;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

[TestClass]
public sealed class ExportTests
{
    private readonly TemporaryDirectory _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void TheNameOfTheFileSaysWhatIsWritten()
    {
        CommandRun.InProcess(Tiny.Simulate(_folder.File("twin"), 2, 10)).Succeeded();
        foreach (var (name, first) in new[] { ("x.csv", "traj"), ("x.parquet", "PAR1"), ("x.nc", "CDF\u0002") })
        {
            var json = Export("observations", name, "--json").Succeeded().Json;
            Assert.IsGreaterThan(0, (long)json["report"]!["values"]!);
            Assert.AreEqual(first, System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(_folder.File(name)), 0, 4));
        }

        Assert.Contains("trajectory, step, time, field, site, value", Export("truth", "y", "--format", "csv").Succeeded().Output);
        Export("truth", "y.xlsx").Failed(ExitCodes.Usage, ".csv, .parquet, .nc or .zarr");
        var zarr = Export("truth", "y.zarr", "--json").Succeeded().Json;
        Assert.AreEqual(("zarr", true), ((string)zarr["report"]!["format"]!, (long)zarr["bytes"]! > 1000));
        Assert.IsTrue(File.Exists(_folder.File("y.zarr/x/0.0.0")));
        Export("analyses", "z.csv").Failed(ExitCodes.BadData, "expected the table 'analyses'");
        Export("states", "z.csv").Failed(ExitCodes.Usage, "states");
        Assert.IsFalse(File.Exists(_folder.File("z.csv")));
    }

    [TestMethod]
    public void ObservationsGoOutAndComeBack()
    {
        CommandRun.InProcess(Tiny.Simulate(_folder.File("twin"), 2, 10)).Succeeded();
        Export("observations", "x.nc").Succeeded();
        CommandRun.InProcess(
            "import", _folder.File("x.nc"), "--step-length", "0.01", "--trajectory", "trajectory", "--value", "x", "--output", _folder.File("back"))
                .Succeeded();
        Export("observations", "one.csv").Succeeded();
        CommandRun.InProcess("export", "--archive", _folder.File("back"), "--table", "observations", "--output", _folder.File("two.csv")).Succeeded();
        CollectionAssert.AreEqual(File.ReadAllBytes(_folder.File("one.csv")), File.ReadAllBytes(_folder.File("two.csv")));
    }

    private CommandRun Export(string table, string file, params string[] more) =>
        CommandRun.InProcess(["export", "--archive", _folder.File("twin"), "--table", table, "--output", _folder.File(file), .. more]);
}
