using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Coda.Data.Archives.NetCdf;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Import;

/// <summary>The numbers of a NetCDF file's variables as rows of time, site and value, in blocks of times.</summary>
/// <remarks>Packed numbers are unpacked (scale_factor, add_offset); what the file declares as none is missing. Times in units since a date become
/// dates.</remarks>
internal sealed class NetCdfRows : FieldRows
{
    private const int BlockSize = 1 << 20; // numbers that are held at once
    private const string Trajectory = "trajectory";

    private readonly NetCdfFile _file;
    private readonly ImportOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _text = new byte[64];
    private readonly List<Func<ReadOnlyMemory<byte>>> _fields = [];
    private IEnumerator<bool>? _rows;
    private byte[] _time = [];
    private byte[] _trajectory = [];
    private byte[] _site = [];
    private double _value;
    private double _sigma;
    private bool _isMissing;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which variables to read.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="ArgumentException">The options are those of tables.</exception>
    /// <exception cref="InvalidDataException">It is no whole NetCDF file.</exception>
    public NetCdfRows(string path, ImportOptions options, CancellationToken cancellation)
        : base(path)
    {
        new Faults("Import options")
            .Require(options.SiteColumns is null, "siteColumns", "none with NetCDF files, whose variables 'variables' names", options.SiteColumns?.Count)
            .Require(options.XColumn is null, "xColumn", "none with NetCDF files; write their positions and values as rows of CSV or Parquet", options.XColumn)
            .Require(
                options.Variables is null || options.SigmaColumn is null, "sigmaColumn", "none, or one number, with several variables", options.SigmaColumn)
            .ThrowIfAny();
        (_file, _options, _cancellation) = (NetCdfFile.Open(path), options, cancellation);
        Columns =
        [
            .. _file.Variables.Select(v => v.Name),
            .. Dimensions.Where(d => d == options.TrajectoryColumn && _file.Variables.All(v => v.Name != d)),
            .. new[] { options.SiteColumn, options.Variables is null ? null : options.ValueColumn }.OfType<string>()
                .Where(name => name is "site" or "value" && _file.Variables.All(v => v.Name != name)),
        ];
    }

    /// <inheritdoc/>
    public override NumberFormat Numbers { get; } = new(isComma: false);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns { get; }

    /// <inheritdoc/>
    public override bool IsMissing => _isMissing;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Units => Values()
        .Select(v => (Name: v.Key, Unit: v.Value.Text("units")?.Trim())).Where(v => !string.IsNullOrEmpty(v.Unit)).ToDictionary(v => v.Name, v => v.Unit!);

    /// <inheritdoc/>
    public override bool Next()
    {
        Row++;
        return _rows!.MoveNext();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _rows?.Dispose();
        _file.Dispose();
    }

