using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Data.Archives.Import;

/// <summary>How a user's own observations are to be read.</summary>
public sealed record ImportOptions
{
    /// <summary>The unit of values that have none.</summary>
    internal const string NoUnit = "1";

    /// <summary>
    /// The files: Parquet or NetCDF, as their first bytes tell, or CSV with a header line, plain or in gzip; pipes of CSV; folders with such files.
    /// All have the same columns; one may stand in a folder's name, as in <c>site=3/part-0.parquet</c>.
    /// </summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The model's time step dt, in <see cref="TimeUnit"/>.</summary>
    public required double StepLength { get; init; }

    /// <summary>
    /// The column of times: numbers in <see cref="TimeUnit"/>, dates and times in ISO 8601 (UTC where no offset is given) or as one integer
    /// (20200131), or durations in ISO 8601. The first time says of which kind all are.
    /// </summary>
    public string TimeColumn { get; init; } = "time";

    /// <summary>
    /// The column of sites: integers from 0 (7.0 is 7), or names. Integers with leading zeros, or as large for their number as those of stations, are names.
    /// </summary>
    public string SiteColumn { get; init; } = "site";

    /// <summary>The column of values.</summary>
    public string ValueColumn { get; init; } = "value";

    /// <summary>
    /// Columns with the values of one site each, instead of <see cref="SiteColumn"/> and <see cref="ValueColumn"/>; their names become those of the
    /// sites, and those of the state's entries lie at these.
    /// </summary>
    public IReadOnlyList<string>? SiteColumns { get; init; }

    /// <summary>
    /// The variables of NetCDF files, where there are several, those of groups by their path, instead of <see cref="ValueColumn"/>; their places become sites
    /// called like entries of a state, as in <c>prey</c> and <c>x[3]</c>.
    /// </summary>
    public IReadOnlyList<string>? Variables { get; init; }

    /// <summary>
    /// The column of positions along the last axis of a grid, as of longitudes, instead of <see cref="SiteColumn"/>: each position in the files becomes a
    /// site of an <see cref="Interpolation"/>. <see cref="SiteColumns"/> are then called like fields of the state.
    /// </summary>
    public string? XColumn { get; init; }

    /// <summary>The column of positions along the axis before, as of latitudes; none on rings and lines.</summary>
    public string? YColumn { get; init; }

    /// <summary>The field that is observed at positions; the state's only one by default.</summary>
    public string? Field { get; init; }

    /// <summary>The coordinate x of the grid's first site, and of its last, or where the axis is periodic of the first again, as in 0 and 360; places among the
    /// sites by default. See <see cref="PlacedOptions.XRange"/>.</summary>
    public IReadOnlyList<double>? XRange { get; init; }

    /// <summary>The coordinate y of the grid's first row and of its last, or where the axis is periodic of the first again; may fall, as in 90 and
    /// -90.</summary>
    public IReadOnlyList<double>? YRange { get; init; }

    /// <summary>The column of the errors' standard deviations.</summary>
    public string? SigmaColumn { get; init; }

    /// <summary>The column of trajectories: integers from 0, or names, which are numbered in the order in which they first stand in the files; the first row
    /// says which. All rows belong to trajectory 0 when there is none.</summary>
    public string? TrajectoryColumn { get; init; }

    /// <summary>
    /// The delimiter of CSV files, one character or <c>tab</c>; by default the one of comma, semicolon, tabulator and bar with which
    /// the header has the columns.
    /// </summary>
    public string? Delimiter { get; init; }

    /// <summary>The decimal sign in CSV files: a point, or a comma.</summary>
    public char Decimal { get; init; } = '.';

    /// <summary>The encoding of CSV files, as in latin1, windows-1252 or utf-16; UTF-8 by default. A mark at a file's start goes before it.</summary>
    public string? Encoding { get; init; }

    /// <summary>The time that is step 0: a number, or a date and time. 0 by default, or the first date and time in the files.</summary>
    public string? TimeOrigin { get; init; }

    /// <summary>The unit of time; s, min, h or d where times are dates.</summary>
    public string TimeUnit { get; init; } = "1";

    /// <summary>The length of one time unit in seconds, where times are dates and the unit is another than s, min, h or d.</summary>
    public double? SecondsPerTimeUnit { get; init; }

    /// <summary>The unit of the values; by default the one that NetCDF files say, or none. Values are not converted.</summary>
    public string? ValueUnit { get; init; }

    /// <summary>
    /// The names of the sites in the order of their index; by default integers are taken as they are and names are sorted. Sites that are called like
    /// entries of the state (<see cref="StateLayout.EntryName"/>) lie at these, in their order, whatever the order here.
    /// </summary>
    public IReadOnlyList<string>? SiteNames { get; init; }

