using Coda.Data.Archives.NetCdf;

namespace Coda.Tests.Readme;

/// <summary>What the documents take as given: a reader's own files and samples, and archives that were made before.</summary>
internal static class GivenFiles
{
    private const int Hours = 12;

    /// <summary>Writes the files.</summary>
    public static void Write(string folder)
    {
        Directory.CreateSymbolicLink(Path.Combine(folder, "samples"), Path.Combine(Repository.Root, "samples"));
        var rows = Enumerable.Range(0, Hours).SelectMany(hour => new[] { "north", "south" }.Select(
            (buoy, i) => FormattableString.Invariant($"2020-01-01T{hour:D2}:30,{buoy},{1 + (0.1 * hour) + i}")));
        File.WriteAllLines(Path.Combine(folder, "buoys.csv"), rows.Prepend("when,buoy,height"));
        File.WriteAllLines(Path.Combine(folder, "altimeter.csv"), Enumerable.Range(0, 40 * Hours)
            .Select(i => FormattableString.Invariant($"{i / 40},{i * 811 % 3200},{i * 277.5 % 3200},{i % 7}")).Prepend("time,east,north,height"));
        Arrays(Path.Combine(folder, "buoys.nc"), 0.5, ("height", "m"));
        Arrays(Path.Combine(folder, "ocean.nc"), 6, ("u", "m/s"), ("v", "m/s"), ("T", "K"));
    }

    /// <summary>Commands that a document takes to have run.</summary>
    public static IEnumerable<string> CommandsBefore(string document) => document == "docs/results.md"
        ?
        [
            "simulate --trajectories 2 --steps 160 --seed 2 --withhold 0.05 --output out/demo/test",
            "simulate --system lorenz96-two-level --set operator.field=x --trajectories 2 --steps 520 --seed 42 --output out/testB",
        ]
        : [];

    private static void Arrays(string path, double hours, params (string Name, string Unit)[] variables)
    {
        NetCdfDimension time = new("time", Hours), site = new("site", 2);
        using var stream = File.Create(path);
        var writer = new ClassicWriter(stream, new Dictionary<string, object>(),
        [
            new("time", NetCdfType.Double, [time], new Dictionary<string, object> { ["units"] = "hours since 2020-01-01" }),
            .. variables.Select(v => new NetCdfVariable(v.Name, NetCdfType.Float, [time, site], new Dictionary<string, object> { ["units"] = v.Unit })),
        ]);
        writer.Write("time", Enumerable.Range(0, Hours).Select(step => hours * step));
        foreach (var (name, _) in variables)
        {
            writer.Write(name, 0, [.. Enumerable.Range(0, 2 * Hours).Select(i => 1 + (i / 10f))]);
        }

        writer.Complete();
    }
}
