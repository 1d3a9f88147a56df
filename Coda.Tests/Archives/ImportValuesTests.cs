using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Tests.Archives;

/// <summary>Values that cannot be are seen.</summary>
[TestClass]
public sealed class ImportValuesTests : ImportFixture
{
    // -4 to 5, one of which is something else.
    private static string[] With(string odd) =>
        ["time,site,value", .. Enumerable.Range(0, 100).Select(i => $"{i / 10},{i % 10},{(i == 41 ? odd : $"{(i * 7 % 10) - 4}")}")];

    [TestMethod]
    [DataRow("9.969209968386869e+36")]
    [DataRow("-999")]
    public void AFillValueIsToldWithItsRow(string fill)
    {
        var warnings = new ResultWarnings();
        var file = Csv(With(fill));
        var values = Import(Each() with { Warnings = warnings }, file).Report.Values;
        Assert.AreEqual((0f, 1.4826 * 2, 1L, 0L), (values.Median, values.Deviation, values.Outliers, values.Rejected));
        var warning = warnings.All.Single();
        Assert.AreEqual("outlying-values", warning.Kind);
        Assert.StartsWith($"{file}, data row 42: value: expected values between -59.3 and 59.3 (20 robust deviations of 2.965 around the median 0), got ",
            warning.Message);
        Assert.Contains("the furthest of 1 outside, of 100.", warning.Message);
    }

    [TestMethod]
    public void OutliersAreLeftOutWhereThatIsAsked()
    {
        var warnings = new ResultWarnings();
        var report = Import(Each() with { Warnings = warnings, Reject = true }, Csv(With("-999"))).Report;
        Assert.AreEqual((100L, 0L, 99L, 1L, -4f, 5f),
            (report.RowsRead, report.Missing, report.Observations, report.Values.Rejected, report.Values.Smallest, report.Values.Largest));
        Assert.AreEqual(0.99, report.Values.Fullness);
        Assert.IsEmpty(warnings.All);
    }

    [TestMethod]
    public void ValuesOutsideTheValidRangeAreErrorsOrLeftOut()
    {
        var ranged = Each() with { ValidRange = new(-4, 5) };
        AssertFault("data row 42: value: expected a number within -4..5, got '6'", ranged, Csv(With("6")));
        var report = Import(ranged with { Reject = true }, Csv(With("6"))).Report;
        Assert.AreEqual((99L, 1L, 0L), (report.Observations, report.Values.Rejected, report.Missing));
        AssertFault("got 1 rows without a value within 0..1", Each() with { ValidRange = new(0, 1), Reject = true }, Csv("time,site,value", "0,0,2"));
        Assert.ThrowsExactly<ArgumentException>(() => Import(Each() with { ValidRange = new(2, 1) }, Csv(With("0"))));
    }

    [TestMethod]
    public void MissingNumbersAreComparedAsTheyAreKept()
    {
        var missing = Each() with { Missing = ["", "9.96921E36", "-999.9"] };
        Assert.AreEqual(1L, Import(missing, Csv(With("9.969209968386869e+36"))).Report.Missing);
        Assert.AreEqual("1:0=1", Import(missing, Parquet("SELECT unnest([0, 1]) AS time, 0 AS site, unnest([-999.9, 1])::FLOAT AS value")).Cells);
    }

    [TestMethod]
    public void RepeatedObservationsAreWeightedByTheirErrors()
    {
        var path = NewFile(".archive");
        var file = Csv("time,site,value,err", "0,0,-6.76,1", "0,0,3.24,100", "0,1,1,2", "0,1,3,2", "1,1,5,0.3");
        ObservationImport.Run(path, Each() with { Files = [file], SigmaColumn = "err", Duplicates = DuplicateRule.Mean });
        using var archive = ParquetArchive.Open(path);
        var stretch = archive.ReadObservations(0, archive.Description.Steps, ObservationSubset.All);
        Assert.AreEqual(-6.759, stretch.Values[0], 1e-3);
        Assert.AreEqual(1, stretch.Sigma![0], 1e-4);
        Assert.AreEqual(2, stretch.Values[1], 1e-6);
        Assert.AreEqual(Math.Sqrt(2), stretch.Sigma[1], 1e-6);
        Assert.AreEqual((5f, 0.3f), (stretch.Values[3], stretch.Sigma[3]));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(1000)]
    [DataRow(1001)]
    public void TheSpreadIsThatOfTheSortedValues(int count)
    {
        var random = new CounterRandom(3, 5);
        var values = Enumerable.Range(0, count).Select(i => (float)Math.Round(random.NextGaussian() * Math.Pow(10, i % 9), 2)).ToArray();
        var spread = new ValueSpread(() => values.Chunk(7).Select(piece => (ReadOnlyMemory<float>)piece));
        var median = values.Order().ElementAt((count - 1) / 2);
        Assert.AreEqual((values.Min(), values.Max(), (long)count), spread.Range());
        Assert.AreEqual(median, spread.Middle(count).Median);
        if (count > 2)
        {
            Assert.AreEqual(1.4826 * values.Select(v => Math.Abs(v - median)).Order().ElementAt((count - 1) / 2), spread.Middle(count).Deviation);
        }
    }

    [TestMethod]
    public void TheMeanDistanceServesWhereMostValuesAreOne()
    {
        var values = Enumerable.Repeat(0f, 30).Append(31f).ToArray();
        Assert.AreEqual(1.2533, new ValueSpread(() => [values]).Middle(31).Deviation);
    }
}
