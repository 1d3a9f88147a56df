using Coda.Cli;

namespace Coda.Tests.Cli;

[TestClass]
public sealed class ProgressBarsTests
{
    private const string Detail = "step 156/1500, data-misfit 3.909, consistency 1.813, F = 6.1908, 8.7 steps/s, 2 min 35 s left";

    [TestMethod]
    [DataRow(200, Detail)]
    [DataRow(95, Detail)]
    [DataRow(92, "step 156/1500, data-misfit 3.909, consistency 1.813, F = 6.1908, 2 min 35 s left")]
    [DataRow(50, "step 156/1500, data-misfit 3.909, 2 min 35 s left")]
    [DataRow(5, "step 156/1500, 2 min 35 s left")]
    public void WhatHasNoRoomBetweenTheFirstAndTheLastIsLeftOut(int room, string expected) =>
        Assert.AreEqual(expected, ProgressBars.Shortened(Detail, room));

    [TestMethod]
    public void AShortDetailStaysAsItIs()
    {
        Assert.AreEqual("", ProgressBars.Shortened("", 10));
        Assert.AreEqual("part 3 of 8", ProgressBars.Shortened("part 3 of 8", 4));
    }
}
