using Coda.Data.Foundation;

namespace Coda.Tests.Foundation;

[TestClass]
public sealed class MemoryNeedTests
{
    [TestMethod]
    [DataRow(0.0, "0 bytes")]
    [DataRow(999.0, "999 bytes")]
    [DataRow(1536.0, "1.5 KB")]
    [DataRow(24e9, "24 GB")]
    [DataRow(1.6e17, "160 PB")]
    [DataRow(1e30, "1E+12 EB")]
    public void BytesAreSaidInWords(double bytes, string expected) => Assert.AreEqual(expected, MemoryNeed.InWords(bytes));

    [TestMethod]
    public void WhatCannotBeIsRefusedWithBothNumbersAndTheLargestParts()
    {
        var need = new MemoryNeed("persistence").Add("a little", 8, 1000).Add("states of 1024 steps", 4, 1024, 1e12).Add("observations", 8, 1024, 1e12);
        var message = Assert.ThrowsExactly<ArgumentException>(() => need.Require("Take fewer.")).Message;
        Assert.MatchesRegex("^persistence: expected to need at most [0-9.]+ [KMGT]B that this machine has free, got about 12.3 PB \\(observations: 8.2 PB; "
            + "states of 1024 steps: 4.1 PB; a little: 8 KB\\). Take fewer.$", message);
    }

    [TestMethod]
    public void ABoundIsHeldWhateverTheMachineHas()
    {
        var need = new MemoryNeed("x").Add("y", 1, 1000);
        need.RequireWithin(1000, "");
        Assert.AreEqual("x: expected to need at most 999 bytes, the bound, got about 1 KB (y: 1 KB). Raise it.",
            Assert.ThrowsExactly<ArgumentException>(() => need.RequireWithin(999, "Raise it.")).Message);
    }

    [TestMethod]
    public void WhatIsSmallIsAlwaysAllowed() => new MemoryNeed("x").Add("y", 1, MemoryNeed.Small).Require("");

    [TestMethod]
    public void AnArrayHasNoMoreEntriesThanCanBeCounted()
    {
        new MemoryNeed("x").AddArray("y", 0, Array.MaxLength).Require("");
        Assert.Contains($"at most {Array.MaxLength} numbers",
            Assert.ThrowsExactly<ArgumentException>(() => new MemoryNeed("x").AddArray("y", 0, Array.MaxLength, 2).Require("")).Message);
        Assert.AreEqual(6, ArrayLength.Of("x", 2, 3, 4));
        Assert.Contains("got 3000000000 rows of 2", Assert.ThrowsExactly<ArgumentException>(() => ArrayLength.Of("x", 3_000_000_000, 2, 4)).Message);
    }

    [TestMethod]
    public void TheMachineHasSomeMemoryFree() => Assert.IsTrue(MachineMemory.Free() is > 1e6 and < 1e15);
}
