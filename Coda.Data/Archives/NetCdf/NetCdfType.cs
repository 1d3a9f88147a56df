namespace Coda.Data.Archives.NetCdf;

/// <summary>The types of NetCDF's numbers, by their code in classic files; those from <see cref="UByte"/> on are in CDF-5 and NetCDF-4 only.</summary>
internal enum NetCdfType
{
    /// <summary>A signed byte.</summary>
    Byte = 1,

    /// <summary>A byte of text.</summary>
    Char = 2,

    /// <summary>16 bits with a sign.</summary>
    Short = 3,

    /// <summary>32 bits with a sign.</summary>
    Int = 4,

    /// <summary>Single precision.</summary>
    Float = 5,

    /// <summary>Double precision.</summary>
    Double = 6,

    /// <summary>A byte without a sign.</summary>
    UByte = 7,

    /// <summary>16 bits without a sign.</summary>
    UShort = 8,

    /// <summary>32 bits without a sign.</summary>
    UInt = 9,

    /// <summary>64 bits with a sign.</summary>
    Int64 = 10,

    /// <summary>64 bits without a sign.</summary>
    UInt64 = 11,

    /// <summary>Text of any length; NetCDF-4 only.</summary>
    Text = 12,
}
