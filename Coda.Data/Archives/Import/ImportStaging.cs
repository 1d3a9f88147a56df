using System.Globalization;
using Coda.Data.Archives.DuckDb;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Data.Archives.Import;

/// <summary>
/// The table <c>staged</c> of a database of its own, with one row for each value that is not missing: file, row, trajectory, time, site, value, sigma.
/// Text has become numbers on the way in, so that nothing here depends on how a database reads text.
/// </summary>
/// <param name="connection">A connection to the database.</param>
/// <param name="options">What to read, and how.</param>
internal sealed class ImportStaging(DuckDbConnection connection, ImportOptions options)
{
    private const int LeastForOutliers = 20;

    // Halves go to the later step, also where rounding has left a little less.
    private const string Half = "0.500001";

    private readonly TimeReading _times = new(options);
    private readonly SiteTexts _sites = new(options);
    private readonly PositionSites _positions = new(options);
    private readonly TrajectoryTexts _trajectories = new();
    private string _ratio = "";
    private long _rejected;

    /// <summary>The lines of the files that were skipped as comments.</summary>
    public long Comments { get; private set; }

    /// <summary>The units that the files say their values have, once they are read.</summary>
    public FileUnits Units { get; private set; } = new(options);

    /// <summary>The names of the trajectories in the order of their number, once the files are read; <see langword="null"/> where they are numbers.</summary>
    public IReadOnlyList<string>? TrajectoryNames => _trajectories.Names;

    /// <summary>The values outside the valid range, which were left out.</summary>
    public long Rejected => _rejected;

    /// <summary>The values at positions that are not on the grid, which were left out.</summary>
    public long Outside { get; private set; }

    /// <summary>The observation operator whose sites are the positions, once they are numbered; <see langword="null"/> where sites are given as such.</summary>
    public Component? Operator { get; private set; }

    /// <summary>Reads all files into the table.</summary>
    /// <param name="progress">Told which file is read.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The number of rows (of cells, with one column per site), missing ones included.</returns>
    public long ReadFiles(IProgress<string>? progress, CancellationToken cancellation)
    {
        using var rows = new ImportRows(options, _times, _sites, _positions, _trajectories, progress, cancellation);
        if (rows.Start())
        {
            connection.Execute(
                $"CREATE TABLE staged (file INTEGER, row BIGINT, trajectory INTEGER, time {(_times.IsDate ? "BIGINT" : "DOUBLE")}, "
                + "site INTEGER, value FLOAT, sigma FLOAT)");
            RowSourceFunction.Execute(connection, rows, source => $"INSERT INTO staged SELECT * FROM {source}");
            (_rejected, Outside, Comments, Units) = (rows.Rejected, rows.Outside, rows.Comments, rows.Units);
            return rows.RowsRead;
        }

        var within = (rows.Rejected > 0 ? $" within {options.ValidRange}" : "") + (rows.Outside > 0 ? " at a position on the grid" : "");
        throw new InvalidDataException(
            $"{string.Join(", ", options.Files)}: expected at least one observation, got {rows.RowsRead} rows without a value{within}.");
    }

    /// <summary>How the values lie; leaves the outliers out where that was asked for, and warns of them where it was not.</summary>
    /// <param name="indices">Only those at these sites, once they are numbered; at least one. All by default.</param>
    /// <returns>The values, <see cref="ImportedValues.Fullness"/> apart.</returns>
    public ImportedValues Measure(IReadOnlyCollection<int>? indices = null)
    {
        var among = Among(indices);
        var spread = new ValueSpread(() => Values(among));
        var (smallest, largest, count) = spread.Range();
        var (median, deviation) = spread.Middle(count);
        var values = new ImportedValues(smallest, largest, median, deviation, 0, _rejected, 0);
        var plausible = values.Plausible;
        if (count < LeastForOutliers || (plausible.Contains(smallest) && plausible.Contains(largest)))
        {
            return values;
        }

        var outside = $"{among} AND " + FormattableString.Invariant($"NOT (value::DOUBLE BETWEEN {plausible.Low:R}::DOUBLE AND {plausible.High:R}::DOUBLE)");
        values = values with { Outliers = long.Parse(Texts($"SELECT count(*)::VARCHAR FROM staged WHERE {outside}")[0], CultureInfo.InvariantCulture) };
        if (!options.Reject || options.ValidRange is not null)
        {
            Warn(values, count, among);
            return values;
        }

        connection.Execute(indices is null
            ? $"DELETE FROM staged WHERE {outside}" : $"DELETE FROM read WHERE (file, row, site) IN (SELECT (file, row, site) FROM staged WHERE {outside})");
        (smallest, largest, _) = spread.Range();
        return values with { Smallest = smallest, Largest = largest, Rejected = _rejected + values.Outliers };
    }

