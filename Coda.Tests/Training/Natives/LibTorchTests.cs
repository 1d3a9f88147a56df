using System.Text.RegularExpressions;
using Coda.Cli;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Training.Natives;
using TorchSharp;

namespace Coda.Tests.Training.Natives;

/// <summary>LibTorch's libraries in processes of their own, for a process loads them once.</summary>
[TestClass]
public sealed partial class LibTorchTests
{
    private static TemporaryDirectory _folder = null!;

    [ClassInitialize]
    public static void Simulate(TestContext context)
    {
        _folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(_folder.File("archive"))).Succeeded();
    }

    [ClassCleanup]
    public static void Delete() => _folder.Dispose();

    [TestMethod]
    public void TorchSharpWasBuiltForTheVersionThatIsAskedFor() => StringAssert.StartsWith(torch.__version__, LibTorch.Version + ".");

    [TestMethod]
    public void AProcessTrainsOnThisMachine() => Train("own").Succeeded();

    [TestMethod]
    public void AProcessTrainsOnTheLibTorchOfAFolder()
    {
        var (program, natives) = WithoutLibTorch();
        Train("folder", program, natives).Succeeded();
    }

    [TestMethod]
    public void AnApplicationWithoutLibTorchSaysSo() =>
        Train("none", WithoutLibTorch().Program, "")
            .Failed(ExitCodes.Unexpected, "Expected libtorch_cpu.so beside the application", "TorchSharp-cpu", LibTorch.FolderVariable);

    [TestMethod]
    public void AnApplicationWithItsOwnLibTorchTakesNoOther() =>
        Train("none", typeof(CodaCommandLine).Assembly.Location, _folder.Path)
            .Failed(ExitCodes.Unexpected, $"{LibTorch.FolderVariable}: expected an application without a LibTorch of its own");

    [TestMethod]
    public void AFolderWithoutLibTorchIsRefused() => Train("none", WithoutLibTorch().Program, _folder.Path)
        .Failed(ExitCodes.Unexpected, $"{LibTorch.FolderVariable}: expected the folder of LibTorch's libraries, got {_folder.Path}, which has no libc10.so");

    [TestMethod]
    public void AFileThatIsNoLibraryIsRefused()
    {
        var natives = _folder.File("no-libraries");
        Directory.CreateDirectory(natives);
        File.WriteAllText(Path.Combine(natives, "libc10.so"), "no library");
        Train("none", WithoutLibTorch().Program, natives)
            .Failed(ExitCodes.Unexpected, $"{LibTorch.FolderVariable}: expected a library that this system can load, got for {natives}/libc10.so");
    }

    [TestMethod]
    public void AnotherVersionIsRefused()
    {
        TorchFolder.Require("/torch", 2UL << 56 | 10UL << 48 | 1UL << 40);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => TorchFolder.Require("/torch", 2UL << 56 | 11UL << 48));
        StringAssert.Contains(fault.Message, $"expected LibTorch {LibTorch.Version}, for which TorchSharp was built, got 2.11.0 in /torch");
    }

    private static CommandRun Train(string output, string? program = null, string natives = "") => CommandRun.AsProcess(
        _folder.Path, program ?? typeof(CodaCommandLine).Assembly.Location, Tiny.Train(_folder.File("archive"), _folder.File(output), "--steps", "12"),
        (LibTorch.FolderVariable, natives));

    // The command as a build with that variable makes it, and LibTorch's libraries in a folder of their own.
    private static (string Program, string Natives) WithoutLibTorch()
    {
        var (application, natives) = (_folder.File("application"), _folder.File("natives"));
        if (!Directory.Exists(application))
        {
            Directory.CreateDirectory(application);
            Directory.CreateDirectory(natives);
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            {
                var name = Path.GetFileName(file);
                if (NamesOfLibTorch().IsMatch(name))
                {
                    File.CreateSymbolicLink(Path.Combine(natives, name), file);
                }
                else if (new FileInfo(file).Length > 32 << 20)
                {
                    File.CreateSymbolicLink(Path.Combine(application, name), file);
                }
                else
                {
                    File.Copy(file, Path.Combine(application, name));
                }
            }
        }

        return (Path.Combine(application, "coda.dll"), natives);
    }

    [GeneratedRegex(@"^(lib)?(torch_cpu|torch|c10|gomp.*|omp)\.(so|dylib|dll)")]
    private static partial Regex NamesOfLibTorch();
}
