using System.Globalization;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Data.Archives.Import;

/// <summary>
/// The table <c>staged</c> of a database of its own, with one row for each value that is not missing: file, row, trajectory, time, site, value, sigma.
/// What cannot be understood is kept as text, to be named.
/// </summary>
/// <param name="connection">A connection to the database.</param>
/// <param name="options">What to read, and how.</param>
internal sealed class ImportStaging(DuckDbConnection connection, ImportOptions options)
{
    private static readonly Dictionary<string, double> UnitSeconds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["s"] = 1, ["second"] = 1, ["seconds"] = 1,
        ["min"] = 60, ["minute"] = 60, ["minutes"] = 60,
        ["h"] = 3600, ["hour"] = 3600, ["hours"] = 3600,
        ["d"] = 86400, ["day"] = 86400, ["days"] = 86400,
    };

    private bool _hasDates;
    private string _site = "site_text";
    private string _ratio = "";

    /// <summary>Reads all files into the table.</summary>
    /// <param name="progress">Told which file is read.</param>
    /// <returns>The number of rows (of cells, with one column per site), missing ones included.</returns>
    public long ReadFiles(IProgress<string>? progress)
    {
        foreach (var file in options.Files)
        {
            Reading(file, () => CheckColumns(file));
        }

        Reading(options.Files[0], () => _hasDates = FirstTimeIsDate());
        if (options.SecondsPerTimeUnit is { } seconds && (!_hasDates || UnitSeconds.ContainsKey(options.TimeUnit)))
        {
            var where = _hasDates ? $"the unit says it ({options.TimeUnit})" : "times are numbers";
            throw new ArgumentException(FormattableString.Invariant($"Import options: secondsPerTimeUnit: expected none where {where}, got {seconds}."));
        }

        connection.Execute(
            $"CREATE TABLE staged (file INTEGER, row BIGINT, trajectory INTEGER, trajectory_text VARCHAR, time {(_hasDates ? "BIGINT" : "DOUBLE")}, time_text VARCHAR, "
            + "site_text VARCHAR, value FLOAT, value_text VARCHAR, sigma FLOAT, sigma_text VARCHAR)");
        var rows = 0L;
        for (var file = 0; file < options.Files.Count; file++)
        {
            progress?.Report($"reading {Path.GetFileName(options.Files[file])}");
            Reading(options.Files[file], () => connection.Execute($"INSERT INTO staged {Staged(file)}"));
            rows += long.Parse(Scalar($"SELECT count(*) FROM {Source(options.Files[file])}")!, CultureInfo.InvariantCulture) * (options.SiteColumns?.Count ?? 1);
        }

        if (Scalar("SELECT count(*) FROM staged") == "0")
        {
            throw new InvalidDataException($"{string.Join(", ", options.Files)}: expected at least one observation, got {rows} rows without a value.");
        }

        CheckRows("trajectory", "an integer from 0", "trajectory IS NULL OR trajectory < 0", "coalesce(trajectory_text, trajectory::VARCHAR)", "Number the trajectories from 0.");
        CheckRows(
            "time", _hasDates ? "a date and time in ISO 8601" : "a finite number", _hasDates ? "time IS NULL" : "time IS NULL OR NOT isfinite(time)", "coalesce(time_text, time::VARCHAR)",
            "Correct the row or leave it out.");
        CheckRows("value", "a finite number", "value IS NULL OR NOT isfinite(value)", "coalesce(value_text, value::VARCHAR)", "Correct the row, or name the text among the missing values.");
        if (options.SigmaColumn is not null)
        {
            CheckRows("sigma", "a finite number greater than 0", "sigma IS NULL OR NOT isfinite(sigma) OR sigma <= 0", "coalesce(sigma_text, sigma::VARCHAR)", "Correct the row or leave it out.");
        }

        return rows;
    }

    /// <summary>Gives every site its index.</summary>
    /// <returns>The names in the order of their index, where sites have names.</returns>
    public IReadOnlyList<string>? NumberSites()
    {
        var names = options.SiteNames ?? options.SiteColumns;
        if (names is null && Scalar("SELECT bool_and(regexp_full_match(site_text, '[0-9]{1,9}')) FROM staged") == "true")
        {
            _site = "site_text::INTEGER";
            return null;
        }

        names ??= Texts("SELECT DISTINCT site_text FROM staged WHERE site_text <> '' ORDER BY site_text");
        names = SiteBinding.Of(options, names).Names;
        connection.Execute("CREATE TABLE sites (name VARCHAR, index INTEGER)");
        foreach (var chunk in names.Index().Chunk(1000))
        {
            connection.Execute($"INSERT INTO sites VALUES {string.Join(", ", chunk.Select(n => $"({DuckDbConnection.Literal(n.Item)}, {n.Index})"))}");
        }

        CheckRows(
            "site", $"one of {names.Count} names ({string.Join(", ", names.Take(5))}{(names.Count > 5 ? ", ..." : "")})",
            "site_text IS NULL OR site_text NOT IN (SELECT name FROM sites)", "site_text", "Correct the row or add the name.");
        connection.Execute("ALTER TABLE staged ADD COLUMN site INTEGER");
        connection.Execute("UPDATE staged SET site = sites.index FROM sites WHERE sites.name = staged.site_text");
        _site = "site";
        return names;
    }

    /// <summary>Gives every row its step.</summary>
    public ImportedTime FindSteps()
    {
        var (origin, originText) = Origin();
        var dt = _hasDates ? options.StepLength * SecondsPerUnit() * 1e6 : options.StepLength;
        _ratio = string.Create(CultureInfo.InvariantCulture, $"((time - {origin})::DOUBLE / {dt:R}::DOUBLE)");
        CheckRows("time", "a time within 9e15 steps of the origin", $"NOT abs({_ratio}) < 9e15", "time::VARCHAR", "Correct the row, the step length or the origin.");
        var isOff = string.Create(CultureInfo.InvariantCulture, $"abs({_ratio} - round_even({_ratio}, 0)) > {TimeAxis.Tolerance}");
        if (!options.Snap)
        {
            var shown = _hasDates ? "make_timestamp(time)::VARCHAR" : "time::VARCHAR";
            CheckRows(
                "time", FormattableString.Invariant($"a multiple of the step length {options.StepLength} after {originText}, within {TimeAxis.Tolerance:P0} of a step"), isOff,
                $"{shown} || ' (step ' || round({_ratio}, 3)::VARCHAR || ')'", "Correct the step length or the origin, or take such times to the nearest step with --snap.");
        }

        var counts = Texts(
            $"SELECT unnest([count(*), count(*) FILTER ({isOff}), min({Step}), max({Step}), max(trajectory), max({_site}), count(DISTINCT {_site})]::BIGINT[])::VARCHAR FROM staged")
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToList();
        return new ImportedTime(counts[0], counts[1], new StepRange(counts[2], counts[3] + 1), (int)counts[4] + 1, (int)counts[5], (int)counts[6], originText);
    }

    /// <summary>Checks that every index is below the number of sites.</summary>
    /// <param name="siteCount">The number of sites.</param>
    public void CheckSites(int siteCount) => CheckRows(
        "site", $"a site in [0, {siteCount})", $"{_site} >= {siteCount}", "site_text", "Correct the row, the layout or the number of sites.");

    /// <summary>The rows sorted by (trajectory, step, site): trajectory, step, site, value, sigma, file, row.</summary>
    public DuckDbResult Sorted() => connection.Stream(
        $"SELECT trajectory, {Step} AS step, {_site} AS site, value, coalesce(sigma, 0)::FLOAT, file, row FROM staged ORDER BY 1, 2, 3, 6, 7");

    private string Step => $"round_even({_ratio}, 0)::BIGINT";

    private static bool IsParquet(string file) =>
        file.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".pq", StringComparison.OrdinalIgnoreCase);

    private static string Text(string column) => $"trim({DuckDbConnection.Identifier(column)}::VARCHAR)";

    private string Source(string file) => IsParquet(file)
        ? DuckDbEngine.Source([file])
        : $"read_csv([{DuckDbConnection.FileName(file)}], all_varchar=true, header=true{(options.Delimiter is { } d ? $", delim={DuckDbConnection.Literal(d)}" : "")})";

    private string Staged(int file)
    {
        var trajectory = options.TrajectoryColumn is null ? "'0'" : Text(options.TrajectoryColumn);
        var sigma = options.SigmaColumn is null ? "NULL" : Text(options.SigmaColumn);
        var columns = options.SiteColumns;
        var site = columns is null ? Text(options.SiteColumn) : $"unnest([{string.Join(", ", columns.Select(DuckDbConnection.Literal))}])";
        var value = columns is null ? Text(options.ValueColumn) : $"unnest([{string.Join(", ", columns.Select(Text))}])";
        var time = _hasDates ? "epoch_us(TRY_CAST(t AS TIMESTAMPTZ))" : "TRY_CAST(t AS DOUBLE)";
        return $"SELECT {file}, row, {Integer("k")}, CASE WHEN {Integer("k")} IS NULL THEN k END, {time}, CASE WHEN {time} IS NULL THEN t END, s, "
            + "TRY_CAST(v AS FLOAT), CASE WHEN TRY_CAST(v AS FLOAT) IS NULL THEN v END, TRY_CAST(e AS FLOAT), CASE WHEN TRY_CAST(e AS FLOAT) IS NULL THEN e END "
            + $"FROM (SELECT row_number() OVER () AS row, {trajectory} AS k, {Text(options.TimeColumn)} AS t, {site} AS s, {value} AS v, {sigma} AS e FROM {Source(options.Files[file])}) "
            + $"WHERE NOT ({IsMissing()})";
    }

    private static void Reading(string file, Action read)
    {
        try
        {
            read();
        }
        catch (DuckDbException fault) when (IsParquet(file) && ParquetFault.IsOfFile(fault))
        {
            throw new InvalidDataException(ParquetFault.Describe(file, fault, "Restore it from a copy or write it anew."), fault);
        }
    }

    // A cast alone would round 7.6 to 8.
    private static string Integer(string text) => $"CASE WHEN regexp_full_match({text}, '-?[0-9]+') THEN TRY_CAST({text} AS INTEGER) END";

    private string IsMissing()
    {
        var texts = options.Missing.Select(m => $"coalesce(v, '') = {DuckDbConnection.Literal(m.Trim())}");
        var numbers = options.Missing
            .Where(m => double.TryParse(m, CultureInfo.InvariantCulture, out _))
            .Select(m => $"coalesce(TRY_CAST(v AS DOUBLE) = TRY_CAST({DuckDbConnection.Literal(m.Trim())} AS DOUBLE), false)");
        return string.Join(" OR ", texts.Concat(numbers).DefaultIfEmpty("false"));
    }

    private void CheckColumns(string file)
    {
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"{file}: expected a file of observations, got none.", file);
        }

        var known = Texts($"SELECT column_name FROM (DESCRIBE SELECT * FROM {Source(file)})");
        string?[] wanted = [options.TimeColumn, options.SigmaColumn, options.TrajectoryColumn, .. options.SiteColumns ?? [options.SiteColumn, options.ValueColumn]];
        foreach (var column in wanted.OfType<string>().Where(c => !known.Contains(c, StringComparer.OrdinalIgnoreCase)))
        {
            var nearest = NearestName.Of(column, known) is { } near ? $" Did you mean '{near}'?" : "";
            throw new InvalidDataException($"{file}: expected a column '{column}', got {string.Join(", ", known)}.{nearest} Name the columns with the import's options.");
        }
    }

    private bool FirstTimeIsDate() =>
        Scalar($"SELECT {Text(options.TimeColumn)} FROM {Source(options.Files[0])} WHERE {Text(options.TimeColumn)} <> '' LIMIT 1") is { } first
        && Scalar($"SELECT (TRY_CAST({DuckDbConnection.Literal(first)} AS DOUBLE) IS NULL AND TRY_CAST({DuckDbConnection.Literal(first)} AS TIMESTAMPTZ) IS NOT NULL)::VARCHAR") == "true";

    private (string Sql, string Text) Origin()
    {
        if (_hasDates)
        {
            var micros = options.TimeOrigin is { } date
                ? Scalar($"SELECT epoch_us(TRY_CAST({DuckDbConnection.Literal(date)} AS TIMESTAMPTZ))::VARCHAR")
                    ?? throw new ArgumentException($"Import options: timeOrigin: expected a date and time in ISO 8601, got {date}.")
                : Scalar("SELECT min(time)::VARCHAR FROM staged")!;
            return (micros, Scalar($"SELECT strftime(make_timestamp({micros}), '%Y-%m-%dT%H:%M:%S.%f')")!.TrimEnd('0').TrimEnd('.') + "Z");
        }

        var number = 0.0;
        return options.TimeOrigin is not { } text || (double.TryParse(text, CultureInfo.InvariantCulture, out number) && double.IsFinite(number))
            ? (number.ToString("R", CultureInfo.InvariantCulture) + "::DOUBLE", number.ToString("R", CultureInfo.InvariantCulture))
            : throw new ArgumentException($"Import options: timeOrigin: expected a number, as the times are, got {text}.");
    }

    private double SecondsPerUnit() => options.SecondsPerTimeUnit
        ?? (UnitSeconds.TryGetValue(options.TimeUnit, out var seconds)
            ? seconds
            : throw new ArgumentException($"Import options: timeUnit: expected s, min, h or d where times are dates (or secondsPerTimeUnit), got {options.TimeUnit}."));

    private void CheckRows(string what, string expected, string isFaulty, string shown, string cure)
    {
        var fault = Texts($"SELECT unnest([file::VARCHAR, row::VARCHAR, coalesce({shown}, '')]) FROM (SELECT * FROM staged WHERE {isFaulty} ORDER BY file, row LIMIT 1)");
        if (fault.Count > 0)
        {
            throw new InvalidDataException(
                $"{options.Files[int.Parse(fault[0], CultureInfo.InvariantCulture)]}, data row {fault[1]}: {what}: expected {expected}, got '{fault[2]}'. {cure}");
        }
    }

    private string? Scalar(string sql) => Texts(sql).FirstOrDefault();

    private List<string> Texts(string sql)
    {
        List<string> texts = [];
        using var result = connection.Stream($"SELECT COLUMNS(*)::VARCHAR FROM ({sql})");
        while (result.Next())
        {
            for (var row = 0; row < result.Rows; row++)
            {
                if (result.Text(0, row) is { } text)
                {
                    texts.Add(text);
                }
            }
        }

        return texts;
    }
}
