using System.Security.Cryptography;
using System.Text;
using Coda.Data.Archives.Stores;

namespace Coda.Tests.Stores;

/// <summary>What archives rely on, wherever their files are.</summary>
public abstract class StoreConformance
{
    private protected abstract IArchiveStore Store { get; }

    [TestMethod]
    public void WhatIsAddedIsThereWholeAndOnce()
    {
        var content = RandomNumberGenerator.GetBytes(100_000);
        Assert.IsNull(Store.Find("truth/part-00000.parquet"));
        Assert.IsTrue(Add("truth/part-00000.parquet", content));
        Assert.IsFalse(Add("truth/part-00000.parquet", [1, 2, 3]), "What is there is not written over.");
        Assert.AreEqual(100_000L, Store.Find("truth/part-00000.parquet")!.Length);
        Assert.AreEqual(Convert.ToHexStringLower(SHA256.HashData(content)), Store.Sha256("truth/part-00000.parquet"));
        using var copy = new MemoryStream();
        Store.CopyTo("truth/part-00000.parquet", copy);
        CollectionAssert.AreEqual(content, copy.ToArray());
    }

    [TestMethod]
    [DataRow(0, 10, 10)]
    [DataRow(95, 10, 5)]
    [DataRow(99, 1, 1)]
    [DataRow(100, 10, 0)]
    [DataRow(7, 0, 0)]
    public void RangesEndWhereTheFileDoes(int offset, int count, int expected)
    {
        var content = RandomNumberGenerator.GetBytes(100);
        Assert.IsTrue(Add("observations/part-00000.parquet", content));
        var into = new byte[count];
        Assert.AreEqual(expected, Store.Read("observations/part-00000.parquet", offset, into));
        CollectionAssert.AreEqual(content.AsSpan(Math.Min(offset, 100), expected).ToArray(), into[..expected]);
    }

    [TestMethod]
    public void ADocumentIsReplacedOnlyWhereItIsWhatWasRead()
    {
        Assert.IsNull(Store.ReadDocument("archive.json"));
        Assert.IsNull(Store.TryReplace("archive.json", Text("none"), "another"), "There is none of that version.");
        var first = Store.TryReplace("archive.json", Text("one"), version: null);
        Assert.IsNotNull(first);
        Assert.IsNull(Store.TryReplace("archive.json", Text("two"), version: null), "There is one.");
        Assert.AreEqual("one", Read("archive.json"));
        var second = Store.TryReplace("archive.json", Text("two"), Store.ReadDocument("archive.json")!.Version);
        Assert.IsNotNull(second);
        Assert.IsNull(Store.TryReplace("archive.json", Text("three"), first), "It is another by now.");
        Assert.AreEqual("two", Read("archive.json"));
        Assert.AreEqual(second, Store.ReadDocument("archive.json")!.Version);
    }

    [TestMethod]
    public void ManyWritersCountWithoutLosingOne()
    {
        Assert.IsNotNull(Store.TryReplace("count.json", Text("0"), version: null));
        Parallel.For(0, 4, _ =>
        {
            for (var done = 0; done < 10;)
            {
                var found = Store.ReadDocument("count.json")!;
                var next = int.Parse(Encoding.UTF8.GetString(found.Content), System.Globalization.CultureInfo.InvariantCulture) + 1;
                done += Store.TryReplace("count.json", Text(FormattableString.Invariant($"{next}")), found.Version) is null ? 0 : 1;
            }
        });
        Assert.AreEqual("40", Read("count.json"));
    }

    [TestMethod]
    public void FilesAreListedByNameWithAllThatIsBelowAFolder()
    {
        Assert.IsEmpty(Store.List("analyses"));
        string[] names = [.. Enumerable.Range(0, 8).Select(i => FormattableString.Invariant($"analyses/part-{i:D5}.parquet")), "analyses/run/plan.json"];
        foreach (var name in names.Reverse())
        {
            Assert.IsNotNull(Store.TryReplace(name, Text(name), version: null));
        }

        Assert.IsNotNull(Store.TryReplace("analysesother/part-00000.parquet", Text("-"), version: null));
        CollectionAssert.AreEqual(names, Store.List("analyses").Select(f => f.Name).ToArray());
        Assert.AreEqual((long)names[2].Length, Store.List("analyses")[2].Length);
        Assert.HasCount(1, Store.List("analyses/run"));
        Assert.HasCount(10, Store.List(""));
        Store.Delete(names[0]);
        Store.Delete(names[0]);
        Assert.HasCount(8, Store.List("analyses"));
    }

    [TestMethod]
    public void AClaimIsOfOneUntilItIsLetGo()
    {
        using (var held = Store.TryClaim("truth/.write.lock"))
        {
            Assert.IsNotNull(held);
            Assert.IsNull(Store.TryClaim("truth/.write.lock"));
            held.Require();
            using var other = Store.TryClaim("observations/.write.lock");
            Assert.IsNotNull(other);
        }

        using var next = Store.TryClaim("truth/.write.lock");
        Assert.IsNotNull(next);
    }

    private protected bool Add(string name, byte[] content)
    {
        var path = Store.TemporaryFile(name);
        File.WriteAllBytes(path, content);
        var isAdded = Store.TryAdd(name, path, Convert.ToHexStringLower(SHA256.HashData(content)));
        Assert.AreEqual(!isAdded, File.Exists(path), "The local file goes where it was added, and stays where not.");
        File.Delete(path);
        return isAdded;
    }

    private protected static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private protected string Read(string name) => Encoding.UTF8.GetString(Store.ReadDocument(name)!.Content);
}
