using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;
#if CODA_PACKAGES
using Coda.Data.Archives.ParquetNet;
#endif

namespace Coda.Data.Archives;

/// <summary>The engines behind their public names.</summary>
internal static class ParquetEngines
{
    /// <summary>The engine of a name.</summary>
    /// <param name="engine">The name.</param>
    /// <exception cref="NotSupportedException">This build does not have it.</exception>
    public static IParquetEngine Of(ParquetEngine engine) => engine switch
    {
        ParquetEngine.DuckDb => DuckDbEngine.Shared,
#if CODA_PACKAGES
        ParquetEngine.ParquetNet => ParquetNetEngine.Shared,
#else
        ParquetEngine.ParquetNet => throw new NotSupportedException(
            "Expected a build of Coda.Data against the public packages, got one of the `system` way, which is without Parquet.Net. Use ParquetEngine.DuckDb."),
#endif
        _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, "Expected DuckDb or ParquetNet."),
    };
}
