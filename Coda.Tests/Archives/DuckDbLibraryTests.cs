using System.Reflection;
using Coda.Data.Archives.DuckDb;
using Coda.Tests.Foundation;
using DuckDB.NET.Native;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class DuckDbLibraryTests
{
    [TestMethod]
    public void WithoutItsLibraryTheErrorSaysWhatBringsIt()
    {
        var coda = new WithoutNatives(typeof(DuckDbEngine).Assembly, typeof(NativeMethods).Assembly)
            .LoadFromAssemblyName(typeof(DuckDbEngine).Assembly.GetName());
        var engine = coda.GetType(typeof(DuckDbEngine).FullName!)!.GetProperty("Shared")!;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var fault = Assert.ThrowsExactly<TargetInvocationException>(() => engine.GetValue(null)).InnerException;
            Assert.IsInstanceOfType<DllNotFoundException>(fault);
            StringAssert.Contains(fault.Message, "Expected DuckDB's native library beside the application, got none that loads");
            StringAssert.Contains(fault.Message, "no duckdb here");
            StringAssert.Contains(fault.Message, "DuckDB.NET.Bindings.Full");
        }
    }
}