    /// <summary>The sites that were observed, once they are numbered.</summary>
    public IReadOnlyCollection<int> Observed() =>
        [.. Texts("SELECT DISTINCT index::VARCHAR FROM staged").Select(text => int.Parse(text, CultureInfo.InvariantCulture)).Order()];

    /// <summary>Gives every site its index.</summary>
    /// <returns>The names in the order of their index, where sites have names.</returns>
    public IReadOnlyList<string>? NumberSites()
    {
        (IReadOnlyList<string>? Names, int[] Indices) numbered;
        if (options.XColumn is null)
        {
            numbered = _sites.Number();
        }
        else
        {
            (numbered.Names, (numbered.Indices, Operator)) = (null, _positions.Number());
        }

        connection.Execute("CREATE TABLE sites (site INTEGER, index INTEGER)");
        RowSourceFunction.Execute(connection, new SiteNumbers(numbered.Indices), source => $"INSERT INTO sites SELECT * FROM {source}");
        connection.Execute("ALTER TABLE staged RENAME TO read");
        connection.Execute("CREATE VIEW staged AS SELECT read.*, sites.index FROM read JOIN sites USING (site)");
        return numbered.Names;
    }

    /// <summary>Gives every row its step.</summary>
    public ImportedTime FindSteps()
    {
        var (origin, originText) = Origin();
        var dt = _times.IsDate ? options.StepLength * _times.MicrosecondsPerUnit : options.StepLength;
        _ratio = string.Create(CultureInfo.InvariantCulture, $"((time - {origin})::DOUBLE / {dt:R}::DOUBLE)");
        CheckRows(
            "time", "a time within 9e15 steps of the origin", $"NOT abs({_ratio}) < 9e15", "time::VARCHAR", "Correct the row, the step length or the origin.");
        var isOff = string.Create(CultureInfo.InvariantCulture, $"abs({_ratio} - {Step}) > {TimeAxis.Tolerance}");
        if (!options.Snap)
        {
            var shown = _times.IsDate ? "make_timestamp(time)::VARCHAR" : "time::VARCHAR";
            CheckRows(
                "time",
                FormattableString.Invariant($"a multiple of the step length {options.StepLength} after {originText}, within {TimeAxis.Tolerance:P0} of a step"),
                isOff, $"{shown} || ' (step ' || round({_ratio}, 3)::VARCHAR || ')'",
                "Correct the step length or the origin, or take such times to the nearest step with --snap.");
        }

        var counts = Texts(
            $"SELECT unnest([count(*), count(*) FILTER ({isOff}), min({Step}), max({Step}), "
            + "max(trajectory), max(index), count(DISTINCT index)]::BIGINT[])::VARCHAR FROM staged")
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToList();
        return new ImportedTime(counts[0], counts[1], new StepRange(counts[2], counts[3] + 1), (int)counts[4] + 1, (int)counts[5], (int)counts[6], originText);
    }

    /// <summary>Checks that every index is below the number of sites.</summary>
    /// <param name="siteCount">The number of sites.</param>
    public void CheckSites(int siteCount) => CheckRows(
        "site", $"a site in [0, {siteCount})", $"index >= {siteCount}", "index::VARCHAR", "Correct the row, the layout or the number of sites.");

    /// <summary>Checks that the values are on the scale of their errors (<see cref="ErrorScale"/>).</summary>
    /// <param name="errors">How errors meet the values.</param>
    /// <param name="indices">Only those at these sites. All by default.</param>
    public void CheckScale(ErrorModel errors, IReadOnlyCollection<int>? indices = null)
    {
        if (errors != ErrorModel.Additive && indices is null or { Count: > 0 })
        {
            CheckRows(
                "value", $"a number {errors.Expected()}, as errors are {errors.Word()}",
                $"{Among(indices)} AND {(errors == ErrorModel.Multiplicative ? "NOT value > 0" : "NOT value >= 0")}", "value::VARCHAR",
                "Name the value with --missing where it stands for none, leave such values out with --valid-range and --reject, or import with additive "
                    + "errors.");
        }
    }

