namespace Coda.Benchmarks.Kills;

/// <summary>The table of what came of kills.</summary>
internal static class KillReport
{
    /// <summary>Writes a row for each command, one for all, and every fault with what makes it again.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="results">By command: how many points it has, and what came of it.</param>
    /// <returns>How many faults there are.</returns>
    public static int Write(TextWriter output, IReadOnlyList<(KillScene Scene, long Points, IReadOnlyList<KillResult> Results)> results)
    {
        var verdicts = Enum.GetValues<KillVerdict>();
        output.WriteLine($"| command | points | kills | of these while it went on | {string.Join(" | ", verdicts).ToLowerInvariant()} |");
        output.WriteLine($"|---|---:|---:|---:|{string.Concat(verdicts.Select(_ => "---:|"))}");
        foreach (var (scene, points, found) in results)
        {
            Row(scene.Name, points, found);
        }

        Row("all", results.Sum(r => r.Points), [.. results.SelectMany(r => r.Results)]);
        var faults = 0;
        foreach (var (scene, _, found) in results)
        {
            foreach (var (points, detail) in found.SelectMany(r => r.Faults.Select(f => (r.Points, f))))
            {
                faults++;
                output.WriteLine($"{detail.Verdict}: {detail.Detail}: kills --replay \"{scene.Name}\" {string.Join(' ', points)}");
            }
        }

        return faults;

        void Row(string name, long points, IReadOnlyList<KillResult> found) => output.WriteLine(
            $"| {name} | {points} | {found.Sum(r => r.Points.Count)} | {found.Sum(r => Math.Max(0, r.Points.Count - 1))} | "
                + $"{string.Join(" | ", verdicts.Select(v => found.Sum(r => r.Faults.Count(f => f.Verdict == v))))} |");
    }
}
