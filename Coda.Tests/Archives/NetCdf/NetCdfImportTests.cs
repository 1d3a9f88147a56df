using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.NetCdf;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Tests.Archives.NetCdf;

/// <summary>Observations in NetCDF files become the archive that they mean.</summary>
[TestClass]
public sealed class NetCdfImportTests : ImportFixture
{
    private static readonly NetCdfDimension Time = new("time", 3), Site = new("site", 2), Two = new("y", 2), Three = new("x", 3);

    private static readonly NetCdfVariable Times = Variable("time", [Time], ("units", "hours since 2020-01-01"));

    [TestMethod]
    [DataRow("c1")]
    [DataRow("c2")]
    [DataRow("c5")]
    [DataRow("n4")]
    public void PackedNumbersOfNamedStations(string name)
    {
        var (report, cells, names) = Import(
            Each() with { TimeUnit = "h", ValueColumn = "height", SigmaColumn = "error" }, Bytes(NetCdfExamples.Bytes(name), ".nc"));
        Assert.AreEqual("0:0=1 0:1=1.5 0:2=2 1:0=2.5 1:1=3 1:2=3.5 2:0=4 2:2=5 3:0=5.5 3:1=6 3:2=6.5", cells);
        CollectionAssert.AreEqual(new[] { "a", "bb", "ccc" }, names!.ToArray());
        Assert.AreEqual((12L, 1L, "2020-01-01T06:00:00Z"), (report.RowsRead, report.Missing, report.TimeOrigin));
    }

    [TestMethod]
    public void TheOrderOfDimensionsIsAsItComes()
    {
        const string expected = "0:0=0 0:1=1 1:0=2 1:1=3 2:0=4 2:1=5";
        Assert.AreEqual(expected, Import(Hours, File([Variable("value", [Time, Site])], [0, 1, 2, 3, 4, 5])).Cells);
        Assert.AreEqual(expected, Import(Hours, File([Variable("value", [Site, Time])], [0, 2, 4, 1, 3, 5])).Cells);
        Assert.AreEqual("0:0=0 0:1=1 0:2=2 0:3=3 0:4=4 0:5=5 1:0=6 1:1=7 1:2=8 1:3=9 1:4=10 1:5=11 2:0=12 2:1=13 2:2=14 2:3=15 2:4=16 2:5=17",
            Import(Hours, File([Variable("value", [Time, Two, Three])], [.. Enumerable.Range(0, 18).Select(i => (float)i)])).Cells);
        Assert.AreEqual("0:0=0 0:1=1 0:2=2 0:3=9 0:4=10 0:5=11 1:0=3 1:1=4 1:2=5 1:3=12 1:4=13 1:5=14 2:0=6 2:1=7 2:2=8 2:3=15 2:4=16 2:5=17",
            Import(Hours, File([Variable("value", [Two, Time, Three])], [.. Enumerable.Range(0, 18).Select(i => (float)i)])).Cells);
    }

    [TestMethod]
    public void SeveralVariablesAreEntriesOfAState()
    {
        var file = File([Variable("b", [Time, Site]), Variable("a", [Time])], [0, 1, 2, 3, 4, 5], [7, 8, 9]);
        var (_, cells, names) = Import(Hours with { Variables = ["b", "a"] }, file);
        CollectionAssert.AreEqual(new[] { "a", "b[0]", "b[1]" }, names!.ToArray());
        Assert.AreEqual("0:0=7 0:1=0 0:2=1 1:0=8 1:1=2 1:2=3 2:0=9 2:1=4 2:2=5", cells);
        var layout = new StateLayout([new("b", new Coda.Data.Geometry.Ring(2)), new("a", new Coda.Data.Geometry.Components(1))]);
        Assert.AreEqual("0:0=0 0:1=1 0:2=7 1:0=2 1:1=3 1:2=8 2:0=4 2:1=5 2:2=9", Import(Hours with { Variables = ["a", "b"], Layout = layout }, file).Cells);
    }

