using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;

namespace Coda.Benchmarks.Archives;

/// <summary>The two engines of archives on the same rows, in turns, each task in processes of its own: rates, peak memory and the files' size.</summary>
public static class EngineBenchmark
{
    private const int Rounds = 2;

    /// <summary>Runs the comparison.</summary>
    /// <param name="output">Where the tables go.</param>
    public static void Run(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("coda-engines-").FullName;
        try
        {
            Run(output, folder, ArchiveTable.Observations);
            Run(output, folder, ArchiveTable.Analyses);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Run(TextWriter output, string root, ArchiveTable table)
    {
        var engines = Enum.GetValues<ParquetEngine>();
        string Folder(ParquetEngine engine) => Path.Combine(root, $"{engine}-{table}");
        var figures = new Dictionary<(string Task, ParquetEngine Engine), EngineFigures>();
        foreach (var task in EngineRun.Tasks)
        {
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var engine in engines)
                {
                    if (task == "write" && Directory.Exists(Folder(engine)))
                    {
                        Directory.Delete(Folder(engine), recursive: true);
                    }

                    var got = EngineRun.Start($"{engine}", $"{table}", task, Folder(engine));
                    figures[(task, engine)] = got.With(figures.GetValueOrDefault((task, engine)));
                }
            }
        }

        var rows = Rows(Folder(engines[0]), table);
        var values = table == ArchiveTable.Observations ? rows : EngineRecord.StateValues;
        var name = table.ToString().ToLowerInvariant();
        output.WriteLine(FormattableString.Invariant($"Engines, {name}: {rows:N0} rows, {values:N0} values, one thread; speed of Parquet.Net in DuckDB's"));
        output.WriteLine("| | DuckDB | Parquet.Net | speed | DuckDB: peak managed, resident MB | Parquet.Net: peak managed, resident MB |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (var task in EngineRun.Tasks)
        {
            var (duck, net) = (figures[(task, ParquetEngine.DuckDb)], figures[(task, ParquetEngine.ParquetNet)]);
            var ratio = (duck.Seconds / net.Seconds).ToString("F2", CultureInfo.InvariantCulture);
            output.WriteLine($"| {Name(task)} | {Speed(task, duck, values)} | {Speed(task, net, values)} | {ratio} | {Memory(duck)} | {Memory(net)} |");
        }

        output.WriteLine(FormattableString.Invariant($"| files, MB | {Megabytes(Folder(engines[0])):F1} | {Megabytes(Folder(engines[1])):F1} | | | |"));
    }

    private static long Rows(string folder, ArchiveTable table)
    {
        using var archive = ParquetArchive.Open(folder);
        return archive.RowCount(table);
    }

    private static double Megabytes(string folder) =>
        Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) / 1e6;

    private static string Name(string task) => task switch
    {
        "write" => "write, flushed and checksummed, million values/s",
        "open" => "open, ms",
        "scan" => "scan, million values/s",
        "trajectory" => "one trajectory of ten, million values/s",
        _ => "101 steps of one trajectory, ms",
    };

    private static string Speed(string task, EngineFigures figures, long values)
    {
        var number = task switch
        {
            "open" => figures.Seconds * 1e3,
            "window" => figures.Seconds * 1e3 / EngineRun.WindowCount,
            "trajectory" => values / 10 / figures.Seconds / 1e6,
            _ => values / figures.Seconds / 1e6,
        };
        return number.ToString("F1", CultureInfo.InvariantCulture);
    }

    private static string Memory(EngineFigures figures) => FormattableString.Invariant($"{figures.Managed / 1e6:F0}, {figures.Resident / 1e6:F0}");
}
