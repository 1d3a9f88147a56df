using System.Buffers.Binary;
using System.Diagnostics;

namespace Coda.Benchmarks.Kills;

/// <summary>A folder: processes are killed by what is preloaded into them (kill-points.c), in the middle of a call of the system.</summary>
/// <param name="folder">The folder; what is counted is kept beside it.</param>
/// <param name="library">The compiled kill-points.c.</param>
internal sealed class FolderPlace(string folder, string library) : IKillPlace
{
    private const int Kinds = 6;

    /// <inheritdoc/>
    public string Address => folder;

    /// <inheritdoc/>
    public IReadOnlyList<long> Counts
    {
        get
        {
            var bytes = File.ReadAllBytes(CountFile);
            return [.. Enum.GetValues<KillKind>().Select(kind => (int)kind < Kinds ? BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * (int)kind)) : 0)];
        }
    }

    private string CountFile => folder + ".counts";

    /// <summary>Compiles what is preloaded.</summary>
    /// <param name="output">The library.</param>
    /// <exception cref="InvalidOperationException">There is no compiler, or this is not Linux.</exception>
    public static void Compile(string output)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Kills", "kill-points.c");
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("cc", ["-O2", "-shared", "-fPIC", "-o", output, source]) { RedirectStandardError = true })!;
            var said = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
            {
                throw new InvalidOperationException($"Expected cc to compile {source}, got exit code {compiler.ExitCode}: {said}");
            }
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new InvalidOperationException(
                "Expected a C compiler, for what kills processes in the middle of a call, got none (Debian: gcc).", fault);
        }
    }

    /// <inheritdoc/>
    public SortedDictionary<string, byte[]> Files() => new(
        Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(folder, f), File.ReadAllBytes)
            : [],
        StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Reset(IReadOnlyDictionary<string, byte[]> files)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var (name, content) in files)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }

    /// <inheritdoc/>
    public Process Start(ProcessStartInfo start, KillPoint? point)
    {
        File.WriteAllBytes(CountFile, new byte[8 * Kinds]);
        start.Environment["LD_PRELOAD"] = library;
        start.Environment["CODA_KILL_COUNTS"] = CountFile;
        start.Environment["CODA_KILL_UNDER"] = folder;
        if (point is not null)
        {
            start.Environment["CODA_KILL_AT"] = FormattableString.Invariant($"{(int)point.Kind}:{point.Ordinal}");
        }

        return Process.Start(start)!;
    }

    /// <inheritdoc/>
    public void Leave()
    {
        // Only processes that are started here are killed.
    }
}
