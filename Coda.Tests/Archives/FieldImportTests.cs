using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Tests.Cli;

namespace Coda.Tests.Archives;

/// <summary>Fields with errors and units of their own, and trajectories with names, from the command line into an archive.</summary>
[TestClass]
public sealed class FieldImportTests
{
    private readonly TemporaryDirectory _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public void EveryFieldHasItsErrorAndUnit()
    {
        Import(["time,x,y,z", "0,1,2,30", "1,2,3,40"], "--site-columns", "x", "y", "z", "--system", "lorenz63", "--sigma", "0.5,z=2", "--value-unit", "m,z=K")
            .Succeeded();
        using var archive = ParquetArchive.Open(_folder.File("archive"));
        var (description, fields) = (archive.Description, archive.Description.Layout.Fields);
        CollectionAssert.AreEqual(new[] { "m", "m", "K" }, fields.Select(description.UnitOf).ToArray());
        CollectionAssert.AreEqual(new double?[] { 0.5, 0.5, 2 }, fields.Select(description.SigmaOf).ToArray());
        var expected = new[] { 0.5f, 0.5f, 2, 0.5f, 0.5f, 2 };
        CollectionAssert.AreEqual(expected, archive.ReadObservations(0, description.Steps).Sigma);
        CollectionAssert.AreEqual(expected, archive.ReadStretches(2, 0).Single().Sigma);
        CollectionAssert.AreEqual(
            expected, new MemoryArchive(description, archive.ReadStretches(2, 0)).ReadObservations(0, description.Steps).Sigma);
    }

    [TestMethod]
    public void OwnErrorsOfObservationsTellWhatIsTypicalOfAField()
    {
        Import(
            ["time,site,value,error", "0,x,1,0.3", "0,z,30,100", "1,x,2,0.4", "1,z,40,100"], "--sigma-column", "error", "--system", "lorenz63", "--value-unit",
            "m,z=Pa").Succeeded();
        using var archive = ParquetArchive.Open(_folder.File("archive"));
        var (description, fields) = (archive.Description, archive.Description.Layout.Fields);
        Assert.AreEqual(Math.Sqrt((0.09 + 0.16) / 2), description.SigmaOf(fields[0])!.Value, 1e-6);
        Assert.AreEqual(100, description.SigmaOf(fields[2]));
        CollectionAssert.AreEqual(new[] { 0.3f, 100, 0.4f, 100 }, archive.ReadObservations(0, description.Steps).Sigma);
    }

    [TestMethod]
    public void OutliersAreThoseOfTheirUnit()
    {
        var rows = Enumerable.Range(0, 60)
            .Select(step => FormattableString.Invariant($"{step},{step % 7},{step % 5},{100000 + (step == 30 ? 1e9 : step % 9)}"));
        string[] line = ["--site-columns", "x", "y", "z", "--system", "lorenz63", "--value-unit", "m,z=Pa", "--sigma", "1,z=100", "--reject"];
        var result = Import([.. rows.Prepend("time,x,y,z")], [.. line, "--json"]).Succeeded().Json["report"]!["values"]!;
        Assert.AreEqual(1, (long)result["rejected"]!);
        Assert.AreEqual(6, (double)result["byUnit"]!["m"]!["largest"]!);
        Assert.AreEqual(100008, (double)result["byUnit"]!["Pa"]!["largest"]!);
        Assert.Contains("values in Pa", Import([.. rows.Prepend("time,x,y,z")], line).Succeeded().Output);
    }

    [TestMethod]
    public void AnArchiveOfOneErrorIsDescribedAsBefore()
    {
        Import(["time,site,value", "0,0,1"], "--sigma", "0.5", "--value-unit", "m").Succeeded();
        var text = File.ReadAllText(_folder.File("archive", "archive.json"));
        Assert.DoesNotContain("fields\": {", text);
        Assert.DoesNotContain("trajectoryNames", text);
        using var archive = ParquetArchive.Open(_folder.File("archive"));
        Assert.IsNull(archive.ReadObservations(0, archive.Description.Steps).Sigma);
    }

    [TestMethod]
    [DataRow("w=1", "expected fields of the state", "w")]
    [DataRow("x=1", "fields", "none for site 1 (y)")]
    [DataRow("x=0", "expected numbers greater than 0", "x=0")]
    [DataRow("x=1,x=2", "each name once", "x=1,x=2")]
    public void AFaultyErrorIsNamed(string sigma, params string[] said) =>
        Import(["time,x,y,z", "0,1,2,30"], "--site-columns", "x", "y", "z", "--system", "lorenz63", "--sigma", sigma).Failed(ExitCodes.Usage, said);

    [TestMethod]
    public void NamesOfFieldsNeedASystem() => Import(["time,site,value", "0,0,1"], "--sigma", "x=1").Failed(ExitCodes.Usage, "--sigma", "--system");

    [TestMethod]
    public void TrajectoriesMayHaveNames()
    {
        Import(["run,time,site,value", "spring,0,0,1", "autumn,0,0,2", "spring,1,0,3"], "--trajectory", "run").Succeeded();
        using var archive = ParquetArchive.Open(_folder.File("archive"));
        CollectionAssert.AreEqual(new[] { "spring", "autumn" }, archive.Description.TrajectoryNames!.ToArray());
        Assert.AreEqual(2, archive.ReadObservations(1, archive.Description.Steps).Values[0]);
    }

    [TestMethod]
    public void NumbersOfTrajectoriesAndNamesDoNotMix()
    {
        Import(["run,time,site,value", "0,0,0,1", "autumn,0,0,2"], "--trajectory", "run").Failed(ExitCodes.BadData, "data row 2: trajectory", "from 0");
        Import(["run,time,site,value", "-1,0,0,1"], "--trajectory", "run").Failed(ExitCodes.BadData, "expected an integer from 0, got '-1'");
    }

    [TestMethod]
    public void ADescriptionOfUnknownFieldsIsRefused()
    {
        Import(["time,site,value", "0,0,1"]).Succeeded();
        var file = _folder.File("archive", "archive.json");
        var description = CodaJson.Read<ArchiveDescription>(file);
        CodaJson.Write(file, description with { Fields = new() { ["w"] = new() { Sigma = 1 } } });
        Assert.Contains("which is no field", Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(_folder.File("archive"))).Message);
    }

    private CommandRun Import(string[] lines, params string[] more)
    {
        var file = _folder.File("observations.csv");
        File.WriteAllLines(file, lines);
        return CommandRun.InProcess(["import", file, "--step-length", "1", "--withhold", "0", "--overwrite", "--output", _folder.File("archive"), .. more]);
    }
}
