using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.ParquetNet;

namespace Coda.Data.Archives.Parts;

/// <summary>The engines behind their public names.</summary>
internal static class ParquetEngines
{
    /// <summary>The engine of a name.</summary>
    /// <param name="engine">The name.</param>
    public static IParquetEngine Of(ParquetEngine engine) => engine switch
    {
        ParquetEngine.DuckDb => DuckDbEngine.Shared,
        ParquetEngine.ParquetNet => ParquetNetEngine.Shared,
        _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, "Expected DuckDb or ParquetNet."),
    };
}
