using System.Buffers.Binary;
using Coda.Data.Archives.NetCdf;

namespace Coda.Tests.Archives.NetCdf;

[TestClass]
public sealed class ClassicFileTests
{
    private readonly TemporaryDirectory _folder = new();

    [TestCleanup]
    public void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("c1")]
    [DataRow("c2")]
    [DataRow("c5")]
    [DataRow("n4")]
    public void WhatTheLibraryWroteIsRead(string name)
    {
        using var file = NetCdfFile.Open(Save(NetCdfExamples.Bytes(name)));
        NetCdfVariable Of(string variable) => file.Variables.Single(v => v.Name == variable);
        Assert.HasCount(4, file.Variables);
        var height = Of("height");
        Assert.AreEqual("time=4 site=3", string.Join(' ', height.Dimensions.Select(d => $"{d.Name}={d.Length}")));
        CollectionAssert.AreEqual(new[] { 0.5 }, height.Numbers("scale_factor"));
        CollectionAssert.AreEqual(new[] { -9.0 }, height.Numbers("_FillValue"));
        Assert.AreEqual("hours since 2020-01-01 6:00", Of("time").Text("units"));
        CollectionAssert.AreEqual(new[] { 0.0, 1, 2, 3 }, file.Read(Of("time")));
        CollectionAssert.AreEqual(new[] { 0.0, 1, 2, 3, 4, 5, 6, -9, 8, 9, 10, 11 }, file.Read(height));
        CollectionAssert.AreEqual(new[] { 4.0, 5, -9, 8 }, file.Read(height, [1, 1], [2, 2]));
        CollectionAssert.AreEqual(new[] { 0.25 }, file.Read(Of("error"), [3, 2], [1, 1]));
        CollectionAssert.AreEqual(new[] { "a", "bb", "ccc" }, file.ReadTexts(Of("station")));
        Assert.ThrowsExactly<InvalidDataException>(() => file.Read(Of("station")));
        Assert.ThrowsExactly<InvalidDataException>(() => file.ReadTexts(height));
    }

    [TestMethod]
    public void WhatIsWrittenIsReadAndGapsAreFilled()
    {
        var path = _folder.File("own.nc");
        NetCdfDimension time = new("time", 3), site = new("site", 40_000), length = new("length", 3);
        NetCdfVariable[] variables =
        [
            new("time", NetCdfType.Double, [time], new Dictionary<string, object> { ["units"] = "days" }), new("name", NetCdfType.Char, [time, length], Empty),
            new("count", NetCdfType.Int, [time], Empty), new("x", NetCdfType.Float, [time, site], Empty),
        ];
        using (var stream = File.Create(path))
        {
            var writer = new ClassicWriter(stream, new Dictionary<string, object> { ["title"] = "odd", ["step"] = 0.5 }, variables);
            writer.Write("time", [0, 0.5, 1]);
            writer.Write("name", ["a", "äb", ""], 3);
            writer.Write("count", [1, -2, 3]);
            writer.Write("x", 5, Enumerable.Range(0, 60_000).Select(i => (float)i).ToArray());
            writer.Complete();
        }

        using var file = NetCdfFile.Open(path);
        CollectionAssert.AreEqual(new[] { 0, 0.5, 1 }, file.Read(file.Variables[0]));
        CollectionAssert.AreEqual(new[] { "a", "äb", "" }, file.ReadTexts(file.Variables[1]));
        CollectionAssert.AreEqual(new[] { 1.0, -2, 3 }, file.Read(file.Variables[2]));
        var x = file.Read(file.Variables[3]);
        Assert.IsTrue(x[..5].Concat(x[60_005..]).All(n => n == ClassicWriter.Fill), "expected what was passed over to be filled");
        CollectionAssert.AreEqual(Enumerable.Range(0, 60_000).Select(i => (double)i).ToArray(), x[5..60_005]);
        CollectionAssert.AreEqual(x[39_990..40_000].Concat(x[79_990..80_000]).ToArray(), file.Read(file.Variables[3], [0, 39_990], [2, 10]));
    }

    [TestMethod]
    public void ALoneRecordVariableIsNotPadded()
    {
        // time = UNLIMITED (3), short h(time): six bytes, by the users' guide.
        byte[] header =
        [
            .. "CDF\u0001"u8, 0, 0, 0, 3, 0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0, 4, .. "time"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 1,
            0, 0, 0, 1, .. "h\0\0\0"u8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 80,
        ];
        Assert.HasCount(80, header);
        using (var file = NetCdfFile.Open(Save([.. header, 0, 1, 0, 2, 0, 3])))
        {
            CollectionAssert.AreEqual(new[] { 1.0, 2, 3 }, file.Read(file.Variables[0]));
        }

        // The number of records may be left to the file's length.
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), uint.MaxValue);
        using var streamed = NetCdfFile.Open(Save([.. header, 0, 1, 0, 2]));
        CollectionAssert.AreEqual(new[] { 1.0, 2 }, streamed.Read(streamed.Variables[0]));
    }

    [TestMethod]
    [DataRow("c1")]
    [DataRow("c2")]
    [DataRow("c5")]
    public void ADamagedFileIsRefusedOrReadButNeverHurts(string name)
    {
        var whole = NetCdfExamples.Bytes(name);
        var path = _folder.File("damaged.nc");
        var refused = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tries = 0;
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var value in (byte[])[0, 1, 0x7F, 0x80, 0xFF])
            {
                byte[] damaged = [.. whole];
                damaged[at] = value;
                File.WriteAllBytes(path, damaged);
                refused += IsRefused(path) ? 1 : 0;
                tries++;
            }
        }

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.IsTrue(IsRefused(path) || length > whole.Length - 4, $"a file cut at {length} of {whole.Length}");
            tries++;
        }

        Assert.IsGreaterThan(100, refused, "Damage was no longer noticed.");
        Assert.IsLessThan(1 << 20, (GC.GetAllocatedBytesForCurrentThread() - before) / tries, "bytes that a damaged file of some hundred took");
    }

    private static IReadOnlyDictionary<string, object> Empty { get; } = new Dictionary<string, object>();

    private static bool IsRefused(string path)
    {
        try
        {
            using var file = NetCdfFile.Open(path);
            foreach (var variable in file.Variables)
            {
                _ = variable.Type == NetCdfType.Char ? (object)file.ReadTexts(variable) : file.Read(variable);
            }

            return false;
        }
        catch (InvalidDataException fault)
        {
            Assert.Contains("expected", fault.Message);
            return true;
        }
    }

    private string Save(byte[] bytes)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.nc");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
