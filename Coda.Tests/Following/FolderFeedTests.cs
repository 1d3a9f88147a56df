using Coda.Data.Archives.Import;
using Coda.Data.Feeds;
using Coda.Tests.Archives;

namespace Coda.Tests.Following;

/// <summary>A folder that grows.</summary>
[TestClass]
public sealed class FolderFeedTests
{
    private const string Header = "step,site,value\n";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryDirectory _folder = new();

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    [TestMethod]
    public void FilesComeInTheOrderOfTheirNamesAndAgainAfterAnOrdinal()
    {
        Write("b.csv", "1,0,2");
        Write("a.csv", "0,0,1");
        Write("B.csv", "2,0,3"); // by character, capitals first
        Write(".c.csv", "half");
        Write("d.csv.partial", "half");
        Write("e.tmp", "half");
        Assert.AreEqual("B.csv a.csv b.csv", All(null, 0));
        Assert.AreEqual("b.csv", All("a.csv", 2));
        Assert.AreEqual("", All("b.csv", 3));
    }

    [TestMethod]
    public void WhatComesWhileItWaitsIsGivenAtOnce()
    {
        using var feed = Feed();
        feed.Open(null, 0);
        Assert.IsNull(feed.Next(TimeSpan.Zero));
        Assert.IsTrue(feed.IsDrained());
        var writing = Task.Run(() => Write("1.csv", "7,2,0.5"));
        var batch = feed.Next(Patience)!;
        writing.Wait();
        Assert.AreEqual(("1.csv", 7L, 2, 0.5f), (batch.Ordinal, batch.Rows[0].Step, batch.Rows[0].Site, batch.Rows[0].Value));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => feed.Next(Patience, stop.Token));
    }

    [TestMethod]
    public void ANameThatSortsBeforeOneThatWasTakenIsRefusedNowAndLater()
    {
        Write("2.csv", "0,0,1");
        using (var feed = Feed())
        {
            feed.Open(null, 0);
            Assert.AreEqual("2.csv", feed.Next(TimeSpan.Zero)!.Ordinal);
            Write("1.csv", "0,1,1");
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => feed.Next(Patience)).Message, "expected names that sort after 2.csv, the last file taken, got 1.csv");
        }

        using var later = Feed();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => later.Open("2.csv", 1)).Message, "1 more than were taken");
        File.Delete(_folder.File("1.csv"));
        File.Delete(_folder.File("2.csv")); // what was taken may go
        using var cured = Feed();
        cured.Open("2.csv", 1);
        Write("1.csv", "0,1,1");
        Assert.ThrowsExactly<InvalidDataException>(() => cured.Next(Patience), "It was looked at before this came.");
    }

    [TestMethod]
    public void FilesThatComeFasterThanTheFolderIsListedKeepTheirOrder()
    {
        const int Count = 500;
        using var feed = Feed();
        feed.Open(null, 0);
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                Write($"{i:D6}.csv", "0,0,1");
            }
        });
        for (var i = 0; i < Count; i++)
        {
            Assert.AreEqual($"{i:D6}.csv", feed.Next(Patience)!.Ordinal);
            if (i % 100 == 99)
            {
                File.Delete(_folder.File($"{i - 50:D6}.csv"));
            }
        }

        writing.Wait();
    }

    [TestMethod]
    public void WhatIsNoBatchIsRefusedAndComesAgain()
    {
        using var feed = Feed();
        feed.Open(null, 0);
        Write("readme.txt", "");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => feed.Next(Patience)).Message, "readme.txt: expected files of observations");
        File.Delete(_folder.File("readme.txt"));
        File.WriteAllText(_folder.File("1.parquet"), "none");
        StringAssert.Contains(Assert.Throws<IOException>(() => feed.Next(Patience)).Message, "1.parquet");
        Assert.IsFalse(feed.IsDrained());
        File.Delete(_folder.File("1.parquet"));
        using var gone = new FolderFeed(Context(), new() { Path = _folder.File("none") });
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => gone.Open(null, 0));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new FolderFeed(Context(), new()).Open(null, 0)).Message, "Path: expected a folder, got none");
    }

    [TestMethod]
    public void DatesAreCountedFromTheFirstBatchsEarliest()
    {
        File.WriteAllText(_folder.File("1.csv"), "time,site,value\n2020-01-01T02:00:00Z,0,1\n2020-01-01T01:00:00Z,0,1\n");
        File.WriteAllText(_folder.File("2.csv"), "time,site,value\n2020-01-01T04:00:00Z,0,1\n");
        var context = Context("h");
        using var feed = new FolderFeed(context, new() { Path = _folder.Path });
        feed.Open(null, 0);
        CollectionAssert.AreEqual(new long[] { 0, 1 }, feed.Next(TimeSpan.Zero)!.Rows.Select(r => r.Step).ToArray());
        var second = feed.Next(TimeSpan.Zero)!;
        Assert.AreEqual((3L, "2020-01-01T01:00:00Z"), (second.Rows[0].Step, second.TimeOrigin));
        Assert.AreEqual("2020-01-01T01:00:00Z", context.TimeOrigin);
    }

    private void Write(string name, string row)
    {
        File.WriteAllText(_folder.File(".whole"), Header + row);
        File.Move(_folder.File(".whole"), _folder.File(name));
    }

    private FolderFeed Feed() => new(Context(), new() { Path = _folder.Path });

    private static FeedContext Context(string unit = "1") => new(new ObservationTextSettings { StepLength = 1, TimeUnit = unit, SiteOf = _ => null });

    private string All(string? after, long taken)
    {
        using var feed = Feed();
        feed.Open(after, taken);
        var names = new List<string>();
        while (feed.Next(TimeSpan.Zero) is { } batch)
        {
            names.Add(batch.Ordinal);
        }

        return string.Join(' ', names);
    }
}
