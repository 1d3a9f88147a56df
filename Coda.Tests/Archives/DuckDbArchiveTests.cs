using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class DuckDbArchiveTests : ArchiveConformance
{
    private protected override IParquetEngine Engine => DuckDbEngine.Shared;
}
