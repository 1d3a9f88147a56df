using Coda.Training.Natives;

namespace Coda.Tests.Training.Natives;

[TestClass]
public sealed class VersionNeedsTests
{
    [TestMethod]
    public void OnlyTheFlagOfThatVersionChanges()
    {
        var before = TinyLibrary.Bytes(bound: "GLIBCXX_3.4");
        var after = before.ToArray();
        VersionNeeds.MakeWeak(after, "GLIBCXX_3.4.32");
        var changed = Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).ToArray();
        CollectionAssert.AreEqual(new[] { TinyLibrary.FlagsOf("GLIBCXX_3.4.32") }, changed);
        Assert.AreEqual(2, after[changed[0]], "VER_FLG_WEAK");
        VersionNeeds.MakeWeak(after, "GLIBCXX_3.4.32");
        Assert.AreEqual(2, after[changed[0]], "a second time nothing changes");
    }

    [TestMethod]
    public void AVersionWhoseSymbolsAreBoundIsRefused()
    {
        var library = TinyLibrary.Bytes(bound: "GLIBCXX_3.4.32");
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => VersionNeeds.MakeWeak(library, "GLIBCXX_3.4.32"));
        StringAssert.Contains(fault.Message, "binds such symbols");
        CollectionAssert.AreEqual(TinyLibrary.Bytes(bound: "GLIBCXX_3.4.32"), library);
    }

    [TestMethod]
    public void AVersionThatIsNotAskedForIsRefused() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(
                () => VersionNeeds.MakeWeak(TinyLibrary.Bytes("GLIBCXX_3.4"), "GLIBCXX_3.4.3")).Message, "asks for GLIBCXX_3.4.3, got one that does not");

    [TestMethod]
    public void OtherFilesAreRefused()
    {
        foreach (var file in new byte[][] { [], [1, 2, 3], [.. "MZ"u8, .. new byte[100]], [0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 1, .. new byte[100]] })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<InvalidDataException>(() => VersionNeeds.MakeWeak(file, "GLIBCXX_3.4.32")).Message, "another kind of file");
        }
    }

    [TestMethod]
    public void DamagedFilesAreRefusedOrHaveNoSuchVersion()
    {
        // Every byte once with every bit turned: never another fault, never an endless loop, never a change outside of the flags.
        var whole = TinyLibrary.Bytes(bound: "GLIBCXX_3.4");
        for (var i = 0; i < whole.Length; i++)
        {
            var file = whole.ToArray();
            file[i] ^= 0xff;
            try
            {
                var before = file.ToArray();
                VersionNeeds.MakeWeak(file, "GLIBCXX_3.4.32");
                Assert.IsLessThanOrEqualTo(1, Enumerable.Range(0, file.Length).Count(at => file[at] != before[at]), $"byte {i}: more than the flag changed");
            }
            catch (InvalidDataException)
            {
                // said clearly
            }
        }

        for (var length = 0; length < whole.Length; length += 7)
        {
            Assert.ThrowsExactly<InvalidDataException>(() => VersionNeeds.MakeWeak(whole.AsSpan(0, length), "GLIBCXX_3.4.32"), $"cut after {length} bytes");
        }
    }
}