    [TestMethod]
    public void WhatTheFileDeclaresAsNoneIsMissing()
    {
        var bounded = Variable("value", [Time, Site], ("valid_min", 1.0), ("missing_value", 3.0));
        Assert.AreEqual("1:0=2 2:0=4 2:1=5", Import(Hours with { TimeOrigin = "2020-01-01" }, File([bounded], [0, float.NaN, 2, 3, 4, 5])).Cells);
        Assert.AreEqual("0:0=1 2:0=2", Import(Hours, File([Variable("value", [Time, Site])],
            [1, ClassicWriter.Fill, ClassicWriter.Fill, ClassicWriter.Fill, 2, ClassicWriter.Fill])).Cells);
    }

    [TestMethod]
    public void VariablesOfGroupsAreFoundByTheirPath()
    {
        var file = Bytes(NetCdfExamples.Bytes(NetCdfExamples.Groups), ".nc");
        var (_, cells, names) = Import(Hours with { ValueColumn = "air/T" }, file);
        Assert.AreEqual("0:0=280 0:1=281 1:0=282 1:1=283 2:0=284 2:1=285", cells);
        CollectionAssert.AreEqual(new[] { "a", "b" }, names!.ToArray());

        var sea = Hours with { TimeColumn = "sea/deep/time", Variables = ["sea/deep/T", "sea/deep/S"] };
        (_, cells, names) = Import(sea, file);
        CollectionAssert.AreEqual(new[] { "S", "T" }, names!.ToArray());
        Assert.AreEqual("0:0=34 0:1=4 1:0=35 1:1=5", cells);
        AssertFault("expected a column 'T', got time, air/T, air/name, sea/deep/S, sea/deep/T, sea/deep/time", Hours with { ValueColumn = "T" }, file);
        AssertFault("expected the dimension 'time' of 'time' once, got sea/deep/time", Hours with { ValueColumn = "sea/deep/T" }, file);
        Assert.Contains("expected the dimension 'time'", Assert.ThrowsExactly<InvalidDataException>(
            () => Import(Hours with { Variables = ["air/T", "sea/deep/T"] }, file)).Message);
    }

    [TestMethod]
    public void UnitsOfVariablesAreThoseOfValuesAndFields()
    {
        NetCdfVariable x = Variable("x", [Time], ("units", "m")), y = Variable("y", [Time], ("units", "K")), z = Variable("z", [Time]);
        var file = File([x, y, z], [1, 2, 3], [4, 5, 6], [7, 8, 9]);
        var lorenz = Hours with { Variables = ["x", "y", "z"], Layout = StateLayout.Of("x", "y", "z") };
        Assert.AreEqual(("m", ""), Units(Hours with { ValueColumn = "x" }, file));
        Assert.AreEqual(("m K 1", ""), Units(lorenz, file));
        Assert.AreEqual(("m K s", ""), Units(lorenz with { Fields = new() { ["z"] = new() { Unit = "s", Sigma = 1 } }, Sigma = 2 }, file));
        Assert.AreEqual(("m m", ""), Units(Hours with { Variables = ["x", "z"] }, File([x, z with { Attributes = x.Attributes }], [1, 2, 3], [4, 5, 6])));

        var (units, warning) = Units(Hours with { ValueColumn = "x", ValueUnit = "cm" }, file);
        Assert.AreEqual("cm", units);
        Assert.Contains("variable 'x': expected the unit 'cm' that --value-unit names, got 'm'", warning);
        (units, warning) = Units(Hours with { Variables = ["x", "y"] }, file);
        Assert.AreEqual("1 1", units);
        Assert.Contains("got x in m, y in K; the archive says none of them", warning);

        var other = File(Variable("time", [Time], ("units", "hours since 2020-01-02")), [Variable("x", [Time], ("units", "km"))], [1, 2, 3]);
        AssertFault("expected the unit 'm' of the files before, got 'km'", Hours with { ValueColumn = "x" }, file, other);
        AssertFault("got 'a\\u001bb'", Hours, File([Variable("value", [Time], ("units", "a\u001bb"))], [1, 2, 3]));
    }

    [TestMethod]
    public void TrajectoriesAreADimension()
    {
        var file = File([Variable("value", [new("trajectory", 2), Time])], [0, 1, 2, 3, 4, 5]);
        var (report, cells, _) = Import(Hours with { TrajectoryColumn = "trajectory" }, file);
        Assert.AreEqual((2, "0:0=0 1:0=1 2:0=2"), (report.TrajectoryCount, cells));
        AssertFault("expected one trajectory, got 2", Hours, file);
    }