    /// <summary>The number of sites; by default the layout's, the number of names, or the largest site plus 1.</summary>
    public int? SiteCount { get; init; }

    /// <summary>The layout of the state; by default a ring of one entry per site.</summary>
    public StateLayout? Layout { get; init; }

    /// <summary>The entry of the state that each site observes, where the layout is larger than the number of sites.</summary>
    public IReadOnlyList<int>? Locations { get; init; }

    /// <summary>The system that was observed, where it is known.</summary>
    public Component? System { get; init; }

    /// <summary>A file of series, CSV or Parquet, that become the archive's forcing: <see cref="TimeColumn"/>, where the series differ from trajectory to
    /// trajectory <see cref="TrajectoryColumn"/>, and a column for each series of <see cref="System"/> (of one with several values <c>name[0]</c>,
    /// <c>name[1]</c> and so on); without a system that has forcing, all columns.</summary>
    public string? Forcing { get; init; }

    /// <summary>Takes rows of <see cref="Forcing"/> at any times, and what lies between them linearly; else there must be one at every step.</summary>
    public bool InterpolatesForcing { get; init; }

    /// <summary>How the errors meet the values, which are on their scale (<see cref="ErrorScale"/>), as greater than 0 where errors are multiplicative;
    /// standard deviations are on it, too.</summary>
    public ErrorModel Errors { get; init; }

    /// <summary>The standard deviation of the errors, where one number serves.</summary>
    public double? Sigma { get; init; }

    /// <summary>Errors and units of single fields of the layout, by the field's symbol, where <see cref="Sigma"/>, <see cref="Errors"/> and
    /// <see cref="ValueUnit"/> do not hold for all.</summary>
    public SortedDictionary<string, ObservedField>? Fields { get; init; }

    /// <summary>Takes times to the nearest step even where they are further off than 1 % of a step; a time halfway goes to the later one.</summary>
    public bool Snap { get; init; }

    /// <summary>Values that stand for none, as text; numbers are compared as numbers, in single precision. An empty cell is the empty text.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [""];

    /// <summary>Takes a large record in which less than one entry in a million is observed, which is else taken for a time or a site out of place.</summary>
    public bool Sparse { get; init; }

    /// <summary>The values that can be; another is an error, or left out with <see cref="Reject"/>.</summary>
    public ValueRange? ValidRange { get; init; }

    /// <summary>
    /// Leaves out values outside <see cref="ValidRange"/> or, where none is given, further than <see cref="ImportedValues.Limit"/> robust
    /// deviations from the median; and observations at positions that are not on the grid.
    /// </summary>
    public bool Reject { get; init; }

    /// <summary>Where to say that values may not be what they seem.</summary>
    public ResultWarnings? Warnings { get; init; }

    /// <summary>What to do with several values for one site at one step.</summary>
    public DuplicateRule Duplicates { get; init; } = DuplicateRule.Error;

    /// <summary>The share of the observations that is kept from every input and used for scoring.</summary>
    public Withholding Withheld { get; init; } = new(0.05, 0);

    /// <summary>Where the data come from, in words; the files' names by default.</summary>
    public string? Provenance { get; init; }

    /// <summary>The memory that sorting may take before it spills to disk beside the archive, as in <c>2GB</c>.</summary>
    public string MemoryLimit { get; init; } = "2GB";

