using System.Globalization;
using System.Text;
using Coda.Data.Time;

namespace Coda.Tests.Data;

[TestClass]
public sealed class IsoDateTests
{
    [TestMethod]
    [DataRow("2020-03-29", "2020-03-29T00:00:00")]
    [DataRow("20200329", "2020-03-29T00:00:00")]
    [DataRow("2020-03", "2020-03-01T00:00:00")]
    [DataRow("2020-089", "2020-03-29T00:00:00")]
    [DataRow("2020089", "2020-03-29T00:00:00")]
    [DataRow("2020-W13-7", "2020-03-29T00:00:00")]
    [DataRow("2020W137", "2020-03-29T00:00:00")]
    [DataRow("2020-W13", "2020-03-23T00:00:00")]
    [DataRow("2020-W53-5", "2021-01-01T00:00:00")]
    [DataRow("2020-03-29T01", "2020-03-29T01:00:00")]
    [DataRow("2020-03-29T01:00Z", "2020-03-29T01:00:00")]
    [DataRow("2020-03-29T01:00+01:00", "2020-03-29T00:00:00")]
    [DataRow("2020-03-29T01:00:30-0130", "2020-03-29T02:30:30")]
    [DataRow("2020-03-29 01:00:00 +02", "2020-03-28T23:00:00")]
    [DataRow("2020-03-29 01:00:00 UTC", "2020-03-29T01:00:00")]
    [DataRow("20200329T010030Z", "2020-03-29T01:00:30")]
    [DataRow("20200329T0100", "2020-03-29T01:00:00")]
    [DataRow("2020-089T01:00", "2020-03-29T01:00:00")]
    [DataRow("2020-03-29t01:00:00.25z", "2020-03-29T01:00:00.25")]
    [DataRow("2020-03-29T01:00:00,250000000", "2020-03-29T01:00:00.25")]
    [DataRow("2020-03-29T01:30.5", "2020-03-29T01:30:30")]
    [DataRow("2020-03-29T01.5", "2020-03-29T01:30:00")]
    [DataRow("2020-03-29T24:00", "2020-03-30T00:00:00")]
    [DataRow("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999")]
    [DataRow("0001-01-01", "0001-01-01T00:00:00")]
    [DataRow("9999-12-31T23:59", "9999-12-31T23:59:00")]
    public void ReadsEveryForm(string text, string expected)
    {
        Assert.IsTrue(IsoDate.TryParse(Encoding.UTF8.GetBytes(text), out var microseconds));
        var time = DateTime.ParseExact(expected, "yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture);
        Assert.AreEqual((time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, microseconds);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("20-03-29")]
    [DataRow("20/03/29")]
    [DataRow("29/03/2020")]
    [DataRow("29.03.2020")]
    [DataRow("2020-3-29")]
    [DataRow("2020-02-30")]
    [DataRow("2019-366")]
    [DataRow("2021-W53-1")]
    [DataRow("2020-W13-8")]
    [DataRow("2020-03-29T")]
    [DataRow("2020-03-29T25:00")]
    [DataRow("2020-03-29T24:01")]
    [DataRow("2020-03-29T01:60")]
    [DataRow("2020-03-29T1:00")]
    [DataRow("2020-03-29T01:00:00.")]
    [DataRow("2020-03-29T01:00+1")]
    [DataRow("2020-03-29T01:00 CET")]
    [DataRow("2020-03-29T01:00ZZ")]
    [DataRow("2020-03-29x")]
    [DataRow("0000-01-01")]
    [DataRow("0001-01-01T00:00+01:00")]
    [DataRow("2020")]
    [DataRow("01:00")]
    [DataRow("2020-")]
    [DataRow("2020-W")]
    [DataRow("2020W")]
    public void RefusesWhatIsNone(string text) => Assert.IsFalse(IsoDate.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [TestMethod]
    [DataRow("202003", "2020-03-01")]
    [DataRow("2020089", "2020-03-29")]
    [DataRow("20200329", "2020-03-29")]
    [DataRow("2020032901", "2020-03-29T01")]
    [DataRow("202003290130", "2020-03-29T01:30")]
    [DataRow("20200329013015", "2020-03-29T01:30:15")]
    public void ReadsDatesThatAreWrittenAsIntegers(string text, string expected)
    {
        Assert.IsTrue(IsoDate.TryParseDigits(Encoding.UTF8.GetBytes(text), out var microseconds));
        Assert.IsTrue(IsoDate.TryParse(Encoding.UTF8.GetBytes(expected), out var wanted));
        Assert.AreEqual(wanted, microseconds);
    }

    [TestMethod]
    [DataRow("20200230")]
    [DataRow("202013")]
    [DataRow("1580432400")] // seconds since 1970
    [DataRow("2020")]
    [DataRow("12345678")]
    [DataRow("2020-1-1")]
    public void LeavesOtherIntegersAlone(string text) => Assert.IsFalse(IsoDate.TryParseDigits(Encoding.UTF8.GetBytes(text), out _));

    [TestMethod]
    [DataRow("PT1H30M", 5400.0)]
    [DataRow("P1DT0.5S", 86400.5)]
    [DataRow("P2W", 1209600.0)]
    [DataRow("PT0,25H", 900.0)]
    [DataRow("-PT5.S", -5.0)]
    [DataRow("PT90M", 5400.0)]
    public void ReadsDurations(string text, double expected)
    {
        Assert.IsTrue(IsoDuration.TryParse(Encoding.UTF8.GetBytes(text), out var seconds));
        Assert.AreEqual(expected, seconds);
    }

    [TestMethod]
    [DataRow("P")]
    [DataRow("PT")]
    [DataRow("P1Y")]
    [DataRow("P1M")]
    [DataRow("P1H")]
    [DataRow("PT1D")]
    [DataRow("PT1M1H")]
    [DataRow("PT1H1")]
    [DataRow("P1DT")]
    [DataRow("1:30")]
    public void RefusesDurationsOfNoOneLength(string text) => Assert.IsFalse(IsoDuration.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
