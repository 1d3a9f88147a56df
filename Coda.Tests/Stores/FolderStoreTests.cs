using Coda.Data.Archives.Stores;
using Coda.Tests.Archives;

namespace Coda.Tests.Stores;

[TestClass]
public sealed class FolderStoreTests : StoreConformance
{
    private readonly TemporaryDirectory _directory = new();

    private protected override IArchiveStore Store => new FolderStore(_directory.File("archive"));

    [TestCleanup]
    public void RemoveDirectory() => _directory.Dispose();
}