    [TestMethod]
    public void WhatCannotBeMeantIsRefused()
    {
        var file = File([Variable("height", [Time, Site]), Variable("depth", [Site])], [0, 1, 2, 3, 4, 5], [1, 2]);
        AssertFault("expected a column 'value', got time, height, depth", Hours, file);
        AssertFault("expected the dimension 'time' of 'time' once, got site", Hours with { ValueColumn = "depth" }, file);
        AssertFault("expected a label for each place", Hours with { ValueColumn = "height", SiteColumn = "time" }, file);
        AssertFault("expected the dimension 'depth'", Hours with { ValueColumn = "height", TrajectoryColumn = "depth" }, file);
        AssertFault("expected the dimensions of 'height'", Hours with { ValueColumn = "height", SigmaColumn = "depth" }, file);
        AssertFault("expected the standard calendar, got 'noleap'", Hours,
            File(Variable("time", [Time], ("units", "days since 2000-01-01"), ("calendar", "noleap")), [Variable("value", [Time])], [0, 1, 2]));
        foreach (var options in new[] { Hours with { SiteColumns = ["height"] }, Hours with { ValueColumn = "height", Delimiter = ";" } })
        {
            Assert.ThrowsExactly<ArgumentException>(() => Import(options, file));
        }

        Assert.Contains("variables: expected none where no file is NetCDF",
            Assert.ThrowsExactly<ArgumentException>(() => Import(Each() with { Variables = ["a"] }, Csv("time,site,value", "0,0,1"))).Message);
    }

    [TestMethod]
    public void ADamagedNetCdf4FileIsRefused()
    {
        var whole = NetCdfExamples.Bytes("n4");
        AssertFault("expected a whole NetCDF-4 file", Hours with { ValueColumn = "height" }, Bytes(whole[..600], ".nc"));
        for (var at = 0; at < whole.Length; at += 211)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x81;
            try
            {
                using var file = NetCdfFile.Open(Bytes(damaged, ".nc"));
                file.Variables.ToList().ForEach(v => _ = v.Type == NetCdfType.Text ? (object)file.ReadTexts(v) : file.Read(v));
            }
            catch (InvalidDataException fault)
            {
                Assert.Contains("expected", fault.Message);
            }
        }

        AssertFault("expected a classic NetCDF file", Hours, Bytes([.. "CDF\u0007"u8, 0, 0, 0, 0], ".nc"));
    }

    private (string Units, string Warnings) Units(ImportOptions options, string file)
    {
        var (path, warnings) = (NewFile(".archive"), new ResultWarnings());
        ObservationImport.Run(path, options with { Files = [file], Warnings = warnings });
        using var archive = ParquetArchive.Open(path);
        var sites = archive.Description.Sites();
        var units = Enumerable.Range(0, sites.Entries.Count).Select(site => archive.Description.UnitOf(sites.FieldAt(site)!));
        return (string.Join(' ', units), string.Join('\n', warnings.All.Select(w => w.Message)));
    }

    private static ImportOptions Hours => Each() with { TimeUnit = "h" };

    private static NetCdfVariable Variable(string name, NetCdfDimension[] dimensions, params (string Name, object Value)[] attributes) =>
        new(name, NetCdfType.Float, dimensions, attributes.ToDictionary(a => a.Name, a => a.Value));

    private string File(NetCdfVariable[] variables, params float[][] values) => File(Times, variables, values);

    private string File(NetCdfVariable times, NetCdfVariable[] variables, params float[][] values)
    {
        var path = NewFile(".nc");
        using var stream = System.IO.File.Create(path);
        var writer = new ClassicWriter(stream, new Dictionary<string, object>(), [times, .. variables]);
        writer.Write("time", 0, [0, 1, 2]);
        foreach (var (variable, numbers) in variables.Zip(values))
        {
            writer.Write(variable.Name, 0, numbers);
        }

        writer.Complete();
        return path;
    }
}
