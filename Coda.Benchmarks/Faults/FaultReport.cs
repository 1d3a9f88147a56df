namespace Coda.Benchmarks.Faults;

/// <summary>The table of what damaged files came to, and the list of what must not happen.</summary>
internal static class FaultReport
{
    private const string Total = "all";

    /// <summary>Writes the table.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="results">The results.</param>
    public static void Table(TextWriter output, IReadOnlyCollection<FaultResult> results)
    {
        var verdicts = Enum.GetValues<FaultVerdict>();
        output.WriteLine($"| kind | mutants | runs | {string.Join(" | ", verdicts)} |");
        output.WriteLine($"|---|---:|---:|{string.Concat(verdicts.Select(_ => "---:|"))}");
        foreach (var kind in results.GroupBy(r => r.Case.Kind).Select(g => (g.Key, Results: g.ToList())).Append((Total, [.. results])))
        {
            var (mutants, runs) = (kind.Results.Select(r => r.Case).Distinct().Count(), kind.Results.Select(r => (r.Case, r.Probe)).Distinct().Count());
            output.WriteLine($"| {kind.Item1} | {mutants} | {runs} | {string.Join(" | ", verdicts.Select(v => kind.Results.Count(r => r.Verdict == v)))} |");
        }
    }

    /// <summary>Writes what must not happen, a line each, in an order that groups it.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="results">The results.</param>
    public static void List(TextWriter output, IEnumerable<FaultResult> results)
    {
        var bad = results.Where(r => r.IsBad).OrderBy(r => r.Verdict);
        foreach (var result in bad.ThenBy(r => r.Case.Kind, StringComparer.Ordinal).ThenBy(r => r.Probe, StringComparer.Ordinal))
        {
            output.WriteLine(result);
        }
    }
}
