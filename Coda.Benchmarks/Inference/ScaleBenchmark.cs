using System.Diagnostics;
using System.Globalization;
using Coda.Benchmarks.Archives;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Data.Foundation;

namespace Coda.Benchmarks.Inference;

/// <summary>
/// <c>coda analyze</c> with a tiny network over archives of rising length: peak memory under a bound, time, the same bits for any number of workers, and
/// nothing lost or doubled after processes were killed at random moments.
/// </summary>
public static class ScaleBenchmark
{
    private const int ObservationsPerStep = 10; // a quarter of 40 sites
    private const int Kills = 20;
    private const long MostRepeated = 20_000_000; // which takes minutes
    private const string Bound = "512MB"; // of which libraries that are mapped may take a hundred

    /// <summary>Runs it.</summary>
    /// <param name="output">Where the tables go.</param>
    /// <param name="most">The observations of the longest archive; archives of a tenth and a hundredth are made, too.</param>
    public static void Run(TextWriter output, long most)
    {
        var folder = Directory.CreateTempSubdirectory("coda-scale").FullName;
        try
        {
            var model = Train(folder);
            output.WriteLine(FormattableString.Invariant($"Archives in one trajectory of 40 sites, a network of ±5 steps and width 8, --memory {Bound}"));
            output.WriteLine("| observations | workers | seconds | analyses/s | peak MB | parts | the same bits |");
            output.WriteLine("|---:|---:|---:|---:|---:|---:|---|");
            foreach (var observations in new[] { most / 100, most / 10, most })
            {
                Scale(output, folder, model, observations);
            }

            Killed(output, folder, model, most / 10);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs it between archives in S3 and, for comparison, between archives in a folder, one after the other.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="most">The observations of the longest archive; one of a tenth is made, too.</param>
    public static void RunStored(TextWriter output, long most)
    {
        var folder = Directory.CreateTempSubdirectory("coda-scale").FullName;
        using var server = new StoreServer(Path.Combine(folder, "server"));
        try
        {
            var model = Train(folder);
            output.WriteLine(FormattableString.Invariant(
                $"Archives in one trajectory of 40 sites, a network of ±5 steps and width 8, --memory {Bound}; s3rver on the same machine"));
            output.WriteLine("| observations | best of | folder, s | S3, s | share of the folder's pace | peak MB, folder | peak MB, S3 | the same bits |");
            output.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---|");
            foreach (var observations in new[] { most / 10, most })
            {
                Stored(output, folder, server.Address, model, observations);
            }

            Killed(output, server.Address, model, most / 10);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Train(string folder)
    {
        var model = Path.Combine(folder, "model");
        CodaProcess.Run("simulate", "--trajectories", "40", "--steps", "500", "--no-truth", "--output", Path.Combine(folder, "training"));
        CodaProcess.Run(
            "train", "--archive", Path.Combine(folder, "training"), "--output",
                model, "--steps", "100", "--threads", "1", "--set", "network.halfWidth=5", "network.width=8", "batchSize=8", "rolloutLength=10");
        return model;
    }

    private static void Stored(TextWriter output, string folder, string store, string model, long observations)
    {
        var (best, peaks, bits) = (new Dictionary<string, double>(), new Dictionary<string, long>(), new HashSet<string>());
        var repeats = observations > MostRepeated ? 1 : 3;
        foreach (var place in Enumerable.Repeat(new[] { folder, store }, repeats).SelectMany(places => places))
        {
            var (record, target) = (Record(place, observations), $"{place}/analyses");
            var watch = Stopwatch.StartNew();
            var result = CodaProcess.Run("analyze", "--archive", record, "--model", model, "--output", target, "--memory", Bound);
            best[place] = Math.Min(best.GetValueOrDefault(place, double.PositiveInfinity), watch.Elapsed.TotalSeconds);
            peaks[place] = Math.Max(peaks.GetValueOrDefault(place), (long)result["peakMemory"]!);
            bits.Add(Checksums(target));
            ArchiveFiles.Remove(target);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {Rows(Record(folder, observations)):N0} | {repeats} | {best[folder]:f1} | {best[store]:f1} | {best[folder] / best[store]:f2} "
                + $"| {peaks[folder] / 1e6:f0} | {peaks[store] / 1e6:f0} | {(bits.Count == 1 ? "yes" : "NO")} |"));
    }

    private static string Record(string folder, long observations)
    {
        var path = $"{folder}/record-{observations}";
        if (!ArchiveStores.Holds(path))
        {
            CodaProcess.Run("simulate", "--trajectories", "1", "--steps", Text(observations / ObservationsPerStep), "--no-truth", "--output", path);
        }

        return path;
    }

    private static void Scale(TextWriter output, string folder, string model, long observations)
    {
        var record = Record(folder, observations);
        var first = "";
        foreach (var workers in new[] { 1, 2, 4 })
        {
            var target = Path.Combine(folder, "analyses");
            var watch = Stopwatch.StartNew();
            var result = CodaProcess.Run("analyze", "--archive", record, "--model", model, "--output", target, "--workers", Text(workers), "--memory", Bound);
            var seconds = watch.Elapsed.TotalSeconds;
            var bits = Checksums(target);
            first = first.Length > 0 ? first : bits;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {Rows(record):N0} | {workers} (used {(int)result["workers"]!}) | {seconds:f1} | {(long)result["states"]! / (double)result["seconds"]!:N0} "
                    + $"| {(long)result["peakMemory"]! / 1e6:f0} | {(int)result["partsMade"]!} | {(bits == first ? "yes" : "NO")} |"));
            Directory.Delete(target, recursive: true);
        }
    }

    private static void Killed(TextWriter output, string folder, string model, long observations)
    {
        var (record, whole, killed) = (Record(folder, observations), $"{folder}/whole", $"{folder}/killed");
        string[] Analyze(string target) => ["analyze", "--archive", record, "--model", model, "--output", target, "--part-size", "1000"];
        var time = Timed(() => CodaProcess.Run(Analyze(whole)));
        var idle = Timed(() => CodaProcess.Run(Analyze(whole))); // which finds it done
        var random = new CounterRandom(20);
        var count = 0;
        for (var attempt = 0; attempt < 10 * Kills && count < Kills; attempt++)
        {
            // Short enough that the run does not end before it was killed often.
            if (CodaProcess.Kill(idle + (random.NextUniform() * 2 * (time - idle) / Kills), Analyze(killed)))
            {
                count++;
            }
        }

        var last = CodaProcess.Run(Analyze(killed));
        using (var archive = ParquetArchive.Open(killed))
        {
            archive.Verify();
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Rows(record):N0} observations, killed {count} times at random moments: {(int?)last["partsBefore"]} parts were there at the last start, "
                + $"{(Checksums(whole) == Checksums(killed) ? "the same bits as a run that was not" : "OTHER BITS")}"));
    }

    private static TimeSpan Timed(Action run)
    {
        var watch = Stopwatch.StartNew();
        run();
        return watch.Elapsed;
    }

    private static long Rows(string path)
    {
        using var archive = ParquetArchive.Open(path);
        return archive.RowCount(ArchiveTable.Observations);
    }

    // In the order of the parts, whatever they are called.
    private static string Checksums(string path)
    {
        using var archive = ParquetArchive.Open(path);
        return string.Join(' ', archive.Description.Checksums.OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => part.Value));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
