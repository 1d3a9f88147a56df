using Coda.Data.Archives.Engines;
using Coda.Data.Archives.ParquetNet;

namespace Coda.Tests.Interop;

[TestClass]
public sealed class ParquetNetReaderInteropTests : ArchiveReaderInterop
{
    private protected override IParquetEngine Engine => ParquetNetEngine.Shared;
}
