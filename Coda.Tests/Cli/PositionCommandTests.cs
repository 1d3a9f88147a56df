using Coda.Cli;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>Positions on the command line.</summary>
[TestClass]
public sealed class PositionCommandTests
{
    private static readonly string[] System = ["--system", "shallow-water:size=8", "--field", "h", "--step-length", "0.25"];

    private readonly TemporaryDirectory _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void RowsWithPositionsAreImportedAnalyzedAndExported()
    {
        File.WriteAllLines(_folder.File("track.csv"), Enumerable.Range(0, 40)
            .Select(i => FormattableString.Invariant($"{i / 10 * 0.25},{(i * 37 % 360) - 90},{i * 11 % 800},{i % 5}")).Prepend("t,lon,north,value")
            .Append("0.5,10,nan,1").Append("0.5,4000,1,1"));
        var import = Import("--x", "lon", "--y", "north", "--x-range", "0,360", "--y-range=800,0", "--reject");
        import.Failed(ExitCodes.BadData, "expected a column 'time', got t, lon, north, value");
        import = Import("--time", "t", "--x", "lon", "--y", "north", "--x-range", "0,360", "--y-range=800,0");
        import.Failed(ExitCodes.BadData, "north: expected a finite number");
        import = Import("--time", "t", "--x", "lon", "--y", "north", "--x-range", "0,360", "--y-range=800,0", "--reject", "--withhold", "0", "--json");
        import.Succeeded();
        Assert.AreEqual((2, 40, 40), ((int)import.Json["report"]!["outside"]!, (int)import.Json["report"]!["observations"]!,
            (int)import.Json["report"]!["siteCount"]!));
        Assert.AreEqual("[-90,0]", import.Json["sites"]![0]!["position"]!.ToJsonString());
        CommandRun.InProcess("analyze", "--archive", _folder.File("track"), "--method", "etkf", "--set", "members=5", "spin-up-steps=2", "sigma=2",
            "inflation=1.1", "--output", _folder.File("analyses")).Succeeded();
        CommandRun.InProcess("export", "--archive", _folder.File("track"), "--table", "observations", "--output", _folder.File("out.csv")).Succeeded();
        var rows = File.ReadAllLines(_folder.File("out.csv"));
        Assert.AreEqual(("trajectory,step,time,field,site,x,y,value", 41), (rows[0], rows.Length));
        Assert.Contains(",-90,0,0", string.Join('\n', rows), "the longitude of the file");
    }

    [TestMethod]
    public void OptionsOfPositionsNeedEachOther()
    {
        File.WriteAllText(_folder.File("track.csv"), "time,lon,lat,value\n0,1,2,3\n");
        Import("--x", "lon").Failed(ExitCodes.Usage, "yColumn");
        Import("--x", "lon", "--y", "lat", "--x-range", "5").Failed(ExitCodes.Usage, "--x-range: expected FROM,TO");
        Import("--x", "lon", "--y", "lat", "--mask", "land.csv").Failed(ExitCodes.Usage, "Unknown option '--mask'");
        Import("--x", "lon", "--y", "lat", "--site", "buoy").Failed(ExitCodes.Usage, "--site");
        CommandRun.InProcess("import", _folder.File("track.csv"), "--step-length", "1", "--x", "lon", "--output", _folder.File("track"))
            .Failed(ExitCodes.Usage, "--system");
    }

    [TestMethod]
    public void TwinsAreObservedAlongTracksUnderCloudsAndBetweenPoints()
    {
        CommandRun.InProcess("simulate", "--system", "shallow-water", "--operator", "field-function", "--observing-network", "cloud-mask", "--steps", "9",
            "--spin-up", "2", "--step-length", "0.25", "--sigma", "0.5", "--set", "system.size=8", "operator.fields=[\"u\",\"v\"]",
            "operator.of={\"name\":\"interpolation\",\"options\":{\"random\":50}}", "observing-network.inner={\"name\":\"tracks\",\"options\":{\"count\":20}}",
            "--output", _folder.File("twin")).Succeeded();
        var run = CommandRun.InProcess("simulate", "--system", "lorenz63", "--observing-network", "tracks", "--set", "observing-network.spacing=2", "--steps", "5",
            "--output", _folder.File("none"));
        run.Failed(ExitCodes.Usage, "Spacing: expected none on");
    }

    private CommandRun Import(params string[] more) =>
        CommandRun.InProcess(["import", _folder.File("track.csv"), .. System, "--output", _folder.File("track"), .. more]);
}
