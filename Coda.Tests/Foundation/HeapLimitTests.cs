using Coda.Data.Foundation;

namespace Coda.Tests.Foundation;

[TestClass]
[DoNotParallelize] // the heap is the whole process's
public sealed class HeapLimitTests
{
    private const int Block = 8_000_000; // bytes
    private const int Room = 400_000_000;

    [TestMethod]
    public void WhatIsNoLongerNeededDoesNotPileUp()
    {
        var before = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        using (var limit = HeapLimit.Within(Held() + Room))
        {
            Assert.IsTrue(HeapLimit.IsHeld);
            Assert.IsLessThan(Held() + Room, Churn(400));
            limit!.Adjust();
            Assert.IsTrue(HeapLimit.IsHeld);
        }

        Assert.IsFalse(HeapLimit.IsHeld);
        GC.Collect();
        Assert.AreEqual(before, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    [TestMethod]
    public void ABoundThatLeavesLittleRoomHoldsTheLeast()
    {
        var there = Held();
        using var limit = HeapLimit.Within(there + MemoryBound.Reserve + (Block / 2));
        Assert.IsTrue(HeapLimit.IsHeld);
        Assert.IsLessThan(there + (Room / 2), Churn(100, every: 100)); // held by nothing it came to 800 MB
    }

    [TestMethod]
    public void ABoundBelowWhatIsThereHoldsNothing()
    {
        using var limit = HeapLimit.Within(1_000_000);
        Assert.IsFalse(HeapLimit.IsHeld);
        Assert.IsNull(HeapLimit.Within(null));
    }

    private static long Held()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }

    // The most memory that the process had while much was made, of which a share stays.
    private static long Churn(int count, int every = 20)
    {
        var (kept, most) = (new byte[(count + every - 1) / every][], 0L);
        for (var i = 0; i < count; i++)
        {
            var block = new byte[Block];
            Array.Fill(block, (byte)1);
            if (i % every == 0)
            {
                kept[i / every] = block;
            }

            most = Math.Max(most, Environment.WorkingSet);
        }

        GC.KeepAlive(kept);
        return most;
    }
}
