using Coda.Data.Archives.ParquetNet;
using Coda.Data.Archives.Engines;

namespace Coda.Tests.Interop;

[TestClass]
public sealed class ParquetNetArrowInteropTests : ArchiveReaderInterop
{
    private protected override IParquetEngine Engine => ParquetNetEngine.Shared;

    private protected override ITableReader Reader => new ArrowReader();
}
