using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Data.Time;

namespace Coda.Tests.Data;

/// <summary>The time axis, ranges of steps, and state layouts.</summary>
[TestClass]
public sealed class TimeTests
{
    [TestMethod]
    [DataRow(0.01, 0.25, 25L)]
    [DataRow(0.05, 0.0, 0L)]
    [DataRow(0.1, 0.30000000000000004, 3L)]
    [DataRow(0.01, -0.02, -2L)]
    [DataRow(0.01, 1e6, 100_000_000L)]
    [DataRow(0.01, 0.25009, 25L)]
    public void MultiplesOfTheStepLengthAreSteps(double stepLength, double duration, long steps)
    {
        Assert.AreEqual(steps, new TimeAxis(stepLength).StepsIn(duration));
        Assert.AreEqual(duration, new TimeAxis(stepLength).TimeOf(steps), 1e-4);
    }

    [TestMethod]
    [DataRow(0.255)]
    [DataRow(0.2502)]
    [DataRow(0.001)]
    public void WhatIsNoMultipleIsRefusedWithTheNearest(double duration)
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new TimeAxis(0.01).StepsIn(duration));
        StringAssert.Contains(fault.Message, "Expected a multiple of the step length 0.01");
        StringAssert.Contains(fault.Message, FormattableString.Invariant($"got {duration}"));
        StringAssert.Contains(fault.Message, "the nearest is");
        Assert.IsFalse(new TimeAxis(0.01).TryStepsIn(duration, out _));
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.NegativeInfinity)]
    [DataRow(1e300)]
    public void TimesThatNoStepHasAreRefused(double time) =>
        Assert.ThrowsExactly<ArgumentException>(() => new TimeAxis(0.01).StepsIn(time));

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void StepLengthsThatAreNoneAreRefused(double stepLength) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TimeAxis(stepLength)).Message, "expected a finite number greater than 0");

    [TestMethod]
    public void RangesAreHalfOpen()
    {
        var range = new StepRange(3, 7);
        Assert.AreEqual(4, range.Count);
        Assert.IsTrue(range.Contains(3) && range.Contains(6) && !range.Contains(7) && !range.Contains(2));
        Assert.AreEqual(new StepRange(5, 7), range.Intersect(new StepRange(5, 99)));
        Assert.AreEqual(0, range.Intersect(new StepRange(9, 12)).Count);
        Assert.AreEqual(new StepRange(1, 8), range.Widen(2, 1));
        Assert.AreEqual("[3, 7)", range.ToString());
    }

    [TestMethod]
    public void LayoutsKnowTheirFields()
    {
        var layout = new StateLayout([new StateField("x", new Ring(4)), new StateField("z", new Ring(8))]);
        Assert.AreEqual((12, 4, false), (layout.Size, layout.OffsetOf("z"), layout.Grid is not null));
        Assert.IsTrue(StateLayout.On(new Ring(4)).Grid is { IsPeriodicLine: true } && StateLayout.On(new Ring(4)).Equals(StateLayout.On(new Ring(4)))
            && !StateLayout.On(new Ring(4)).Equals(StateLayout.On(new Ring(5))));
        Assert.AreEqual(StateLayout.On(new Ring(4)).GetHashCode(), StateLayout.On(new Ring(4)).GetHashCode());
        Assert.ThrowsExactly<ArgumentException>(() => layout.OffsetOf("y"));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new StateLayout([new StateField("x", new Ring(1)), new StateField("x", new Ring(2))]));
        StringAssert.Contains(fault.Message, "distinct names, got x, x");
    }
}
