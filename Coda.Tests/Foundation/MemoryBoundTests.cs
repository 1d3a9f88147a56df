using Coda.Data.Foundation;

namespace Coda.Tests.Foundation;

[TestClass]
public sealed class MemoryBoundTests
{
    private const double Each = 500e6;

    [TestMethod]
    public void AsManyWorkersAsFitAreUsed()
    {
        var measured = new List<int>();
        var bytes = Environment.WorkingSet + (long)(2.5 * Each);
        var workers = MemoryBound.Workers(bytes, 8, new MemoryNeed("A test"), Each, measured.Add, "wait.");
        // Other tests take memory at the same time.
        Assert.IsTrue(workers is >= 1 and <= 3, $"{workers}");
        CollectionAssert.AreEqual(new[] { 1, 2 }, measured);
        Assert.AreEqual(2, MemoryBound.Workers(long.MaxValue, 2, new MemoryNeed("A test"), Each, measured.Add, "wait."), "at most those asked for");
    }

    [TestMethod]
    public void WhatOneWorkerNeedsIsRefusedBeforeItIsTaken()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => MemoryBound.Workers(
            Environment.WorkingSet, 1, new MemoryNeed("A test").Add("much", 1e12), Each, _ => Assert.Fail("measured"), "wait."));
        StringAssert.StartsWith(fault.Message, "A test: expected to need at most ");
        StringAssert.EndsWith(fault.Message, "Raise the bound, or wait.");
    }
}
