using System.Text;
using Coda.Data.Archives.NetCdf;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Data.Archives.Export;

/// <summary>Writes a table as arrays by trajectory, time, lead and place, with the attributes of the CF conventions.</summary>
internal sealed class NetCdfTable
{
    private const string Conventions = "CF-1.8";

    private readonly ExportedTable _table;
    private readonly NetCdfSpaces _spaces;
    private readonly NetCdfDimension[] _outer;
    private readonly long[] _steps;
    private readonly int[] _leads;
    private readonly List<NetCdfVariable> _variables = [];
    private readonly List<Action<ArrayWriter>> _coordinates = []; // each writes one

    /// <summary>Looks through the table for its steps and leads, and lays the arrays out.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="ArgumentException">A field has a name that NetCDF cannot have, or that another variable has.</exception>
    public NetCdfTable(ExportedTable table, CancellationToken cancellation)
    {
        _table = table;
        (_steps, _leads) = table.Axes(cancellation);
        _outer =
        [
            new("trajectory", table.Description.TrajectoryCount), new("time", _steps.Length),
            .. table.HasLeads ? [new NetCdfDimension("lead", _leads.Length)] : Array.Empty<NetCdfDimension>(),
        ];
        _spaces = new NetCdfSpaces(table);
        AddAxes();
        foreach (var (name, axes, texts, numbers, attributes) in _spaces.Coordinates)
        {
            Add(new(name, texts is null ? NetCdfType.Double : NetCdfType.Char, axes, attributes), file =>
            {
                if (texts is null)
                {
                    file.Write(name, numbers!);
                }
                else
                {
                    file.Write(name, texts, (int)axes[^1].Length);
                }
            });
        }

        table.Fields.Index().ToList().ForEach(field => AddField(field.Index, field.Item));
        RequireNames();
    }

    /// <summary>The variables with the table's numbers.</summary>
    public IReadOnlyList<string> Columns => [.. _variables.Where(v => v.Dimensions.Count >= 2 && v.Dimensions[0] == _outer[0]).Select(v => v.Name)];

    /// <summary>The bytes that it will take, the header apart.</summary>
    public double Bytes => ClassicWriter.BytesOf(_variables);

    /// <summary>Writes a NetCDF file.</summary>
    /// <param name="stream">Where it goes; can seek.</param>
    /// <param name="progress">Told the share that is written.</param>
    /// <param name="cancellation">Stops the writing.</param>
    /// <returns>The number of values.</returns>
    public long Write(Stream stream, IProgress<double>? progress, CancellationToken cancellation) =>
        Write(new ClassicWriter(stream, Attributes(), _variables), progress, cancellation);

    /// <summary>Writes the same arrays in Zarr.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="progress">Told the share that is written.</param>
    /// <param name="cancellation">Stops the writing.</param>
    /// <returns>The number of values.</returns>
    public long Write(string folder, IProgress<double>? progress, CancellationToken cancellation) =>
        Write(new ZarrWriter(folder, Attributes(), _variables), progress, cancellation);

    private long Write(ArrayWriter writer, IProgress<double>? progress, CancellationToken cancellation)
    {
        _coordinates.ForEach(write => write(writer));
        var total = 0L;
        var buffers = _table.Fields.Select(field => new float[field.Columns.Count]).ToArray();
        foreach (var row in _table.Rows(progress, cancellation))
        {
            var start = ((long)row.Trajectory * _steps.Length) + Array.BinarySearch(_steps, row.Step);
            var place = (start * _leads.Length) + Array.BinarySearch(_leads, row.Lead);
            foreach (var (index, field) in _table.Fields.Index())
            {
                total += Gather(row.Values, row.Mask, field, buffers[index]);
                writer.Write(field.Name, place * buffers[index].Length, buffers[index]);
                if (row.Spread is { } spread)
                {
                    Gather(spread, row.Mask, field, buffers[index]);
                    writer.Write(SpreadOf(field), place * buffers[index].Length, buffers[index]);
                }

                if (row.Band is { } band)
                {
                    Gather(band, row.Mask, field, buffers[index]);
                    buffers[index].AsSpan().Replace(0f, ArrayWriter.Fill); // not covered
                    writer.Write(BandOf(field), place * buffers[index].Length, buffers[index]);
                }
            }
        }

        writer.Complete();
        return total;
    }

    private static int Gather(ReadOnlyMemory<float> values, ReadOnlyMemory<float>? mask, ExportedField field, float[] target)
    {
        var count = 0;
        for (var place = 0; place < target.Length; place++)
        {
            var column = field.Columns[place];
            var isThere = mask is not { } there || there.Span[column] > 0;
            target[place] = isThere ? values.Span[column] : ArrayWriter.Fill;
            count += isThere ? 1 : 0;
        }

        return count;
    }

    private string SpreadOf(ExportedField field) => $"{field.Name}_{_table.SpreadName}";

    private static string BandOf(ExportedField field) => $"{field.Name}_band";

    private void Add(NetCdfVariable variable, Action<ArrayWriter> write)
    {
        _variables.Add(variable);
        _coordinates.Add(write);
    }

