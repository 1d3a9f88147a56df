using Coda.Data.Archives.NetCdf;

namespace Coda.Tests.Archives.NetCdf;

[TestClass]
public sealed class CfTimeTests
{
    [TestMethod]
    [DataRow("days since 1970-01-01", null, 1.5, "1970-01-02T12:00:00Z")]
    [DataRow("hours since 2020-1-1 6:30", "gregorian", -1, "2020-01-01T05:30:00Z")]
    [DataRow("seconds since 2000-01-01T00:00:00.5Z", "standard", 60, "2000-01-01T00:01:00.5Z")]
    [DataRow("Minutes since 2000-01-01 00:00:00 +01:00", "proleptic_gregorian", 0, "1999-12-31T23:00:00Z")]
    [DataRow("ms since 2000-01-01 00:00:00 UTC", null, 1, "2000-01-01T00:00:00.001Z")]
    [DataRow("days since 2000-01-01", null, 1e9, "")]
    public void UnitsSinceADateGiveDates(string units, string? calendar, double number, string expected)
    {
        Assert.AreEqual(expected, CfTime.Parse(units, calendar, out var fault)!.DateOf(number));
        Assert.IsNull(fault);
    }

    [TestMethod]
    [DataRow("months since 2000-01-01", null, "days, hours")]
    [DataRow("days since 2000-01-01", "noleap", "the standard calendar")]
    [DataRow("days since 2000-01-01", "360_day", "the standard calendar")]
    [DataRow("days since 2000-13-01", null, "a date")]
    [DataRow("days since 2000-01-01 00:00 CET", null, "a date")]
    public void OthersAreRefused(string units, string? calendar, string expected)
    {
        Assert.IsNull(CfTime.Parse(units, calendar, out var fault));
        Assert.Contains(expected, fault!);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("1")]
    [DataRow("hours")]
    public void NumbersWithoutADateAreNumbers(string? units)
    {
        Assert.IsNull(CfTime.Parse(units, null, out var fault));
        Assert.IsNull(fault);
    }
}
