using System.Text.Json.Nodes;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stores;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Data.Archives.Import;

/// <summary>Brings a user's own observations, in CSV or Parquet files, into an archive. Sorts what it reads, on disk where memory is short.</summary>
public static class ObservationImport
{
    /// <summary>Reads the files and writes the archive.</summary>
    /// <param name="path">The archive's directory, which must not hold an archive.</param>
    /// <param name="options">What to read, and how.</param>
    /// <param name="progress">Told what is being done, in words.</param>
    /// <param name="cancellation">Stops the import; nothing is left behind.</param>
    /// <returns>What was read and written.</returns>
    /// <exception cref="ArgumentException">The options contradict themselves; one line for every fault.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A column is missing, or a row cannot be taken; the message names file, row, expected, got and cure.</exception>
    /// <exception cref="IOException">There is an archive already, or the disk is full; nothing is half-written.</exception>
    /// <exception cref="OperationCanceledException">The import was stopped.</exception>
    public static ImportReport Run(string path, ImportOptions options, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        options.Check();
        var provenance = options.Provenance ?? $"imported from {string.Join(", ", options.Files.Select(Path.GetFileName))}";
        options = options with { Files = InputFile.Expand(options.Files), Provenance = provenance };
        if (File.Exists(Path.Combine(path, "archive.json")))
        {
            throw new IOException(
                $"{path}: expected a directory without an archive, got one with archive.json. Choose another directory, or delete this archive first.");
        }

        var isNew = !Directory.Exists(path);
        Directory.CreateDirectory(path);
        using var held = FileLock.TryTake(Path.Combine(path, ".import.lock")) ?? throw new IOException(
            $"{path}: expected no other process that imports into this archive, got one. Wait for it, or choose another directory.");
        Leftovers.Remove(path, name => name == "sort");
        var spill = AtomicFile.TemporaryName(Path.Combine(path, "sort"));
        var isDone = false;
        try
        {
            using var database = new DuckDbDatabase(
                $"SET threads={Environment.ProcessorCount}",
                $"SET memory_limit={DuckDbConnection.Literal(options.MemoryLimit)}",
                $"SET temp_directory={DuckDbConnection.Literal(spill)}");
            var report = Run(path, options, database, progress, cancellation);
            isDone = true;
            return report;
        }
        catch (DuckDbException fault) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException("The import was stopped.", fault, cancellation);
        }
        catch (DuckDbException fault) when (ParquetFault.IsOutOfMemory(fault) || fault.Message.StartsWith("IO Error", StringComparison.Ordinal))
        {
            throw new IOException(
                $"{path}: expected to sort the observations within {options.MemoryLimit} of memory and the disk's room beside the archive, "
                + "got too little. Make room, or import fewer files at a time.", fault);
        }
        finally
        {
            if (Directory.Exists(spill))
            {
                Directory.Delete(spill, recursive: true);
            }

            if (isNew && !isDone)
            {
                held.Dispose();
                ArchiveFiles.Remove(path);
            }
        }
    }

    private static ImportReport Run(
        string path, ImportOptions options, DuckDbDatabase database, IProgress<string>? progress, CancellationToken cancellation)
    {
        using var connection = database.Connect();
        using var stop = cancellation.Register(connection.Interrupt);
        cancellation.ThrowIfCancellationRequested();
        var staging = new ImportStaging(connection, options);
        var rowsRead = staging.ReadFiles(progress, cancellation);
        options = staging.Units.WithUnits();
        progress?.Report("numbering sites and steps");
        var all = options.Fields is null ? staging.Measure() : null;
        var sites = staging.NumberSites() ?? (staging.Operator is null ? CarriedNames.Of(options) : null);
        var positions = staging.Operator is { } h ? SiteMap.Of(options.Layout!, h, 0, null) : null;
        var kinds = options.Fields is null ? null : ErrorsOfSites(options, sites, positions, staging);
        var values = all ?? MeasureByUnit(kinds!, staging);
        CheckScales(options, kinds, staging);
        var time = staging.FindSteps();
        var siteCount = positions?.Entries.Count ?? CountSites(options, sites, time.LargestSite);
        staging.CheckSites(siteCount);
        WarnOfGaps(options, sites, siteCount, time.SitesObserved);
        options = positions is null ? options : options with { Sparse = true }; // nobody has numbered them

        progress?.Report("sorting and writing");
        RequireDense(options, siteCount, time);
        var description = Describe(options, sites, staging.Operator, siteCount, time) with { TrajectoryNames = NamesOf(staging, time) };
        var forcing = options.Forcing is null ? null : new ForcingImport(options, time, description.TrajectoryNames, cancellation);
        description = description with { Forcing = forcing?.Definitions, Fields = WithTypicalErrors(description, options, staging) };
        using var archive = ParquetArchive.Create(path, description);
        if (forcing is not null)
        {
            archive.WriteStates(ArchiveTable.Forcing, forcing.Blocks());
        }

        using var rows = new SortedRows(staging.Sorted(), options, archive.Description.NameOf, cancellation)
        {
            Metadata = TableMeaning.Of(archive.Description, ArchiveTable.Observations),
        };
        archive.Write(ArchiveTable.Observations, rows);
        return new ImportReport(
            rowsRead, rowsRead - time.Rows - values.Rejected - staging.Outside, time.OffStep, rows.Combined,
            archive.RowCount(ArchiveTable.Observations), time.Steps,
            siteCount, time.SitesObserved, time.TrajectoryCount, time.Origin)
        {
            Values = values with { Fullness = (double)archive.RowCount(ArchiveTable.Observations) / time.TrajectoryCount / time.Steps.Count / siteCount },
            Outside = staging.Outside,
            Forcing = forcing?.Definitions,
            Comments = staging.Comments,
        };
    }

    private static SiteErrors ErrorsOfSites(ImportOptions options, IReadOnlyList<string>? names, SiteMap? positions, ImportStaging staging)
    {
        if (positions is not null)
        {
            return new SiteErrors(positions, options.Fields, options.ValueUnit ?? ImportOptions.NoUnit, options.Errors);
        }

        var (layout, locations) = (options.Layout!, names is null ? options.Locations : SiteBinding.Of(options, names).Locations);
        int EntryOf(int site) => site < (locations?.Count ?? layout.Size) ? locations?[site] ?? site : -1;
        var entries = Enumerable.Range(0, staging.Observed().Max() + 1).Select(EntryOf).ToArray(); // sites out of range are refused later
        return new SiteErrors(new SiteMap(layout, entries), options.Fields, options.ValueUnit ?? ImportOptions.NoUnit, options.Errors);
    }

    private static void CheckScales(ImportOptions options, SiteErrors? sites, ImportStaging staging)
    {
        var models = sites?.Models() ?? [options.Errors];
        if (models.Count == 1)
        {
            staging.CheckScale(models[0]);
            return;
        }

        foreach (var alike in staging.Observed().GroupBy(site => models[site]))
        {
            staging.CheckScale(alike.Key, [.. alike]);
        }
    }

    // Values of different units have no median together, and the usual ones of a field would be outliers of another.
    private static ImportedValues MeasureByUnit(SiteErrors sites, ImportStaging staging)
    {
        var (observed, units) = (staging.Observed(), sites.Units());
        if (units.Distinct().Count() == 1)
        {
            return staging.Measure(observed);
        }

        var groups = observed.GroupBy(site => units[site]).ToDictionary(g => g.Key, g => staging.Measure([.. g]));
        return new ImportedValues(
            groups.Values.Min(v => v.Smallest), groups.Values.Max(v => v.Largest), float.NaN, double.NaN, groups.Values.Sum(v => v.Outliers),
            staging.Rejected + groups.Values.Sum(v => v.Rejected - staging.Rejected), 0) { ByUnit = groups };
    }

    // Where each observation has its own error, what stands for those of a field, so that fields in different units can be compared.
    private static SortedDictionary<string, ObservedField>? WithTypicalErrors(ArchiveDescription description, ImportOptions options, ImportStaging staging)
    {
        if (options.SigmaColumn is null || description.Fields is not { } fields)
        {
            _ = description.Deviations(); // which are known of every site
            return description.Fields;
        }

        var (sites, deviations) = (description.Sites(), staging.Deviations());
        var typical = deviations.GroupBy(d => sites.FieldAt(d.Key)!.Name).ToDictionary(g => g.Key, g => Math.Sqrt(g.Average(d => d.Value * d.Value)));
        return new(
            fields.Keys.Union(typical.Keys).ToDictionary(
                name => name,
                name => (fields.GetValueOrDefault(name) ?? new()) with { Sigma = typical.TryGetValue(name, out var sigma) ? sigma : null }),
            StringComparer.Ordinal);
    }

    // Of trajectories whose values are all missing at the end, the names go with them.
    private static IReadOnlyList<string>? NamesOf(ImportStaging staging, ImportedTime time) => staging.TrajectoryNames?.Take(time.TrajectoryCount).ToArray();

    // A number that was taken for an index may be a name, and the last site that was observed need not be the last.
    private static void WarnOfGaps(ImportOptions options, IReadOnlyList<string>? names, int siteCount, int observed)
    {
        if (names is null && options is { SiteCount: null, Locations: null, Layout: null } && 2L * observed < siteCount)
        {
            options.Warnings?.Add(
                "unobserved-sites",
                $"expected observations at most sites, got {observed} of {siteCount}, which is the largest site plus 1. "
                + "Say how many sites there are with --site-count, or, where the numbers are names, give them in the order of their index with --site-names.");
        }
    }

    private static int CountSites(ImportOptions options, IReadOnlyList<string>? names, int largestSite) =>
        options.SiteCount ?? names?.Count ?? options.Locations?.Count ?? options.Layout?.Size ?? largestSite + 1;

    private static void RequireDense(ImportOptions options, int siteCount, ImportedTime time)
    {
        var files = string.Join(", ", options.Files);
        if (siteCount > StateLayout.MostEntries)
        {
            throw new InvalidDataException(
                $"{files}: expected at most {StateLayout.MostEntries} sites, got {siteCount}. Number them from 0, or name them with --site-names.");
        }

        if (!options.Sparse && RecordDensity.Fault(time.TrajectoryCount, time.Steps, siteCount, time.Rows) is { } fault)
        {
            throw new InvalidDataException(
                $"{files}: {fault}. Is a time, a trajectory or the number of a site out of place? "
                    + "Correct it or leave it out; a record that is so sparse is taken with --sparse.");
        }
    }

    private static ArchiveDescription Describe(ImportOptions options, IReadOnlyList<string>? names, Component? h, int siteCount, ImportedTime time)
    {
        var layout = options.Layout ?? StateLayout.On(new Ring(siteCount));
        var locations = names is null ? options.Locations : SiteBinding.Of(options, names).Locations;
        new Faults("Import options")
            .Require(names is null || names.Count == siteCount, "siteCount", $"the number of names, {names?.Count}", siteCount)
            .Require(locations is null || locations.Count == siteCount, "locations", $"one for each of {siteCount} sites", locations?.Count)
            .Require(locations is null || locations.All(l => l >= 0 && l < layout.Size), "locations", $"entries of a state of {layout.Size}", locations?.Max())
            .Require(
                h is not null || locations is not null || layout.Size == siteCount, "layout",
                $"one entry for each of {siteCount} sites, or 'locations' that say which entry each site observes", layout)
            .ThrowIfAny();
        return new ArchiveDescription
        {
            System = options.System,
            Layout = layout,
            Operator = h ?? new Component("site-selection", locations is null
                ? null : new JsonObject { ["sites"] = new JsonArray([.. locations.Select(l => (JsonNode)l)]) }),
            SiteCount = siteCount,
            SiteNames = names,
            Sigma = options.Sigma,
            Errors = options.Errors,
            StepLength = options.StepLength,
            TimeUnit = options.TimeUnit,
            TimeOrigin = time.Origin == "0" ? null : time.Origin,
            ValueUnit = options.ValueUnit ?? ImportOptions.NoUnit,
            Fields = options.Fields is { Count: > 0 } ? options.Fields : null,
            TrajectoryCount = time.TrajectoryCount,
            Steps = time.Steps,
            Withheld = options.Withheld,
            IsSparse = options.Sparse,
            Provenance = options.Provenance!,
        };
    }
}
