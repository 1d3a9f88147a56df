using Coda.Data.Foundation;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace Coda.Data.Archives.NetCdf;

/// <summary>A NetCDF-4 file, which is HDF5. Variables and dimensions of groups are called by their path, as in <c>station/height</c>.</summary>
internal sealed class Hdf5File : NetCdfFile
{
    private const int MostVariables = 1 << 16;
    private const int MostGroups = 1 << 12;
    private const int MostDepth = 16; // a group may contain itself
    private const string Cure = "Is it big-endian, or packed by another filter than deflate? 'nccopy -k cdf5 IN OUT' makes a classic file of it.";

    private readonly NativeFile _file;
    private readonly Dictionary<string, IH5Dataset> _arrays = new(StringComparer.Ordinal);

    /// <summary>Opens a file and reads what it holds.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no whole HDF5 file.</exception>
    public Hdf5File(string path)
        : base(path)
    {
        _file = Reading("the file", () => H5File.OpenRead(path));
        try
        {
            Variables = Reading("a group", ReadVariables);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NetCdfVariable> Variables { get; }

    /// <inheritdoc/>
    public override double[] Read(NetCdfVariable variable, IReadOnlyList<long> start, IReadOnlyList<long> count)
    {
        var length = Length(variable, start, count);
        Selection? block = count.Count == 0 ? null
            : new HyperslabSelection(count.Count, [.. start.Select(n => (ulong)n)], [.. count.Select(n => (ulong)n)]);
        var numbers = length == 0 ? [] : Reading($"variable '{variable.Name}'", () => Numbers(_arrays[variable.Name], variable.Type, block));
        return numbers.Length == length ? numbers : throw Fault($"variable '{variable.Name}': expected {length} numbers, got {numbers.Length}");
    }

    /// <inheritdoc/>
    public override void Dispose() => _file.Dispose();

    /// <inheritdoc/>
    protected override string[] ReadTexts(NetCdfVariable variable, int count, int width)
    {
        var array = _arrays[variable.Name];
        var texts = Reading($"variable '{variable.Name}'", () => variable.Dimensions.Count == 0 && variable.Type == NetCdfType.Text
            ? [array.Read<string>()] : array.Read<string[]>());
        return variable.Type == NetCdfType.Text
            ? texts
            : [.. texts.Chunk(width).Select(characters => string.Concat(characters.Select(c => c.Length == 0 ? "\0" : c)).TrimEnd('\0', ' '))];
    }

    private static double[] Numbers(IH5Dataset array, NetCdfType type, Selection? block) => type switch
    {
        NetCdfType.Byte => Array.ConvertAll(array.Read<sbyte[]>(block), n => (double)n),
        NetCdfType.UByte => Array.ConvertAll(array.Read<byte[]>(block), n => (double)n),
        NetCdfType.Short => Array.ConvertAll(array.Read<short[]>(block), n => (double)n),
        NetCdfType.UShort => Array.ConvertAll(array.Read<ushort[]>(block), n => (double)n),
        NetCdfType.Int => Array.ConvertAll(array.Read<int[]>(block), n => (double)n),
        NetCdfType.UInt => Array.ConvertAll(array.Read<uint[]>(block), n => (double)n),
        NetCdfType.Int64 => Array.ConvertAll(array.Read<long[]>(block), n => (double)n),
        NetCdfType.UInt64 => Array.ConvertAll(array.Read<ulong[]>(block), n => (double)n),
        NetCdfType.Float => Array.ConvertAll(array.Read<float[]>(block), n => (double)n),
        _ => array.Read<double[]>(block),
    };

    private static NetCdfType? TypeOf(IH5DataType type) => (type.Class, type.Size) switch
    {
        (H5DataTypeClass.FloatingPoint, 4) => NetCdfType.Float,
        (H5DataTypeClass.FloatingPoint, 8) => NetCdfType.Double,
        (H5DataTypeClass.FixedPoint, 1) => type.FixedPoint.IsSigned ? NetCdfType.Byte : NetCdfType.UByte,
        (H5DataTypeClass.FixedPoint, 2) => type.FixedPoint.IsSigned ? NetCdfType.Short : NetCdfType.UShort,
        (H5DataTypeClass.FixedPoint, 4) => type.FixedPoint.IsSigned ? NetCdfType.Int : NetCdfType.UInt,
        (H5DataTypeClass.FixedPoint, 8) => type.FixedPoint.IsSigned ? NetCdfType.Int64 : NetCdfType.UInt64,
        (H5DataTypeClass.String, 1) => NetCdfType.Char,
        (H5DataTypeClass.String or H5DataTypeClass.VariableLength, _) => NetCdfType.Text,
        _ => null,
    };

    private List<NetCdfVariable> ReadVariables()
    {
        List<NetCdfVariable> variables = [];
        var groups = 0;
        Add(_file, "", []);
        return variables;

        // Names of the arrays in the groups around are those of the dimensions that are seen from here.
        void Add(IH5Group group, string path, IReadOnlyList<(string Path, HashSet<string> Names)> around)
        {
            if (++groups > MostGroups || around.Count >= MostDepth)
            {
                throw new InvalidDataException($"expected at most {MostGroups} groups, {MostDepth} deep");
            }

            var children = group.Children().Take(MostVariables).OrderBy(child => child.Name, StringComparer.Ordinal).ToList();
            List<IH5Dataset> arrays = [.. children.OfType<IH5Dataset>()];
            around = [.. around, (path, [.. arrays.Select(array => array.Name)])];
            variables.AddRange(arrays.Select(array => VariableOf(array, path, around)).OfType<NetCdfVariable>());
            foreach (var inner in children.OfType<IH5Group>())
            {
                Add(inner, $"{path}{inner.Name}/", around);
            }
        }
    }

    // A dimension without a variable of its own is an array of nothing, big-endian at that.
    private NetCdfVariable? VariableOf(IH5Dataset array, string path, IReadOnlyList<(string Path, HashSet<string> Names)> around)
    {
        if (TypeOf(array.Type) is not { } type || (AttributeOf(array, "NAME") is string text
            && text.StartsWith("This is a netCDF dimension but not a netCDF variable", StringComparison.Ordinal)))
        {
            return null;
        }

        _arrays[path + array.Name] = array;
        return new NetCdfVariable(path + array.Name, type, DimensionsOf(array, path, around), AttributesOf(array));
    }

    private List<NetCdfDimension> DimensionsOf(IH5Dataset array, string path, IReadOnlyList<(string Path, HashSet<string> Names)> around)
    {
        var lengths = array.Space.Dimensions;
        var scales = array.AttributeExists("DIMENSION_LIST") ? array.Attribute("DIMENSION_LIST").Read<NativeObjectReference1[][]>() : [];
        return [.. lengths.Index().Select(axis => new NetCdfDimension(
            axis.Index < scales.Length && scales[axis.Index] is [var scale, ..] ? PathOf(_file.Get(scale).Name)
                : path + (axis.Index == 0 && array.AttributeExists("CLASS") ? array.Name : $"{array.Name}_{axis.Index}"),
            checked((long)axis.Item)))];

        // Of the nearest group that has it.
        string PathOf(string name) => around.LastOrDefault(scope => scope.Names.Contains(name)).Path + name;
    }

    private static Dictionary<string, object> AttributesOf(IH5Dataset array)
    {
        string[] wanted =
        [
            "units", "calendar", "coordinates", "cf_role", "_FillValue", "missing_value", "scale_factor", "add_offset", "valid_min", "valid_max", "valid_range",
            "_Unsigned",
        ];
        return wanted.Select(name => (Name: name, Value: AttributeOf(array, name))).Where(a => a.Value is not null).ToDictionary(a => a.Name, a => a.Value!);
    }

    private static object? AttributeOf(IH5Dataset array, string name)
    {
        if (!array.AttributeExists(name))
        {
            return null;
        }

        var attribute = array.Attribute(name);
        var isOne = attribute.Space.Dimensions.Length == 0;
        return TypeOf(attribute.Type) switch
        {
            NetCdfType.Char or NetCdfType.Text => isOne ? attribute.Read<string>() : string.Concat(attribute.Read<string[]>()),
            NetCdfType.Byte => Array.ConvertAll(attribute.Read<sbyte[]>(), n => (double)n),
            NetCdfType.UByte => Array.ConvertAll(attribute.Read<byte[]>(), n => (double)n),
            NetCdfType.Short => Array.ConvertAll(attribute.Read<short[]>(), n => (double)n),
            NetCdfType.UShort => Array.ConvertAll(attribute.Read<ushort[]>(), n => (double)n),
            NetCdfType.Int => Array.ConvertAll(attribute.Read<int[]>(), n => (double)n),
            NetCdfType.UInt => Array.ConvertAll(attribute.Read<uint[]>(), n => (double)n),
            NetCdfType.Int64 => Array.ConvertAll(attribute.Read<long[]>(), n => (double)n),
            NetCdfType.UInt64 => Array.ConvertAll(attribute.Read<ulong[]>(), n => (double)n),
            NetCdfType.Float => Array.ConvertAll(attribute.Read<float[]>(), n => (double)n),
            NetCdfType.Double => attribute.Read<double[]>(),
            _ => null,
        };
    }

    // PureHDF throws whatever its decoders run into.
    private T Reading<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw new InvalidDataException(ForeignText.Escape($"{Path}: expected a whole NetCDF-4 file, got {what} that cannot be read. {Cure}"), fault);
        }
    }
}