    private void AddAxes()
    {
        var time = _table.Time;
        var numbers = Named("number of the trajectory");
        Add(
            new("trajectory", NetCdfType.Int, [_outer[0]], numbers),
            file => file.Write("trajectory", Enumerable.Range(0, _table.Description.TrajectoryCount).Select(n => (double)n)));
        if (_table.Description.TrajectoryNames is { } names)
        {
            var width = new NetCdfDimension("trajectory_name_length", Math.Max(1, names.Max(Encoding.UTF8.GetByteCount)));
            Add(
                new("trajectory_name", NetCdfType.Char, [_outer[0], width],
                    Named("name of the trajectory", ("cf_role", "trajectory_id"), ("_Encoding", "utf-8"))),
                file => file.Write("trajectory_name", names, (int)width.Length));
        }
        else
        {
            numbers["cf_role"] = "trajectory_id";
        }

        var attributes = Named(_table.HasLeads ? "time of the forecast's start" : "time", ("units", time.Units), ("axis", "T"));
        if (time.IsCalendar)
        {
            attributes["calendar"] = "proleptic_gregorian";
            attributes["standard_name"] = _table.HasLeads ? "forecast_reference_time" : "time";
        }

        else if (_table.Description.TimeOrigin is { } origin)
        {
            attributes["coda_time_origin"] = origin; // in a unit without a known length, or a number that the times count from
        }

        Add(new("time", NetCdfType.Double, [_outer[1]], attributes), file => file.Write("time", _steps.Select(time.NumberOf)));
        if (_table.HasLeads)
        {
            Add(
                new("lead", NetCdfType.Double, [_outer[2]],
                    Named("time ahead of the forecast's start", ("units", time.LeadUnits), ("standard_name", "forecast_period"))),
                file => file.Write("lead", _leads.Select(time.LeadOf)));
        }
    }

    private void AddField(int index, ExportedField field)
    {
        IReadOnlyList<NetCdfDimension> dimensions = [.. _outer, .. _spaces.Axes[index]];
        var attributes = Named($"{Kind} {field.Name}", ("units", field.Unit));
        attributes["_FillValue"] = ArrayWriter.Fill;
        List<string> labels = [.. _table.Description.TrajectoryNames is null ? [] : (string[])["trajectory_name"], .. _spaces.Labels[index]];
        if (labels.Count > 0)
        {
            attributes["coordinates"] = string.Join(' ', labels);
        }

        List<string> beside = [.. _table.HasSpread ? [SpreadOf(field)] : (string[])[], .. _table.HasBand ? [BandOf(field)] : (string[])[]];
        if (beside.Count > 0)
        {
            attributes["ancillary_variables"] = string.Join(' ', beside);
        }

        _variables.Add(new(field.Name, NetCdfType.Float, dimensions, attributes));
        if (_table.HasSpread)
        {
            var errors = _table.IsObserved ? _table.Description.SiteErrors().ErrorsOf(field.Name) : ErrorModel.Additive;
            var scale = errors switch { ErrorModel.Multiplicative => "the logarithm of ", ErrorModel.SquareRoot => "twice the square root of ", _ => "" };
            var spread = new Dictionary<string, object>(attributes, StringComparer.Ordinal)
            {
                ["long_name"] =
                    $"{(_table.IsObserved ? "standard deviation of the error" : "spread")} of {scale}{field.Name}",
                ["units"] = errors.UnitOf(field.Unit),
            };
            spread.Remove("ancillary_variables");
            _variables.Add(new(SpreadOf(field), NetCdfType.Float, dimensions, spread));
        }

        if (_table.HasBand)
        {
            var band = new Dictionary<string, object>(attributes, StringComparer.Ordinal)
            {
                ["long_name"] = $"half-width of a band around {field.Name} that covers it with the level",
                ["comment"] = "missing where an entry is not covered",
            };
            band.Remove("ancillary_variables");
            if (_table.Description.NoteOf(_table.Table).BandLevel is { } level)
            {
                band["coda_band_level"] = level;
            }

            _variables.Add(new(BandOf(field), NetCdfType.Float, dimensions, band));
        }
    }

    private string Kind => _table.Table switch
    {
        ArchiveTable.Observations => "observed",
        ArchiveTable.Truth => "true",
        ArchiveTable.Analyses => "analyzed",
        _ => "forecast",
    };

    private SortedDictionary<string, object> Attributes() => new(StringComparer.Ordinal)
    {
        ["Conventions"] = Conventions,
        ["title"] = $"{_table.Table} of {_table.Description.System?.Name ?? "an unknown system"}",
        ["source"] = _table.Description.Provenance.Length > 0 ? _table.Description.Provenance : "unknown",
        ["coda_step_length"] = _table.Description.StepLength,
    };

    private static Dictionary<string, object> Named(string name, params (string Name, string Value)[] attributes) =>
        attributes.Append(("long_name", name)).ToDictionary(a => a.Item1, a => (object)a.Item2, StringComparer.Ordinal);

    private void RequireNames()
    {
        var names = _variables.Select(v => v.Name).ToList();
        new Faults("NetCDF")
            .Require(names.Distinct().Count() == names.Count, "fields", "names that nothing else in the file has",
                string.Join(", ", names.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => $"'{g.Key}' {g.Count()} times")))
            .Require(
                names.All(n => n.Length > 0 && !n.Contains('/') && !n.Any(char.IsControl) && n.Trim() == n && (char.IsLetterOrDigit(n[0]) || n[0] == '_')),
                "fields", "names that begin with a letter and have no '/'", string.Join(", ", names))
            .ThrowIfAny();
    }
}
