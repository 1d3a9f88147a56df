namespace Coda.Training.Networks;

/// <summary>The largest numbers that options of networks can mean; beyond them shapes would not be counted in 31 bits, and no machine trains such
/// networks.</summary>
internal static class NetworkLimits
{
    /// <summary>Of channels.</summary>
    public const int Width = 1 << 16;

    /// <summary>Of blocks of layers.</summary>
    public const int Blocks = 1 << 12;

    /// <summary>Of a window's half-width, in steps.</summary>
    public const int HalfWidth = 1 << 20;

    /// <summary>Of a kernel, in sites.</summary>
    public const int Kernel = 1 << 16;
}
