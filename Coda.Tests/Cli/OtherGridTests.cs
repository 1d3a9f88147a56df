using Coda.Cli;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>A record of one grid and a model of another with as many sites are told apart: walls are no torus.</summary>
[TestClass]
public sealed class OtherGridTests
{
    private const string Torus = """system={"name":"kolmogorov-flow","options":{"size":16}}""";

    [TestMethod]
    public void AModelOnATorusIsNoneOfABoxWithWalls()
    {
        using var folder = new TemporaryDirectory();
        var (box, output) = (folder.File("box"), folder.File("output"));
        CommandRun.InProcess(
            "simulate", "--system", "quasi-geostrophic", "--set", "system.size=16", "--step-length", "0.05", "--steps", "40", "--spin-up", "5", "--output", box)
            .Succeeded();
        foreach (var method in new[] { "etkf", "three-dvar" })
        {
            CommandRun.InProcess("analyze", "--archive", box, "--method", method, "--set", Torus, "--output", output).Failed(
                ExitCodes.Usage, "which system 'quasi-geostrophic' gave its grid: expected site 0 on a torus of 16 x 16, got it on a plane of 16 x 16");
        }

        Assert.IsFalse(Directory.Exists(output), "Nothing is written.");
        CommandRun.InProcess("train", "--archive", box, "--set", Torus, "parameters=[]", "--output", output).Failed(
            ExitCodes.Usage, "expected site 0 on a torus of 16 x 16, got it on a plane of 16 x 16", "Take a system on the archive's grid");
        Assert.IsFalse(Directory.Exists(output), "A training that is refused leaves no folder.");
    }

    [TestMethod]
    public void AGridOfAnotherSizeIsSaidToBe()
    {
        using var folder = new TemporaryDirectory();
        var (small, output) = (folder.File("small"), folder.File("output"));
        CommandRun.InProcess(
            "simulate", "--system", "kolmogorov-flow", "--set", "system.size=12", "--step-length", "0.05", "--steps", "20", "--spin-up", "5", "--output", small)
            .Succeeded();
        CommandRun.InProcess("analyze", "--archive", small, "--method", "etkf", "--set", Torus, "--output", output)
            .Failed(ExitCodes.Usage, "torus of 16 x 16", "144 observed values", "got 256");
        CommandRun.InProcess("simulate", "--system", "kolmogorov-flow", "--set", "system.grid=plane", "--output", output)
            .Failed(ExitCodes.Usage, "grid: expected a known member");
        Assert.IsFalse(Directory.Exists(output), "Nothing is written.");
    }
}
