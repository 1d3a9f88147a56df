using Coda.Data.Foundation;

namespace Coda.Tests.Foundation;

[TestClass]
[DoNotParallelize] // other tests take and leave memory
public sealed class MemoryBoundTests
{
    private const double Each = 500e6;

    [TestMethod]
    public void AsManyWorkersAsFitAreUsed()
    {
        var measured = new List<int>();
        var bytes = Taken() + (long)(2.5 * Each);
        var workers = MemoryBound.Workers(bytes, 8, new MemoryNeed("A test"), Each, measured.Add, "wait.");
        Assert.IsTrue(workers is >= 1 and <= 3, $"{workers}");
        CollectionAssert.AreEqual(new[] { 1, 2 }, measured);
        Assert.AreEqual(2, MemoryBound.Workers(long.MaxValue, 2, new MemoryNeed("A test"), Each, measured.Add, "wait."), "at most those asked for");
    }

    [TestMethod]
    public void WhatOneWorkerNeedsIsRefusedBeforeItIsTaken()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => MemoryBound.Workers(
            Taken(), 1, new MemoryNeed("A test").Add("much", 1e12), Each, _ => Assert.Fail("measured"), "wait."));
        StringAssert.StartsWith(fault.Message, "A test: expected to need at most ");
        StringAssert.EndsWith(fault.Message, "Raise the bound, or wait.");
    }

    [TestMethod]
    public void WorkersAreToldFromSizesWhereNothingCanBeTried()
    {
        static MemoryNeed Need(int workers) => new MemoryNeed("A test").Add("states", Each, workers);
        var workers = MemoryBound.Workers(Taken() + (long)(2.6 * Each), 8, Need, "wait.");
        Assert.IsTrue(workers is >= 1 and <= 3, $"{workers}");
        Assert.AreEqual(2, MemoryBound.Workers(long.MaxValue, 2, Need, "wait."), "at most those asked for");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => MemoryBound.Workers(100_000_000, 2, Need, "wait.")).Message, "Raise the bound, or wait.");
    }

    private static long Taken()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }
}
