using System.Reflection;
using System.Runtime.Loader;

namespace Coda.Tests.Foundation;

/// <summary>Assemblies loaded anew in a place where no native library is found.</summary>
/// <param name="own">The assemblies; what they need else is the process's own.</param>
internal sealed class WithoutNatives(params Assembly[] own) : AssemblyLoadContext
{
    protected override Assembly? Load(AssemblyName name) =>
        own.FirstOrDefault(assembly => assembly.GetName().Name == name.Name) is { } found ? LoadFromAssemblyPath(found.Location) : null;

    protected override nint LoadUnmanagedDll(string name) => throw new DllNotFoundException($"no {name} here");
}
