using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;

namespace Coda.Tests.Interop;

[TestClass]
public sealed class DuckDbReaderInteropTests : ArchiveReaderInterop
{
    private protected override IParquetEngine Engine => DuckDbEngine.Shared;
}