    /// <summary>The root mean square of the errors' standard deviations at each site that was observed.</summary>
    public IReadOnlyDictionary<int, double> Deviations() => Texts(
        "SELECT index::VARCHAR || ' ' || sqrt(avg(sigma::DOUBLE * sigma))::VARCHAR FROM staged GROUP BY index")
        .Select(text => text.Split(' '))
        .ToDictionary(p => int.Parse(p[0], CultureInfo.InvariantCulture), p => double.Parse(p[1], CultureInfo.InvariantCulture));

    /// <summary>The rows sorted by (trajectory, step, site): trajectory, step, site, value, sigma, file, row.</summary>
    public DuckDbResult Sorted() => connection.Stream(
        $"SELECT trajectory, {Step} AS step, index, value, sigma, file, row FROM staged ORDER BY 1, 2, 3, 6, 7");

    private static string Among(IReadOnlyCollection<int>? indices) => indices is null ? "TRUE" : $"index IN ({string.Join(", ", indices)})";

    private string Step => $"floor({_ratio} + {Half})::BIGINT";

    private (string Sql, string Text) Origin()
    {
        if (!_times.IsDate)
        {
            var text = _times.NumberOrigin().ToString("R", CultureInfo.InvariantCulture);
            return ($"{text}::DOUBLE", text);
        }

        var micros = _times.DateOrigin() ?? long.Parse(Texts("SELECT min(time)::VARCHAR FROM staged")[0], CultureInfo.InvariantCulture);
        var date = DateTime.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
        return (micros.ToString(CultureInfo.InvariantCulture), date.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
    }

    private void Warn(ImportedValues values, long count, string among)
    {
        var first = FormattableString.Invariant($"FROM staged WHERE {among} ORDER BY abs(value::DOUBLE - {values.Median:R}::DOUBLE) DESC, file, row LIMIT 1");
        var furthest = Texts($"SELECT unnest([file::VARCHAR, row::VARCHAR, value::VARCHAR]) FROM ({first})");
        options.Warnings?.Add("outlying-values", string.Create(CultureInfo.InvariantCulture, $"{Place(furthest)}: value: ")
            + string.Create(CultureInfo.InvariantCulture, $"expected values between {values.Plausible.Low:G4} and {values.Plausible.High:G4} ")
            + string.Create(CultureInfo.InvariantCulture, $"({ImportedValues.Limit} robust deviations of {values.Deviation:G4} around the median ")
            + string.Create(CultureInfo.InvariantCulture, $"{values.Median:G4}), ")
            + $"got {furthest[2]}, the furthest of {values.Outliers} outside, of {count}. "
            + $"Where such values stand for none, name them with --missing; say what can be with --valid-range; leave the rest out with --reject.");
    }

    private string Place(List<string> row) => $"{options.Files[int.Parse(row[0], CultureInfo.InvariantCulture)]}, data row {row[1]}";

    private void CheckRows(string what, string expected, string isFaulty, string shown, string cure)
    {
        var first = $"FROM staged WHERE {isFaulty} ORDER BY file, row LIMIT 1";
        var fault = Texts($"SELECT unnest([file::VARCHAR, row::VARCHAR, coalesce({shown}, '')]) FROM ({first})");
        if (fault.Count > 0)
        {
            throw new InvalidDataException($"{Place(fault)}: {what}: expected {expected}, got '{fault[2]}'. {cure}");
        }
    }

    // Copies, since an iterator cannot lend what lies in a chunk.
    private IEnumerable<ReadOnlyMemory<float>> Values(string among)
    {
        using var result = connection.Stream($"SELECT value FROM staged WHERE {among}");
        var copy = Array.Empty<float>();
        while (result.Next())
        {
            copy = copy.Length >= result.Rows ? copy : new float[result.Rows];
            result.Column<float>(0).CopyTo(copy);
            yield return copy.AsMemory(0, result.Rows);
        }
    }

    private List<string> Texts(string sql)
    {
        List<string> texts = [];
        using var result = connection.Stream(sql);
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
