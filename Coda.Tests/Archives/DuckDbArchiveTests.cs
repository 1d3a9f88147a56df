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

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task ALongStatementIsInterrupted(bool isStreamed)
    {
        const string Long = "SELECT sum(hash(a.i + b.i)) FROM range(1000000) a(i), range(1000000) b(i)";
        using var connection = DuckDbDatabase.Shared.Connect();
        var run = Task.Run(() =>
        {
            if (isStreamed)
            {
                using var result = connection.Stream(Long);
                result.Next();
            }
            else
            {
                connection.Execute(Long);
            }
        });
        while (!run.IsCompleted)
        {
            connection.Interrupt(); // again, since an interrupt before the statement is forgotten
            await Task.WhenAny(run, Task.Delay(10));
        }

        StringAssert.Contains((await Assert.ThrowsExactlyAsync<DuckDbException>(() => run)).Message, "INTERRUPT");
    }

    [TestMethod]
    public void AResultThatWasDisposedOfHasNoRows()
    {
        using var connection = DuckDbDatabase.Shared.Connect();
        var result = connection.Stream("SELECT i FROM range(5000) t(i)");
        Assert.IsTrue(result.Next());
        result.Dispose();
        result.Dispose();
        Assert.AreEqual(0, result.Column<long>(0).Length);
        Assert.AreEqual(-1, result.FirstNull(0));
        Assert.IsFalse(result.Next());
    }
}
