using Apache.Arrow;
using Apache.Arrow.Types;
using Coda.Data.Archives.Import;
using Coda.Tests.Archives;
using ParquetSharp.Arrow;

namespace Coda.Tests.Interop;

/// <summary>Durations that Arrow's C++ library wrote, as pandas and polars have it do: integers, whose unit stands in Arrow's schema only.</summary>
[TestClass]
public sealed class ArrowDurationsTests : ImportFixture
{
    [TestMethod]
    [DataRow("s", 1L)]
    [DataRow("ms", 1_000L)]
    [DataRow("us", 1_000_000L)]
    [DataRow("ns", 1_000_000_000L)]
    public void TheUnitIsThatOfArrowsSchema(string unit, long perSecond)
    {
        var file = NewFile(".parquet");
        var type = unit switch { "s" => DurationType.Second, "ms" => DurationType.Millisecond, "us" => DurationType.Microsecond, _ => DurationType.Nanosecond };
        var times = new DurationArray.Builder(type).Append(-1800 * perSecond).Append(5400 * perSecond).Build();
        Write(file, new Field("time", type, true), times);
        Assert.AreEqual("-1:0=1 3:0=2", Import(Each(0.5) with { TimeUnit = "h" }, file).Cells);
    }

    [TestMethod]
    public void IntegersThatAreNoneStayNumbers()
    {
        var file = NewFile(".parquet");
        Write(file, new Field("time", Int64Type.Default, true), new Int64Array.Builder().Append(2).Append(3).Build());
        Assert.AreEqual("2:0=1 3:0=2", Import(Each(), file).Cells);
    }

    [TestMethod]
    public void ADamagedSchemaIsAnErrorOfItsOwn()
    {
        var random = new Random(5);
        foreach (var text in new[] { "", "x", "////", "/////w==",
            Convert.ToBase64String(Enumerable.Range(0, 90).Select(_ => (byte)random.Next(256)).ToArray()) })
        {
            Assert.Contains("FILE: expected Arrow's schema", Assert.ThrowsExactly<InvalidDataException>(() => ArrowDurations.Of("FILE", text)).Message);
        }

        Assert.IsEmpty(ArrowDurations.Of("FILE", null));
    }

    private static void Write(string path, Field time, IArrowArray times)
    {
        var schema = new Schema([time, new Field("site", Int32Type.Default, true), new Field("value", DoubleType.Default, true)], null);
        using var builder = new ArrowWriterPropertiesBuilder().StoreSchema();
        using var properties = builder.Build();
        using var writer = new FileWriter(path, schema, arrowProperties: properties);
        var (sites, values) = (new Int32Array.Builder().Append(0).Append(0).Build(), new DoubleArray.Builder().Append(1).Append(2).Build());
        using var batch = new RecordBatch(schema, [times, sites, values], 2);
        writer.WriteRecordBatch(batch);
        writer.Close();
    }
}
