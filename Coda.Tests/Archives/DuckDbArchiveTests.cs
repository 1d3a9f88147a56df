using Coda.Data.Archives.DuckDb;
using Coda.Data.Archives.Engines;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class DuckDbArchiveTests : ArchiveConformance
{
    private protected override IParquetEngine Engine => DuckDbEngine.Shared;

    [TestMethod]
    public void FaultsOfDuckDbCarryItsWords()
    {
        using var connection = DuckDbDatabase.Shared.Connect();
        StringAssert.Contains(Assert.ThrowsExactly<DuckDbException>(() => connection.Execute("SELECT nothing")).Message, "nothing");
        StringAssert.Contains(Assert.ThrowsExactly<DuckDbException>(() => connection.Stream("SELEKT 1")).Message, "syntax error");
        StringAssert.Contains(
            Assert.ThrowsExactly<DuckDbException>(() =>
            {
                using var late = connection.Stream("SELECT CASE WHEN i = 500000 THEN error('too late') ELSE '1' END FROM range(1000000) t(i)");
                while (late.Next())
                {
                }
            }).Message, "too late");
    }
}
