using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Foundation;

namespace Coda.Tests.Interop;

/// <summary>Observations as somebody else keeps them: unsorted, some values missing.</summary>
/// <param name="Options">What to tell the import, the file apart.</param>
/// <param name="Columns">The columns.</param>
internal sealed record ForeignTable(ImportOptions Options, params ForeignColumn[] Columns)
{
    private const int Runs = 3;
    private const int Steps = 200;
    private const int Sites = 8;
    private static readonly DateTime Origin = new(2020, 2, 28, 18, 0, 0, DateTimeKind.Utc);

    public int Rows => Columns[0].Values.Length;

    /// <summary>The columns' types under a name.</summary>
    public static ForeignTable Of(string name) => name switch
    {
        "numbers" => new(
            Take(0.05) with { SigmaColumn = "sigma", TrajectoryColumn = "run" },
            new("time", Make(i => Step(i) * 0.05)), new("site", Make(Site)), new("value", Make(i => (float?)Double(i))),
            new("sigma", Make(i => 0.1f + (i % 5))), new("run", Make(Run))),
        "wide" => new(
            Take(1) with { SigmaColumn = "sigma", TrajectoryColumn = "run" },
            new("time", Make(i => (1L << 40) + Step(i))), new("site", Make(i => (long)Site(i))), new("value", Make(Double)),
            new("sigma", Make(i => 0.1 + (i % 5))), new("run", Make(i => (long)Run(i)))),
        "integers" => new(
            Take(1) with { TrajectoryColumn = "run" },
            new("time", Make(i => (int)Step(i))), new("site", Make(Site)), new("value", Make(i => (int?)(1000 * Double(i)))), new("run", Make(Run))),
        "floats" => new(
            Take(0.25) with { TrajectoryColumn = "run" },
            new("time", Make(i => Step(i) * 0.25f)), new("site", Make(Site)), new("value", Make(i => (float)Value(i))), new("run", Make(Run))),
        "dates" => new(
            Take(6) with { TimeUnit = "h", TrajectoryColumn = "run" },
            new("time", Make(Time)), new("site", Make(Name)), new("value", Make(Double)), new("run", Make(Run))),
        "texts" => new(
            Take(6) with { TimeUnit = "h", TrajectoryColumn = "run", Missing = ["", "NA"] },
            new("time", Make(i => $"{Time(i):yyyy-MM-dd'T'HH:mm:ss}+00:00")), new("site", Make(Name)),
            new("value", Make(Text)), new("run", Make(i => $"{Run(i)}"))),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Expected numbers, wide, integers, floats, dates or texts."),
    };

    /// <summary>Writes CSV.</summary>
    public void WriteCsv(string path)
    {
        var rows = Enumerable.Range(0, Rows).Select(row => string.Join(',', Columns.Select(c => c.Text(row))));
        File.WriteAllLines(path, rows.Prepend(string.Join(',', Columns.Select(c => c.Name))));
    }

    private static ImportOptions Take(double stepLength) => new() { Files = [], StepLength = stepLength, SiteCount = Sites, Withheld = Withholding.None };

    private static T[] Make<T>(Func<int, T> entry)
    {
        const int Rows = Runs * Steps * Sites;
        return [.. Enumerable.Range(0, Rows).Select(i => entry(i * 1009 % Rows))];
    }

    private static int Run(int row) => row / (Steps * Sites);

    private static long Step(int row) => row / Sites % Steps;

    private static DateTime Time(int row) => Origin.AddHours(6 * Step(row));

    private static int Site(int row) => row % Sites;

    private static string Name(int row) => $"site {Site(row)} with a name of more than twelve bytes";

    private static double Value(int row) => 3 * new CounterRandom(11, row).NextGaussian();

    private static double? Double(int row) => row % 7 == 0 ? null : Value(row);

    private static string? Text(int row) => Double(row)?.ToString("F3", CultureInfo.InvariantCulture) ?? (row % 2 == 0 ? "NA" : null);
}
