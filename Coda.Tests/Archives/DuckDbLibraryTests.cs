using System.Reflection;
using System.Runtime.Loader;
using Coda.Data.Archives.DuckDb;
using DuckDB.NET.Native;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class DuckDbLibraryTests
{
    [TestMethod]
    public void WithoutItsLibraryTheErrorSaysWhatBringsIt()
    {
        var coda = new WithoutLibrary().LoadFromAssemblyName(typeof(DuckDbEngine).Assembly.GetName());
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

    private sealed class WithoutLibrary : AssemblyLoadContext
    {
        private static readonly Assembly[] Own = [typeof(DuckDbEngine).Assembly, typeof(NativeMethods).Assembly];

        protected override Assembly? Load(AssemblyName name) =>
            Own.FirstOrDefault(own => own.GetName().Name == name.Name) is { } own ? LoadFromAssemblyPath(own.Location) : null;

        protected override nint LoadUnmanagedDll(string name) => throw new DllNotFoundException($"no {name} here");
    }
}
