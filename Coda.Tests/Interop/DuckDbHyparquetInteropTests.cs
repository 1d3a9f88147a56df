using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;

namespace Coda.Tests.Interop;

[TestClass]
public sealed class DuckDbHyparquetInteropTests : ArchiveReaderInterop
{
    private protected override IParquetEngine Engine => DuckDbEngine.Shared;

    private protected override ITableReader Reader => new HyparquetReader();
}
