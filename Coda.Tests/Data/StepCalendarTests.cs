using Coda.Data.Time;

namespace Coda.Tests.Data;

[TestClass]
public sealed class StepCalendarTests
{
    [TestMethod]
    [DataRow(0, "2020-02-28T18:00:00Z")]
    [DataRow(1, "2020-02-29T00:00:00Z")]
    [DataRow(-3, "2020-02-28T00:00:00Z")]
    public void StepsHaveDatesAndDatesSteps(long step, string date)
    {
        var calendar = new StepCalendar("2020-02-28T19:00+01:00", 6, "h");
        Assert.AreEqual(date, calendar.TextOf(step));
        Assert.AreEqual(step, calendar.StepOf(date));
        Assert.AreEqual("2020-02-28T18:00:00Z", calendar.Origin);
        Assert.AreEqual(calendar.Origin, StepCalendar.At(date, step, 6, "h").Origin);
    }

    [TestMethod]
    public void FractionsOfSecondsAreKept()
    {
        var calendar = new StepCalendar("2020-01-01", 0.25, "s");
        Assert.AreEqual("2020-01-01T00:00:00.75Z", calendar.TextOf(3));
        Assert.AreEqual(3, calendar.StepOf("2020-01-01T00:00:00.751Z"), "Within a hundredth of a step.");
    }

    [TestMethod]
    [DataRow("0001-01-01", "0001-01-01T00:00:00Z")]
    [DataRow("9999-12-31T23:59:59.999998", "9999-12-31T23:59:59.999998Z")]
    [DataRow("2600-01-01T00:00:00.000001", "2600-01-01T00:00:00.000001Z")]
    public void EveryDateThatIsReadIsAnOrigin(string date, string origin)
    {
        Assert.AreEqual(origin, new StepCalendar(date, 1, "d").Origin);
        Assert.AreEqual(origin, StepCalendar.At(date, 0, 1, "d").Origin);
    }

    [TestMethod]
    [DataRow("soon", "expected a date and time in ISO 8601")]
    [DataRow("2020-01-01T01:00", "expected a date a multiple of 6 h after 2020-01-01T00:00:00Z, got '2020-01-01T01:00'")]
    public void ADateThatIsNoStepsIsRefused(string date, string message) =>
        Assert.Contains(message, Assert.ThrowsExactly<ArgumentException>(() => new StepCalendar("2020-01-01", 6, "h").StepOf(date)).Message);

    [TestMethod]
    public void AUnitOfUnknownLengthAndYearsBeyondAreRefused()
    {
        Assert.IsFalse(StepCalendar.IsKnown("1"));
        Assert.Contains("got 'week'", Assert.ThrowsExactly<ArgumentException>(() => new StepCalendar("2020-01-01", 1, "week")).Message);
        Assert.Contains("that of step 5000000", Assert.ThrowsExactly<ArgumentException>(() => new StepCalendar("2020-01-01", 1, "d").TextOf(5_000_000)).Message);
    }
}
