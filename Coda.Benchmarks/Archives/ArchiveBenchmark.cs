using System.Diagnostics;
using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;

namespace Coda.Benchmarks.Archives;

/// <summary>
/// Archives of 10⁷ observations against bare DuckDB on the same rows, in one run and with one DuckDB thread each: scanning into dense stretches against
/// fetching the rows of a SELECT, and writing against DuckDB's own COPY from a table in memory.
/// </summary>
public static class ArchiveBenchmark
{
    private const int Sites = 40;
    private const int Steps = 500_000;
    private const int Repetitions = 5;

    /// <summary>Runs the comparison.</summary>
    /// <param name="output">Where the table goes.</param>
    public static void Run(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("coda-bench-").FullName;
        try
        {
            Run(output, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Run(TextWriter output, string folder)
    {
        var stretches = MakeStretches();
        var root = Path.Combine(folder, "archive");
        var description = Describe();
        using var archive = ParquetArchive.Create(root, description);
        archive.WriteObservations(stretches);
        var rows = archive.RowCount(ArchiveTable.Observations);
        var parts = Directory.GetFiles(Path.Combine(root, "observations"));

        using var connection = DuckDbDatabase.Shared.Connect();
        connection.Execute($"CREATE TABLE bench AS SELECT * FROM {DuckDbEngine.Source(parts)}");
        var copy = Path.Combine(folder, "copy.parquet");
        var (ownWrite, bareWrite) = Compare(
            () => archive.WriteObservations(stretches),
            () => connection.Execute(
                $"COPY (SELECT * FROM bench) TO {DuckDbConnection.Literal(copy)} (FORMAT parquet, COMPRESSION {DuckDbEngine.Compression}, ROW_GROUP_SIZE "
                    + "122880)"));
        connection.Execute("DROP TABLE bench");

        parts = [.. Directory.GetFiles(Path.Combine(root, "observations")).Order(StringComparer.Ordinal)];
        var (ownScan, bareScan) = Compare(() => ScanDense(archive, rows, ObservationSubset.All), () => ScanBare(connection, parts, rows));
        var (inputScan, bareAgain) = Compare(() => ScanDense(archive, rows, ObservationSubset.Input), () => ScanBare(connection, parts, rows));

        var bytes = parts.Sum(p => new FileInfo(p).Length);
        var hashing = Best(() => Array.ForEach(parts, part => FileHash.Sha256(part)));
        var range = new StepRange(Steps / 2, (Steps / 2) + 101);
        var windows = Best(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                archive.ReadObservations(0, range);
            }
        }) / 20;

        string Line(string name, double own, double bare) => string.Create(CultureInfo.InvariantCulture,
            $"{name,-34} {rows / own / 1e6,8:F1} {rows / bare / 1e6,8:F1} {bare / own,6:F2}");
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"Archive, {rows:N0} observations, {parts.Sum(p => new FileInfo(p).Length) / 1e6:F0} MB; million "
                + $"rows/s, one DuckDB thread"));
        output.WriteLine($"{"",-34} {"Coda",8} {"DuckDB",8} {"ratio",6}");
        output.WriteLine(Line("scan into dense stretches", ownScan, bareScan));
        output.WriteLine(Line("the same, 5 % withheld from it", inputScan, bareAgain));
        output.WriteLine(Line("write, flushed and checksummed", ownWrite, bareWrite));
        output.WriteLine(FormattableString.Invariant(
            $"checksums, once for each archive opened: {bytes / hashing / 1e9:F2} GB/s, {hashing / ownScan:P0} of a scan on top of the first"));
        output.WriteLine(FormattableString.Invariant($"one window of 101 steps: {windows * 1e3:F2} ms"));
    }

    private static ArchiveDescription Describe() => new()
    {
        Layout = StateLayout.On(new Ring(Sites)),
        Operator = new Component("site-selection"),
        SiteCount = Sites,
        StepLength = 0.05,
        Steps = new StepRange(0, Steps),
        Withheld = new Withholding(0.05, 1),
    };

    private static List<ObservationStretch> MakeStretches()
    {
        List<ObservationStretch> stretches = [];
        for (var start = 0; start < Steps; start += 1000)
        {
            var stretch = new ObservationStretch(0, new StepRange(start, start + 1000), Sites);
            var random = new CounterRandom(1, start);
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                if (random.NextUniform() < 0.5)
                {
                    stretch.Mask[i] = 1;
                    stretch.Values[i] = 3 * (float)random.NextGaussian();
                }
            }

            stretches.Add(stretch);
        }

        return stretches;
    }

    private static void ScanDense(ParquetArchive archive, long rows, ObservationSubset which)
    {
        var observed = 0.0;
        foreach (var stretch in archive.ReadStretches(1000, 50, which))
        {
            observed += stretch.Mask[^1];
        }

        Debug.Assert(observed <= rows);
    }

    private static void ScanBare(DuckDbConnection connection, string[] parts, long rows)
    {
        using var result = connection.Stream($"SELECT trajectory, step, site, value FROM {DuckDbEngine.Source(parts)}");
        var fetched = 0L;
        while (result.Next())
        {
            fetched += result.Rows;
        }

        Debug.Assert(fetched == rows);
    }

    /// <summary>The best times of two ways to do one thing, taken in turns so that the machine's mood touches both.</summary>
    private static (double Own, double Bare) Compare(Action own, Action bare)
    {
        var (bestOwn, bestBare) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < Repetitions; i++)
        {
            bestOwn = Math.Min(bestOwn, Seconds(own));
            bestBare = Math.Min(bestBare, Seconds(bare));
        }

        return (bestOwn, bestBare);
    }

    private static double Best(Action action) => Enumerable.Range(0, Repetitions).Min(_ => Seconds(action));

    private static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }
}
