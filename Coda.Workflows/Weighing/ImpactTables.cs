using System.Globalization;
using System.Text;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Impact;

namespace Coda.Workflows.Weighing;

/// <summary>The tables of weighed observations: each by itself, and sums by site, kind and time.</summary>
/// <param name="archive">What the archive holds.</param>
/// <param name="cases">The cases, by trajectory and step.</param>
public sealed class ImpactTables(ArchiveDescription archive, IReadOnlyList<ImpactCase> cases)
{
    /// <summary>The file of the outcome, written last: a folder without it holds no whole tables.</summary>
    public const string Summary = "impact.json";

    private static readonly string[] Columns = ["trajectory", "step", "site", "value", "innovation", "impact", "influence"];
    private static readonly string[] CaseColumns = ["trajectory", "step", "error", "error_without", "change", "sum", "signal"];

    private readonly (ImpactCase Case, ObservationImpact Observation)[] _all = [.. cases.SelectMany(c => c.Observations.Select(o => (c, o)))];

    /// <summary>Sums by site.</summary>
    public IReadOnlyList<ImpactSum> Sites()
    {
        var (names, targeted) = (archive.Sites().EntryNames(), cases.Where(c => c.Targets.Count > 0).ToList());
        var of = _all.ToLookup(a => a.Observation.Site);
        return [.. Enumerable.Range(0, archive.SiteCount).Where(site => of.Contains(site) || targeted.Count > 0)
            .Select(site => Sum(archive.SiteNames?[site] ?? names[site], of[site]) with
            {
                Key = site, Target = targeted.Count > 0 ? targeted.Average(c => c.Targets[site]) : null,
            })];
    }

    /// <summary>Sums by the field that is observed, and by what.</summary>
    public IReadOnlyList<ImpactSum> Kinds()
    {
        var sites = archive.Sites();
        return [.. _all.GroupBy(a => $"{archive.Operator.Name}{(sites.FieldAt(a.Observation.Site) is { } field ? $" of {field.Name}" : "")}")
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Sum(g.Key, g))];
    }

    /// <summary>Sums by step, over trajectories, named by the step's time.</summary>
    public IReadOnlyList<ImpactSum> Times() =>
        [.. _all.GroupBy(a => a.Case.Step).OrderBy(g => g.Key)
            .Select(g => Sum(FormattableString.Invariant($"{g.Key * archive.StepLength:G9}"), g, cases.Count(c => c.Step == g.Key)) with { Key = g.Key })];

    /// <summary>Sums by hour of the day, UTC; none where steps have no dates.</summary>
    public IReadOnlyList<ImpactSum> Hours()
    {
        if (archive.TimeOrigin is not { } origin || !StepCalendar.IsKnown(archive.TimeUnit))
        {
            return [];
        }

        var calendar = new StepCalendar(origin, archive.StepLength, archive.TimeUnit);
        var counts = cases.CountBy(c => HourOf(c.Step)).ToDictionary();
        return [.. _all.GroupBy(a => HourOf(a.Case.Step)).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Sum(g.Key, g, counts[g.Key]))];

        string HourOf(long step) => calendar.TextOf(step).Split('T')[1][..2];
    }

    /// <summary>Writes the tables, each whole, the outcome last.</summary>
    /// <param name="outcome">What is to be said of them all.</param>
    public void Write(WeighOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var folder = outcome.Output;
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, Summary));
        NumberTable.Write(Path.Combine(folder, "observations.parquet"), Columns, [.. _all.Select(a => (IReadOnlyList<double>)
        [
            a.Case.Trajectory, a.Case.Step, a.Observation.Site, a.Observation.Value, a.Observation.Innovation, a.Observation.Impact, a.Observation.Influence,
        ])]);
        NumberTable.Write(Path.Combine(folder, "cases.parquet"), CaseColumns, [.. cases.Select(c => (IReadOnlyList<double>)
            [c.Trajectory, c.Step, c.Error, c.ErrorWithout, c.Change, c.Sum, c.Signal])]);
        WriteText("sites.csv", "site", outcome.Sites);
        WriteText("kinds.csv", "kind", outcome.Kinds);
        WriteText("times.csv", "step", outcome.Times);
        File.Delete(Path.Combine(folder, "hours.csv"));
        if (outcome.Hours.Count > 0)
        {
            WriteText("hours.csv", "hour", outcome.Hours);
        }

        CodaJson.WriteWithDigest(Path.Combine(folder, Summary), outcome);

        void WriteText(string name, string key, IReadOnlyList<ImpactSum> rows)
        {
            var text = new StringBuilder($"{key},name,count,impact,beneficial,influence,target\n");
            foreach (var row in rows)
            {
                text.Append(CultureInfo.InvariantCulture, $"{row.Key},{Quoted(row.Name)},{row.Count},{row.Impact:G9},{row.Beneficial:G9},{row.Influence:G9},")
                    .Append(CultureInfo.InvariantCulture, $"{row.Target:G9}\n");
            }

            AtomicFile.WriteText(Path.Combine(folder, name), text.ToString());
        }
    }

    private ImpactSum Sum(string name, IEnumerable<(ImpactCase Case, ObservationImpact Observation)> of, int? count = null)
    {
        var some = of.Select(a => a.Observation).ToList();
        return new(
            name, some.Count, some.Sum(o => o.Impact) / Math.Max(1, count ?? cases.Count),
            some.Count == 0 ? 0 : some.Count(o => o.Impact < 0) / (double)some.Count, some.Count == 0 ? 0 : some.Average(o => o.Influence));
    }

    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