    /// <summary>Checks what can be checked without the files.</summary>
    /// <exception cref="ArgumentException">One line for every fault.</exception>
    internal void Check() => CheckPositions(new Faults("Import options"))
        .Require(Files.Count > 0, "files", "at least one", Files.Count)
        .Require(double.IsFinite(StepLength) && StepLength > 0, "stepLength", "a finite number greater than 0", StepLength)
        .Require(
            Delimiter is null || CsvDialect.Parse(Delimiter) is not null, "delimiter",
            "one character that is no letter, digit, quote or part of a number, or tab", Delimiter)
        .Require(Decimal is '.' or ',', "decimal", "a point or a comma", Decimal)
        .Require(Delimiter != Decimal.ToString(), "decimal", "another sign than the delimiter", Decimal)
        .Require(
            Encoding is null || TextEncodings.Find(Encoding) is not null, "encoding",
            "a name such as utf-8, latin1, windows-1252, utf-16 or shift_jis", Encoding)
        .Require(ValidRange is null || ValidRange.Low <= ValidRange.High, "validRange", "LOW..HIGH with LOW not above HIGH", ValidRange)
        .Require(SecondsPerTimeUnit is null or (> 0 and < double.PositiveInfinity), "secondsPerTimeUnit", "a finite number greater than 0", SecondsPerTimeUnit)
        .Require(Variables is null or { Count: > 0 }, "variables", "at least one, or none at all", Variables?.Count)
        .Require(Variables is null || Variables.Distinct().Count() == Variables.Count, "variables", "distinct ones", string.Join(", ", Variables ?? []))
        .Require(SiteColumns is null or { Count: > 0 }, "siteColumns", "at least one, or none at all", SiteColumns?.Count)
        .Require(SiteColumns is null || SigmaColumn is null, "sigmaColumn", "none, or one number, with one column per site", SigmaColumn)
        .Require(
            SiteColumns is null || SiteColumns.Distinct().Count() == SiteColumns.Count, "siteColumns", "distinct columns",
            string.Join(", ", SiteColumns ?? []))
        .Require(
            SiteColumns is null || SiteNames is null || SiteColumns.All(SiteNames.Contains), "siteColumns", "columns called like the sites",
            $"'{SiteColumns?.FirstOrDefault(c => SiteNames?.Contains(c) == false)}', which is none of them")
        .Require(Sigma is null || SigmaColumn is null, "sigma", "one number or a column, not both", Sigma)
        .Require(
            Fields is null || Layout is not null, "fields", "a layout that has them, or none", string.Join(", ", Fields?.Keys ?? Enumerable.Empty<string>()))
        .Require(
            Layout is null || Fields?.Keys.All(name => Layout.Fields.Any(f => f.Name == name)) != false, "fields", $"fields of the state ({Layout})",
            string.Join(", ", Fields?.Keys.Where(name => Layout?.Fields.Any(f => f.Name == name) != true) ?? []))
        .Require(SigmaColumn is null || Fields?.Values.All(f => f.Sigma is null) != false, "sigma", "one for each field or a column, not both", "both")
        .Require(Sigma is null or (> 0 and < double.PositiveInfinity), "sigma", "a finite number greater than 0", Sigma)
        .Require(Forcing is not null || !InterpolatesForcing, "interpolatesForcing", "none without forcing", InterpolatesForcing)
        .Require(SiteCount is null or > 0, "siteCount", "at least 1", SiteCount)
        .Require(SiteNames is null || SiteNames.Distinct().Count() == SiteNames.Count, "siteNames", "distinct names", SiteNames?.Count)
        .Require(Locations is null || Layout is not null, "locations", "none without a layout", Locations?.Count)
        .Require(Withheld.Fraction is >= 0 and < 1, "withheld.fraction", "a share in [0, 1)", Withheld.Fraction)
        .ThrowIfAny();

    private Faults CheckPositions(Faults faults)
    {
        if (XColumn is null)
        {
            return faults.Require(this is { YColumn: null, Field: null, XRange: null, YRange: null }, "xColumn", "a column of positions beside yColumn, field, "
                + "xRange and yRange", "none");
        }

        var names = PositionSites.FieldsOf(this);
        var fields = Layout?.Fields.Where(f => names.Contains(f.Name)).ToList() ?? [];
        return faults
            .Require(Layout is not null, "xColumn", "a system, on whose grid the positions lie", "none")
            .Require(Layout is null || (names.Count > 0 && fields.Count == names.Count), Field is null && SiteColumns is not null ? "siteColumns" : "field",
                $"fields of the state ({Layout}), which observations at positions are of", names.Count == 0 ? "none" : string.Join(", ", names))
            .Require(Field is null || SiteColumns is null, "field", "none beside columns that are called like fields", Field)
            .Require(fields.All(f => f.Grid is Geometry.RegularGrid { Shape.Count: <= 2 }), "xColumn", "fields on a ring, line, torus or plane",
                string.Join(", ", fields.Select(f => f.Grid)))
            .Require(fields.All(f => f.Grid.Shape.Count != 2 || YColumn is not null), "yColumn", "a column of the positions along the rows' axis", YColumn)
            .Require(fields.All(f => f.Grid.Shape.Count == 2 || this is { YColumn: null, YRange: null }), "yColumn", "none, for the grid has one axis",
                YColumn ?? "yRange")
            .Require(PositionAxis.FaultOf(XRange) is null, "xRange", "two different numbers", PositionAxis.FaultOf(XRange))
            .Require(PositionAxis.FaultOf(YRange) is null, "yRange", "two different numbers", PositionAxis.FaultOf(YRange))
            .Require(this is { SiteNames: null, SiteCount: null, Locations: null, Variables: null }, "xColumn",
                "no names, number, locations or variables of sites beside positions", "some");
    }
}