    /// <inheritdoc/>
    protected override void Choose(IReadOnlyList<int> columns)
    {
        // In the order of ImportRows: time, trajectory and sigma where they are named, site, value.
        _fields.Add(() => _time);
        if (_options.TrajectoryColumn is not null)
        {
            _fields.Add(() => _trajectory);
        }

        if (_options.SigmaColumn is not null)
        {
            _fields.Add(() => Written(_sigma));
        }

        _fields.Add(() => _site);
        _fields.Add(() => _isMissing ? default : Written(_value));
        _rows = Rows().GetEnumerator();
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> Read(int wanted) => _fields[wanted]().Span;

    private IEnumerable<string> Dimensions => _file.Variables.SelectMany(v => v.Dimensions).Select(d => d.Name).Distinct();

    private NetCdfVariable Find(string name) => _file.Variables[ColumnNames.Find(Path, [.. _file.Variables.Select(v => v.Name)], name)];

    // In the order in which they were named, by what they are called: without their groups where that tells them apart.
    private List<KeyValuePair<string, NetCdfVariable>> Values()
    {
        List<NetCdfVariable> variables = [.. (_options.Variables ?? [_options.ValueColumn]).Select(Find)];
        var isDistinct = variables.DistinctBy(v => v.OwnName).Count() == variables.Count;
        return [.. variables.Select(v => KeyValuePair.Create(isDistinct ? v.OwnName : v.Name, v))];
    }

    private ReadOnlyMemory<byte> Written(double number)
    {
        Utf8Formatter.TryFormat(number, _text, out var length); // as short as it is exact
        return _text.AsMemory(0, length);
    }

    private IEnumerable<bool> Rows()
    {
        var time = Find(_options.TimeColumn);
        if (time.Dimensions.Count != 1)
        {
            throw Fault($"variable '{time.Name}': expected times along one dimension, got {time.Dimensions.Count}");
        }

        var texts = Times(time);
        foreach (var (called, variable) in Values())
        {
            var sigma = _options.SigmaColumn is { } name ? Find(name) : null;
            if (sigma is not null && !sigma.Dimensions.SequenceEqual(variable.Dimensions))
            {
                throw Fault($"variable '{sigma.Name}': expected the dimensions of '{variable.Name}', got others");
            }

            var axes = Axes(variable, time.Dimensions[0]);
            var sites = new NetCdfSites(_file, variable, axes.Space, _options, _options.Variables is null ? null : called).Labels();
            var trajectories = axes.Trajectory is { } t ? Labels(variable.Dimensions[t]) : ["0"u8.ToArray()];
            for (var trajectory = 0; trajectory < trajectories.Length; trajectory++)
            {
                _trajectory = trajectories[trajectory];
                foreach (var row in Rows(variable, sigma, axes, trajectory, texts, sites))
                {
                    yield return row;
                }
            }
        }
    }

    private IEnumerable<bool> Rows(
        NetCdfVariable variable, NetCdfVariable? sigma, (int Time, int? Trajectory, int[] Space) axes, int trajectory, byte[][] times, Func<int, byte[]> sites)
    {
        var counts = variable.Dimensions.Select(d => d.Length).ToArray();
        var start = new long[counts.Length];
        if (axes.Trajectory is { } t)
        {
            (start[t], counts[t]) = (trajectory, 1);
        }

        var size = axes.Space.Aggregate(1.0, (n, axis) => n * counts[axis]);
        var inner = (int)counts.Skip(axes.Time + 1).Aggregate(1.0, (n, count) => n * count);
        var packing = new NetCdfPacking(variable);
        var packingOfSigma = sigma is null ? null : new NetCdfPacking(sigma);
        for (var first = 0; first < times.Length; first += (int)counts[axes.Time])
        {
            _cancellation.ThrowIfCancellationRequested();
            (start[axes.Time], counts[axes.Time]) = (first, (long)Math.Clamp(BlockSize / Math.Max(1, size), 1, times.Length - first));
            var values = _file.Read(variable, start, counts);
            var sigmas = sigma is null ? null : _file.Read(sigma, start, counts);
            for (var step = 0; step < counts[axes.Time]; step++)
            {
                _time = times[first + step];
                for (var site = 0; site < size; site++)
                {
                    var at = ((((site / inner) * (int)counts[axes.Time]) + step) * inner) + (site % inner);
                    _isMissing = packing.IsMissing(values[at], out _value);
                    if (sigmas is not null)
                    {
                        packingOfSigma!.IsMissing(sigmas[at], out _sigma); // a missing one is no number, and is told as such
                    }

                    _site = _isMissing ? [] : sites(site);
                    yield return true;
                }
            }
        }
    }

    // What each axis of a variable is; those of one place mean nothing.
    private (int Time, int? Trajectory, int[] Space) Axes(NetCdfVariable variable, NetCdfDimension time)
    {
        var names = variable.Dimensions.Select(d => d.Name).ToList();
        var (at, trajectory) = (names.IndexOf(time.Name), _options.TrajectoryColumn is { } column ? names.IndexOf(column) : -1);
        if (at < 0 || names.LastIndexOf(time.Name) != at || variable.Dimensions[at].Length != time.Length)
        {
            throw Fault($"variable '{variable.Name}': expected the dimension '{time.Name}' of '{_options.TimeColumn}' once, got {string.Join(", ", names)}");
        }

        if (trajectory < 0 && _options.TrajectoryColumn is { } wanted && Columns.Contains(wanted))
        {
            throw Fault($"variable '{variable.Name}': expected the dimension '{wanted}', got {string.Join(", ", names)}");
        }

        if (_options.TrajectoryColumn is null && variable.Dimensions.FirstOrDefault(d => d is { Name: Trajectory, Length: > 1 }) is { } several)
        {
            throw new InvalidDataException(
                $"{Path}: variable '{variable.Name}': expected one trajectory, got {several.Length}. "
                + $"Read them as trajectories with --trajectory {Trajectory}.");
        }

        var space = Enumerable.Range(0, names.Count).Where(axis => axis != at && axis != trajectory && variable.Dimensions[axis].Length != 1).ToArray();
        double[] lengths = [.. space.Select(axis => (double)variable.Dimensions[axis].Length)];
        new MemoryNeed(Path).AddArray($"variable '{variable.Name}' at one time", sizeof(double), lengths).Require("Split the file, or select a part of it.");
        return (at, trajectory < 0 ? null : trajectory, space);
    }

    private byte[][] Labels(NetCdfDimension dimension)
    {
        if (_file.Variables.FirstOrDefault(v => v.Text("cf_role") == "trajectory_id" && v.Type is (NetCdfType.Char or NetCdfType.Text)
            && v.Dimensions.SkipLast(v.Type == NetCdfType.Char ? 1 : 0).SequenceEqual([dimension])) is { } names)
        {
            return Array.ConvertAll(_file.ReadTexts(names), Encoding.UTF8.GetBytes);
        }

        var variable = _file.Variables.FirstOrDefault(v => v.Name == dimension.Name && v.Dimensions is [var only] && only == dimension);
        IEnumerable<double> numbers = variable is { Type: not (NetCdfType.Char or NetCdfType.Text) }
            ? _file.Read(variable) : Enumerable.Range(0, checked((int)dimension.Length)).Select(i => (double)i);
        return [.. numbers.Select(n => Encoding.UTF8.GetBytes(n.ToString("R", CultureInfo.InvariantCulture)))];
    }

    private byte[][] Times(NetCdfVariable variable)
    {
        var unit = CfTime.Parse(variable.Text("units"), variable.Text("calendar"), out var fault);
        if (fault is not null)
        {
            throw new InvalidDataException(
                $"{Path}: variable '{variable.Name}': {ForeignText.Escape(fault)}. Write the times in days since a date of the standard calendar.");
        }

        var packing = new NetCdfPacking(variable);
        return [.. _file.Read(variable).Select(number => Encoding.UTF8.GetBytes(packing.IsMissing(number, out var value) ? ""
            : unit is null ? value.ToString("R", CultureInfo.InvariantCulture) : unit.DateOf(value)))];
    }

    private InvalidDataException Fault(string what) =>
        new($"{Path}: {ForeignText.Escape(what)}. Name the variables with the import's options.");
}
