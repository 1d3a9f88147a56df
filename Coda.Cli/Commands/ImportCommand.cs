using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Workflows.Importing;
using Coda.Workflows.Inspecting;
using Spectre.Console;

namespace Coda.Cli.Commands;

/// <summary><c>coda import</c>: a user's own observations into an archive.</summary>
public sealed class ImportCommand : CodaCommand
{
    private readonly Argument<string[]> _files =
        new("files") { Description = "CSV files with a header line, or Parquet or NetCDF files, or folders of them; all with the same columns.",
            Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _output =
        new("--output", "-o") { Description = "The archive's directory; the archive appears in it when it is whole.", HelpName = "DIR", Required = true };
    private readonly Option<double> _stepLength = new("--step-length") { Description = "The model's time step dt, in the time unit.", Required = true };
    private readonly Option<string> _time =
        new("--time") { Description = "The column of times: numbers in the time unit, ISO 8601 dates or durations, or 20200131.", HelpName = "COLUMN",
            DefaultValueFactory = _ => "time" };
    private readonly Option<string> _site =
        new("--site") { Description = "The column of sites: integers from 0, or names.", HelpName = "COLUMN", DefaultValueFactory = _ => "site" };
    private readonly Option<string> _value = new("--value")
    {
        Description = "The column of values; in NetCDF files a variable, of groups by its path, as in station/height.", HelpName = "COLUMN",
        DefaultValueFactory = _ => "value",
    };

    private readonly Option<string[]> _siteColumns = List("--site-columns", "Columns with one site's values each, instead of --site and --value.", "COLUMN");
    private readonly Option<string?> _x = new("--x")
    {
        Description = "The column of positions along the last axis of the system's grid, as longitudes, instead of --site; each becomes a site.",
        HelpName = "COLUMN",
    };

    private readonly Option<string?> _y =
        new("--y") { Description = "The column of positions along the axis before, as latitudes; none on rings and lines.", HelpName = "COLUMN" };
    private readonly Option<string?> _field = new("--field") { Description = "The field that is observed at positions; by default the system's only one." };
    private readonly Option<string?> _xRange = new("--x-range")
    {
        Description = "The coordinate x of the grid's first site, and of its last, or on a periodic axis of the first again, as in 0,360; by default places "
            + "among the sites.",
        HelpName = "FROM,TO",
    };

    private readonly Option<string?> _yRange =
        new("--y-range") { Description = "The same of y; may fall, as in 90,-90.", HelpName = "FROM,TO" };
    private readonly Option<string[]> _variables =
        List("--variables", "Several variables of NetCDF files, instead of --value; their places are called like entries of a state, as in x[3].", "NAME");
    private readonly Option<string?> _sigmaColumn =
        new("--sigma-column") { Description = "The column of the errors' standard deviations.", HelpName = "COLUMN" };
    private readonly Option<string?> _trajectory =
        new("--trajectory")
        {
            Description = "The column of trajectories: integers from 0, or names; without it all rows belong to trajectory 0.", HelpName = "COLUMN",
        };

    private readonly Option<string?> _delimiter =
        new("--delimiter") { Description = "The delimiter of CSV files, or tab; by default the one that gives the header its columns." };
    private readonly Option<string?> _decimal = new("--decimal") { Description = "The decimal sign of CSV files: a point, or a comma." };
    private readonly Option<string?> _encoding = new("--encoding") { Description = "The encoding of CSV files, as in latin1; UTF-8 by default." };
    private readonly Option<string?> _origin = new("--time-origin") { Description = "The time that is step 0; by default 0, or the first date." };
    private readonly Option<string> _timeUnit =
        new("--time-unit") { Description = "The unit of time; s, min, h or d where times are dates.", DefaultValueFactory = _ => "1" };
    private readonly Option<double?> _seconds =
        new("--seconds-per-time-unit") { Description = "The length of a time unit, where times are dates and the unit is another." };
    private readonly Option<string?> _valueUnit = new("--value-unit")
    {
        Description = "The unit of the values, or that of each field of the state, as in u=m/s,v=K; by default what NetCDF files say, or 1.",
        HelpName = "UNIT|FIELD=UNIT,...",
    };

    private readonly Option<string[]> _siteNames = List(
        "--site-names", "The names of the sites in the order of their index; those called like entries of the state lie at these.", "NAME");
    private readonly Option<string?> _sitesOf = new("--sites-of")
    {
        Description = "Take names, order and state entries of the sites from a trained model or another archive, so that the one can read what the other can.",
        HelpName = "MODEL|DIR",
    };

    private readonly Option<int?> _siteCount = new("--site-count") { Description = "The number of sites, where it is more than the files show." };
    private readonly Option<string?> _system =
        new("--system") { Description = "The system that was observed, which gives the state's layout. A name, or JSON with name and options.",
            HelpName = "NAME" };
    private readonly Option<int[]> _locations = new("--locations")
    {
        Description = "The entry of the state that each site observes.", HelpName = "INDEX", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _forcing = new("--forcing")
    {
        Description = "A file of series that drive the system: the columns of --time and, where series differ between them, of --trajectory, and one for each "
            + "series.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _interpolateForcing =
        new("--interpolate-forcing") { Description = "Take series at any times, linear in between; else there must be a row at every step." };

    private readonly Option<string?> _sigma = new("--sigma")
    {
        Description = "The standard deviation of the observation error: one number, or one for each field of the state, as in u=0.1,v=0.5.",
        HelpName = "VALUE|FIELD=VALUE,...",
    };

    private readonly Option<string?> _errors = CommonOptions.Errors();
    private readonly Option<bool> _snap = new("--snap") { Description = "Take times to the nearest step even where they are off by more than 1 % of a step." };
    private readonly Option<bool> _sparse = new("--sparse")
    {
        Description = "Take a large record in which less than one entry in a million is observed; else it is taken for a time or a site out of place.",
    };

    private readonly Option<string?> _validRange =
        new("--valid-range") { Description = "The values that can be; another is an error.", HelpName = "LOW..HIGH" };
    private readonly Option<bool> _reject = new("--reject") { Description = "Leave out values outside --valid-range or, without one, far from all others." };
    private readonly Option<string[]> _missing = List("--missing", "Values that stand for none, as in -999 or NA; an empty cell always does.", "VALUE");
    private readonly Option<string> _combine = CommonOptions.Combine();
    private readonly Option<double> _withhold =
        new("--withhold") { Description = "The share of the observations kept from every input, for scoring.", DefaultValueFactory = _ => 0.05 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "The seed that names the withheld observations.", DefaultValueFactory = _ => 0UL };
    private readonly Option<bool> _overwrite = CommonOptions.Overwrite();

    /// <summary>Declares the command.</summary>
    public ImportCommand()
        : base(
            CommandGroup.Records,
            "import",
            "Brings your own observations into an archive. "
                + "Sorts what it reads; a time off the steps, a duplicate or a value that is no number is an error that names file and row.",
            "coda import buoys.csv --step-length 0.5 --time-unit h --time when --site buoy --value height --sigma 0.1 --output out/buoys",
            "coda import tracks.csv --system quasi-geostrophic --x east --y north --x-range 0,1 --y-range 0,1 --step-length 1.25 --sigma 2 --output out/tracks",
            "coda import a.parquet b.parquet --step-length 0.01 --snap --missing -999 NA --combine mean --output out/mine")
    {
        Add(_files);
        foreach (Option option in new Option[]
        {
            _output, _stepLength, _time, _site, _x, _y, _field, _xRange, _yRange, _value,
            _siteColumns, _variables, _sigmaColumn, _trajectory, _delimiter, _decimal, _encoding,
            _origin, _timeUnit, _seconds, _valueUnit,
            _siteNames, _sitesOf, _siteCount, _system, _locations, _forcing, _interpolateForcing, _sigma, _errors, _snap, _sparse, _missing, _validRange,
            _reject, _combine, _withhold, _seed, _overwrite,
        })
        {
            Add(option);
        }

        Rules =
        [
            OptionRule.Excludes(_site, _siteColumns, "for every column is a site"),
            OptionRule.Excludes(_value, _siteColumns, "which hold the values"),
            OptionRule.Excludes(_value, _variables),
            OptionRule.Excludes(_siteColumns, _variables),
            OptionRule.Excludes(_sigmaColumn, _variables, "for one variable cannot hold the errors of several"),
            OptionRule.Excludes(_sigmaColumn, _siteColumns, "for one column cannot hold the errors of several"),
            OptionRule.Excludes(_siteNames, _siteColumns, "whose names are those of the sites"),
            OptionRule.Excludes(_sigma, _sigmaColumn),
            OptionRule.Excludes(_siteNames, _sitesOf),
            OptionRule.Excludes(_siteCount, _sitesOf),
            OptionRule.Excludes(_locations, _sitesOf),
            OptionRule.Excludes(_system, _sitesOf),
            OptionRule.Excludes(_site, _x, "for positions are the sites"),
            OptionRule.Excludes(_siteNames, _x, "for positions have no names"),
            OptionRule.Excludes(_siteCount, _x, "for each position is a site"),
            OptionRule.Excludes(_sitesOf, _x, "for positions are sites of their own"),
            OptionRule.Excludes(_locations, _x, "for positions say where sites lie"),
            OptionRule.Excludes(_variables, _x),
            OptionRule.Excludes(_field, _siteColumns, "which are called like the fields"),
            OptionRule.Needs(_x, _system, "on whose grid positions lie"),
            OptionRule.Needs(_y, _x, "the other coordinate"),
            OptionRule.Needs(_field, _x, "which is observed at positions"),
            OptionRule.Needs(_xRange, _x, "whose coordinates it is of"),
            OptionRule.Needs(_yRange, _y, "whose coordinates it is of"),
            OptionRule.Needs(_interpolateForcing, _forcing, "whose rows it is about"),
            NamesFields(_sigma),
            NamesFields(_valueUnit),
            NamesFields(_errors),
            OptionRule.Needs(_locations, _system, "which says what entries there are"),
            OptionRule.Ignored(_delimiter, "with Parquet files", "a.parquet", parsed => parsed.GetValue(_files)!.All(IsParquet)),
            OptionRule.Ignored(_decimal, "with Parquet files", "a.parquet", parsed => parsed.GetValue(_files)!.All(IsParquet)),
            OptionRule.Ignored(_encoding, "with Parquet files", "a.parquet", parsed => parsed.GetValue(_files)!.All(IsParquet)),
            OptionRule.Ignored(_seed, "with --withhold 0", "--withhold 0", parsed => parsed.GetValue(_withhold) == 0),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        // An option that there is not would be a file, of which there may be many.
        if (arguments.GetRequiredValue(_files).FirstOrDefault(file => file.StartsWith("--", StringComparison.Ordinal) && !File.Exists(file)) is { } unknown)
        {
            throw new ArgumentException($"Unknown option '{unknown}'. See 'coda import --help'.");
        }

        var job = new ImportJob(
            Read(arguments), arguments.GetRequiredValue(_output)) { SitesOf = arguments.GetValue(_sitesOf), Overwrite = arguments.GetValue(_overwrite) };
        var result = ImportWorkflow.Run(job, terminal, cancellation);
        terminal.Result(new { archive = result.Archive, report = result.Report, sites = SiteTable.Rows(result.Sites) }, console =>
        {
            Show(console, result.Archive, result.Report);
            console.Sites(result.Sites);
        });
    }

    private static void Show(IAnsiConsole console, string path, ImportReport report) => console.Facts(
        $"Archive {path}",
        [
            ("rows read", Tables.Count(report.RowsRead)),
            ("comment lines", report.Comments > 0 ? Tables.Count(report.Comments) : null),
            ("missing", report.Missing > 0 ? Tables.Count(report.Missing) : null),
            ("snapped", report.Snapped > 0 ? Tables.Count(report.Snapped) : null),
            ("combined", report.Combined > 0 ? Tables.Count(report.Combined) : null),
            ("outside the grid", report.Outside > 0 ? Tables.Count(report.Outside) : null),
            ("observations", Tables.Count(report.Observations)),
            ("sites", $"{report.SiteCount}, {report.SitesObserved} of them observed"),
            ("record", $"{report.TrajectoryCount} trajectories, steps {report.Steps}"),
            ("step 0", report.TimeOrigin),
            ("forcing", ForcingWords.Of(report.Forcing)),
            .. ImportedValuesTable.Facts(report.Values),
        ]);

    private ImportOptions Read(ParseResult arguments) =>
        Read(arguments, ImportSpelling.Errors(arguments.GetValue(_sigma), arguments.GetValue(_valueUnit), arguments.GetValue(_errors)));

    private ImportOptions Read(
        ParseResult arguments, (double? Sigma, string? Unit, ErrorModel? Errors, SortedDictionary<string, ObservedField>? Fields) errors) => new()
    {
        Files = arguments.GetRequiredValue(_files),
        StepLength = arguments.GetValue(_stepLength),
        TimeColumn = arguments.GetRequiredValue(_time),
        SiteColumn = arguments.GetRequiredValue(_site),
        ValueColumn = arguments.GetRequiredValue(_value),
        XColumn = arguments.GetValue(_x),
        YColumn = arguments.GetValue(_y),
        Field = arguments.GetValue(_field),
        XRange = arguments.GetValue(_xRange) is { } xRange ? ImportSpelling.Ends("--x-range", xRange) : null,
        YRange = arguments.GetValue(_yRange) is { } yRange ? ImportSpelling.Ends("--y-range", yRange) : null,
        SiteColumns = NullIfEmpty(arguments.GetValue(_siteColumns)),
        Variables = NullIfEmpty(arguments.GetValue(_variables)),
        SigmaColumn = arguments.GetValue(_sigmaColumn),
        TrajectoryColumn = arguments.GetValue(_trajectory),
        Delimiter = arguments.GetValue(_delimiter),
        Decimal = arguments.GetValue(_decimal) is { } sign ? ImportSpelling.Decimal(sign) : '.',
        Encoding = arguments.GetValue(_encoding),
        ValidRange = arguments.GetValue(_validRange) is { } range ? ImportSpelling.Range(range) : null,
        Reject = arguments.GetValue(_reject),
        TimeOrigin = arguments.GetValue(_origin),
        TimeUnit = arguments.GetRequiredValue(_timeUnit),
        SecondsPerTimeUnit = arguments.GetValue(_seconds),
        ValueUnit = errors.Unit,
        Fields = errors.Fields,
        SiteNames = NullIfEmpty(arguments.GetValue(_siteNames)),
        SiteCount = arguments.GetValue(_siteCount),
        System = arguments.GetValue(_system) is { } name ? MemberSettings.Component(name) : null,
        Locations = NullIfEmpty(arguments.GetValue(_locations)),
        Forcing = arguments.GetValue(_forcing),
        InterpolatesForcing = arguments.GetValue(_interpolateForcing),
        Errors = errors.Errors ?? ErrorModel.Additive,
        Sigma = errors.Sigma,
        Snap = arguments.GetValue(_snap),
        Sparse = arguments.GetValue(_sparse),
        Missing = ["", .. arguments.GetValue(_missing) ?? []],
        Duplicates = Enum.Parse<DuplicateRule>(arguments.GetRequiredValue(_combine), ignoreCase: true),
        Withheld = new Withholding(arguments.GetValue(_withhold), arguments.GetValue(_seed)),
        Provenance = arguments.CommandLine(),
    };

    private OptionRule NamesFields(Option<string?> option) => new(
        option, "--system or --sites-of beside names of fields, which say what fields there are", $"{option.Name} u={(option == _errors ? "additive" : "1")}",
        parsed => parsed.GetValue(option)?.Contains('=', StringComparison.Ordinal) == true && !parsed.IsGiven(_system) && !parsed.IsGiven(_sitesOf));

    private static bool IsParquet(string file) =>
        file.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".pq", StringComparison.OrdinalIgnoreCase);

    private static Option<string[]> List(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName, AllowMultipleArgumentsPerToken = true };

    private static T[]? NullIfEmpty<T>(T[]? items) => items is { Length: > 0 } ? items : null;
}
