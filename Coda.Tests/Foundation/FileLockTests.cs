using System.Collections.Concurrent;
using Coda.Data.Foundation;
using Coda.Tests.Archives;

namespace Coda.Tests.Foundation;

[TestClass]
public sealed class FileLockTests
{
    [TestMethod]
    public void ALockIsHeldByOneAndLeavesNothing()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("deep", "a.lock");
        using (var held = FileLock.TryTake(path))
        {
            Assert.IsNotNull(held);
            Assert.IsNull(FileLock.TryTake(path));
        }

        Assert.IsFalse(File.Exists(path));
        File.WriteAllBytes(path, new byte[4095]); // what a killed process left
        using var again = FileLock.TryTake(path);
        Assert.IsNotNull(again);
    }

    [TestMethod]
    [DataRow("mine", 0)]
    [DataRow("", 4096)]
    public void AFileThatIsNoLockStaysAsItIs(string text, int zeros)
    {
        using var folder = new TemporaryDirectory();
        byte[] content = [.. System.Text.Encoding.UTF8.GetBytes(text), .. new byte[zeros]];
        File.WriteAllBytes(folder.File("a.lock"), content);
        Assert.Contains("got a file with content", Assert.ThrowsExactly<IOException>(() => FileLock.TryTake(folder.File("a.lock"))).Message);
        CollectionAssert.AreEqual(content, File.ReadAllBytes(folder.File("a.lock")));
    }

    [TestMethod]
    public void ManyThatWaitHaveItOneByOne()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("a.lock");
        var (inside, most, seen) = (0, 0, new ConcurrentBag<int>());
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            using var held = FileLock.Take(path);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Yield();
            Interlocked.Decrement(ref inside);
            seen.Add(i);
        });
        Assert.AreEqual(1, most);
        Assert.HasCount(40, seen);
    }

    [TestMethod]
    public void AFileThatWasRemovedWhileItWasOpenedIsNoLock()
    {
        // Taken and let go of as fast as it goes, so that one opens the file that another is about to remove.
        using var folder = new TemporaryDirectory();
        var path = folder.File("a.lock");
        var (inside, most, taken) = (0, 0, 0);
        var threads = Enumerable.Range(0, 32).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 1500; i++)
            {
                using var held = FileLock.TryTake(path);
                if (held is not null)
                {
                    most = Math.Max(most, Interlocked.Increment(ref inside));
                    Thread.Yield();
                    Interlocked.Increment(ref taken);
                    Interlocked.Decrement(ref inside);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.AreEqual(1, most);
        Assert.IsGreaterThan(50, taken);
    }

    [TestMethod]
    public void WaitingEndsWhenItIsCancelled()
    {
        using var folder = new TemporaryDirectory();
        using var held = FileLock.Take(folder.File("a.lock"));
        using var cancellation = new CancellationTokenSource(50);
        Assert.ThrowsExactly<OperationCanceledException>(() => FileLock.Take(folder.File("a.lock"), cancellation.Token));
    }
}
