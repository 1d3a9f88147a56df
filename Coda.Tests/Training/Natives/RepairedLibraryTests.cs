using System.Security.Cryptography;
using Coda.Tests.Archives;
using Coda.Training.Natives;

namespace Coda.Tests.Training.Natives;

[TestClass]
public sealed class RepairedLibraryTests
{
    private const string Version = "GLIBCXX_3.4.32";

    [TestMethod]
    public void TheCopyIsNamedAfterItsContentAndMadeOnce()
    {
        using var folder = new TemporaryDirectory();
        var (library, cache) = (Library(folder), folder.File("cache"));
        var original = File.ReadAllBytes(library);
        var copy = RepairedLibrary.CopyOf(library, Version, cache);
        StringAssert.Contains(copy, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(copy)))[..32]);
        CollectionAssert.AreEqual(original, File.ReadAllBytes(library), "the package's own file stays");
        var written = File.GetLastWriteTimeUtc(copy);
        Assert.AreEqual(copy, RepairedLibrary.CopyOf(library, Version, cache));
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(copy));
        CollectionAssert.AreEqual(new[] { copy }, Directory.GetFiles(cache), "nothing else is left there");
    }

    [TestMethod]
    public void ADamagedCopyIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var copy = RepairedLibrary.CopyOf(Library(folder), Version, folder.File("cache"));
        File.WriteAllBytes(copy, [.. File.ReadAllBytes(copy)[..^1], 77]);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => RepairedLibrary.CopyOf(folder.File("libtiny.so"), Version, folder.File("cache")));
        StringAssert.StartsWith(fault.Message, $"{copy}: expected a copy with the SHA-256 ");
        StringAssert.Contains(fault.Message, "Delete it");
    }

    [TestMethod]
    public void AFolderThatCannotBeWrittenIsSaid()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("file"), "not a folder");
        var fault = Assert.ThrowsExactly<IOException>(() => RepairedLibrary.CopyOf(Library(folder), Version, folder.File("file/cache")));
        StringAssert.Contains(fault.Message, $"Set {RepairedLibrary.CacheVariable} to a folder that can be written.");
    }

    [TestMethod]
    public void ALibraryThatCannotDoWithoutIsSaid()
    {
        using var folder = new TemporaryDirectory();
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => RepairedLibrary.CopyOf(Library(folder, bound: Version), Version, folder.File("cache")));
        StringAssert.StartsWith(fault.Message, folder.File("libtiny.so") + ": Expected a library that names GLIBCXX_3.4.32 without a symbol of it");
        StringAssert.Contains(fault.Message, "too old for it");
        Assert.IsFalse(Path.Exists(folder.File("cache")));
    }

    private static string Library(TemporaryDirectory folder, string bound = "GLIBCXX_3.4")
    {
        File.WriteAllBytes(folder.File("libtiny.so"), TinyLibrary.Bytes(bound));
        return folder.File("libtiny.so");
    }
}
