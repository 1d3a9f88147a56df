using Coda.Data.Archives.NetCdf;

namespace Coda.Data.Archives.Import;

/// <summary>How a variable's numbers are packed, and which of them stand for none: by its attributes, as the CF conventions have them.</summary>
/// <param name="variable">The variable.</param>
internal sealed class NetCdfPacking(NetCdfVariable variable)
{
    private readonly double _scale = variable.Numbers("scale_factor").FirstOrDefault(1);
    private readonly double _offset = variable.Numbers("add_offset").FirstOrDefault(0);
    private readonly double _low = variable.Numbers("valid_min").Concat(variable.Numbers("valid_range").Take(1)).FirstOrDefault(double.NegativeInfinity);
    private readonly double _high = variable.Numbers("valid_max").Concat(variable.Numbers("valid_range").Skip(1)).FirstOrDefault(double.PositiveInfinity);
    private readonly double[] _none =
    [
        .. variable.Numbers("_FillValue") is { Length: > 0 } fill ? fill : Default(variable.Type), .. variable.Numbers("missing_value"),
    ];

    private readonly bool _isSingle = variable.Type == NetCdfType.Float;

    // Classic files have bytes with a sign only; others say so of theirs.
    private readonly double _wrap = variable.Text("_Unsigned") is { } text && text.Equals("true", StringComparison.OrdinalIgnoreCase)
        ? variable.Type switch { NetCdfType.Byte => 1 << 8, NetCdfType.Short => 1 << 16, NetCdfType.Int => 1L << 32, _ => 0 } : 0;

    /// <summary>Whether a number stands for none.</summary>
    /// <param name="stored">The number, as it stands in the file.</param>
    /// <param name="value">What it means otherwise.</param>
    public bool IsMissing(double stored, out double value)
    {
        var number = stored < 0 ? stored + _wrap : stored;
        value = (number * _scale) + _offset;
        var isNone = double.IsNaN(stored) || number < _low || number > _high;
        foreach (var none in _none)
        {
            isNone |= stored == none || (_isSingle && (float)stored == (float)none);
        }

        value = isNone ? double.NaN : value;
        return isNone;
    }

    // What NetCDF fills arrays with that say nothing of it; bytes may be anything.
    private static double[] Default(NetCdfType type) => type switch
    {
        NetCdfType.Short => [-32767],
        NetCdfType.Int => [-2147483647],
        NetCdfType.Float or NetCdfType.Double => [ClassicWriter.Fill, 9.9692099683868690e+36],
        _ => [],
    };
}
