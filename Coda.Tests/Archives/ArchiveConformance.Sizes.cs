using Coda.Data.Archives;
using Coda.Data.Archives.Stored;

namespace Coda.Tests.Archives;

public abstract partial class ArchiveConformance
{
    [TestMethod]
    [DataRow("\"end\": 1000000000000000", "at least one observation in 1,000,000 entries of the record")]
    [DataRow("\"end\": 9223372036854775807", "a range that 53 bits can count")]
    public void SizesAreBelievedOnlyIfTheyCanBeTrue(string end, string expected)
    {
        Write(ArchiveExamples.Description());
        var path = Path.Combine(Root, "archive.json");
        File.WriteAllText(path, System.Text.RegularExpressions.Regex.Replace(Digests.Without(File.ReadAllText(path)), "\"end\": \\d+", end));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Contains(expected, Assert.ThrowsExactly<ArchiveFormatException>(() => ParquetArchive.Open(Root, Engine)).Message);
        Assert.IsLessThan(10, clock.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public void VerifyStopsWhenItIsTold()
    {
        Write(ArchiveExamples.Description());
        using var archive = ParquetArchive.Open(Root, Engine);
        Assert.ThrowsExactly<OperationCanceledException>(() => archive.Verify(new CancellationToken(canceled: true)));
    }
}
