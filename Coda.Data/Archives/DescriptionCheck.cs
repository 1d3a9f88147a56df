using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Data.Archives;

/// <summary>Whether a description is one of a possible archive.</summary>
internal static class DescriptionCheck
{
    private const long MostSteps = 1L << 53;
    private const long FurthestStep = 1L << 62; // sums with widths of windows stay numbers
    private const int MostChecked = 1 << 22; // of a larger state, a file's word alone is not worth the memory

    /// <summary>Checks that a description is one of a possible archive.</summary>
    /// <param name="description">The description.</param>
    /// <exception cref="ArgumentException">One line for every fault.</exception>
    public static void Require(ArchiveDescription description)
    {
        CheckNumbers(description);
        CheckForcing(description);
        CheckComponents(description);
        CheckSites(description);
    }

    private static void CheckNumbers(ArchiveDescription description) => new Faults("Archive description")
        .Require(description.SiteCount is > 0 and <= StateLayout.MostEntries, "siteCount", $"1 to {StateLayout.MostEntries}", description.SiteCount)
        .Require(double.IsFinite(description.StepLength) && description.StepLength > 0, "stepLength", "a finite number greater than 0", description.StepLength)
        .Require(description.TrajectoryCount is > 0 and <= StateLayout.MostEntries, "trajectoryCount", $"1 to {StateLayout.MostEntries}",
            description.TrajectoryCount)
        .Require(description.Steps.Count > 0, "steps", "a range of at least one step", description.Steps)
        .Require(
            description.Steps.Start >= -FurthestStep && description.Steps.End <= FurthestStep && description.Steps.Count <= MostSteps
                && description.TrajectoryCount * (double)description.Steps.Count <= long.MaxValue / 2,
            "steps", "a range that 53 bits can count", description.Steps)
        .Require(description.Sigma is null or (> 0 and < double.PositiveInfinity), "sigma", "a finite number greater than 0", description.Sigma)
        .Require(
            new[] { description.TimeUnit, description.ValueUnit, description.TimeOrigin ?? "" }.Concat(description.Layout.Fields.Select(f => f.Name))
                .Concat(description.Fields?.Values.Select(f => f.Unit ?? "") ?? []).Concat(description.TrajectoryNames ?? [])
                .All(t => ForeignText.Escape(t) == t),
            "timeUnit, valueUnit, timeOrigin, layout, fields and trajectoryNames", "text without control characters", "some with them")
        .Require(description.SiteNames is null || description.SiteNames.Count == description.SiteCount, "siteNames", $"{description.SiteCount} names or none",
            description.SiteNames?.Count)
        .Require(
            description.TrajectoryNames is null || (description.TrajectoryNames.Count == description.TrajectoryCount
                && description.TrajectoryNames.Distinct().Count() == description.TrajectoryCount),
            "trajectoryNames", $"{description.TrajectoryCount} distinct names or none", $"{description.TrajectoryNames?.Distinct().Count()}")
        .Require(description.Withheld.Fraction is >= 0 and < 1, "withheld.fraction", "a share in [0, 1)", description.Withheld.Fraction)
        .Require(description.Checksums.Keys.All(PartNames.IsPartName), "checksums", "names of parts, such as observations/part-00000.parquet",
            description.Checksums.Keys.FirstOrDefault(k => !PartNames.IsPartName(k)))
        .Require(Twice(description.Checksums.Keys) is null, "checksums", "one part of each number", Twice(description.Checksums.Keys))
        .Require(description.Checksums.Values.All(IsSha256), "checksums", "SHA-256 in 64 hexadecimal digits",
            description.Checksums.FirstOrDefault(c => !IsSha256(c.Value)).Value)
        .Require(description.Notes?.Values.All(n => n is { LookAhead: null or >= 0 }) != false, "notes", "a lookAhead of at least 0 or none", "another")
        .Require(description.Notes?.Values.All(n => n.Unsound?.IsWithin(description) != false) != false, "notes",
            FormattableString.Invariant($"unsound with 1 to {UnsoundStretches.Most} stretches within the record, or none"), "another")
        .ThrowIfAny();

    private static void CheckForcing(ArchiveDescription description)
    {
        if (description.Forcing is { } forcing)
        {
            new Faults("Archive description")
                .Require(forcing.Count > 0 && forcing.All(u => u.Size > 0), "forcing", "series of at least one value", "others")
                .Require(forcing.Sum(u => (long)u.Size) <= StateLayout.MostEntries, "forcing", $"at most {StateLayout.MostEntries} values at a step",
                    forcing.Sum(u => (long)u.Size))
                .Require(forcing.All(u => u is { Name.Length: > 0, IsTime: false } && ForeignText.Escape(u.Name + u.Unit) == u.Name + u.Unit), "forcing",
                    $"names other than '{ForcingDefinition.Time.Name}', which is computed, and units, without control characters", "others")
                .Require(forcing.DistinctBy(u => u.Name).Count() == forcing.Count, "forcing", "distinct names", "a name twice")
                .ThrowIfAny();
        }
    }

    private static void CheckSites(ArchiveDescription description)
    {
        var faults = new Faults("Archive description").Require(
            description.SiteNames is null || description.SiteNames.Distinct().Count() == description.SiteCount, "siteNames", "distinct names", "a name twice");
        if (description.Layout.Size <= MostChecked)
        {
            var (operatorName, sites) = (description.Operator.Name, description.Sites().Entries.Count);
            faults.Require(
                sites == description.SiteCount, "siteCount", $"{sites}, as operator '{operatorName}' gives on a state of {description.Layout}",
                description.SiteCount);
        }

        if (description.Fields is not null && faults.Count == 0)
        {
            var fault = description.SiteErrors().Fault(description.Layout);
            faults.Require(fault is null, "fields", $"a sigma greater than 0 or none, and a unit, by fields of {description.Layout}", fault);
        }

        faults.ThrowIfAny();
    }

    private static string? Twice(IEnumerable<string> names) =>
        names.Where(PartNames.IsPartName).GroupBy(PartNames.Plain).FirstOrDefault(same => same.Count() > 1)?.Last();

    private static bool IsSha256(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigit);

    private static void CheckComponents(ArchiveDescription description)
    {
        var system = description.System is { } component ? DynamicalSystem.Catalog.OptionFaults(component) : null;
        var h = ObservationOperator.FaultsOf(description.Operator, description.Layout, description.SiteCount);
        new Faults("Archive description")
            .Require(system is null, "system", "an entry of the catalogue with options of its own", system)
            .Require(h is null, "operator", $"one of {description.SiteCount} sites", h)
            .ThrowIfAny();
    }
}
