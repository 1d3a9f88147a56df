using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Coda.Benchmarks.Following;

/// <summary>A server of streams (nats-server) on the loopback address, with a store of its own.</summary>
internal sealed class StreamServer : IDisposable
{
    /// <summary>The program, of Debian's package of that name.</summary>
    public const string Program = "nats-server";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder;
    private readonly string[] _more;
    private Process _process;

    /// <summary>Starts it on a port that is free.</summary>
    /// <param name="folder">Where it may write.</param>
    /// <param name="more">More of its options.</param>
    public StreamServer(string folder, params string[] more)
    {
        (_folder, _more, Port) = (folder, more, -1);
        _process = Start();
    }

    /// <summary>Whether the program is there.</summary>
    public static bool IsThere => Folders.Any(folder => File.Exists(Path.Combine(folder, Program)));

    /// <summary>The port.</summary>
    public int Port { get; private set; }

    // Debian has servers where not everybody looks for programs.
    private static IEnumerable<string> Folders => Environment.GetEnvironmentVariable("PATH")!.Split(':').Append("/usr/sbin");

    /// <summary>Starts it again after it was killed, on the same port and store.</summary>
    public void StartAgain() => _process = Start();

    /// <inheritdoc/>
    public void Dispose() => Kill();

    /// <summary>Kills it.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private Process Start()
    {
        var ports = Directory.CreateDirectory(Path.Combine(_folder, "ports")).FullName;
        var process = Process.Start(new ProcessStartInfo(
            Folders.Select(folder => Path.Combine(folder, Program)).First(File.Exists),
            [
                "-js", "-sd", Path.Combine(_folder, "store"), "-a", "127.0.0.1", "-p", $"{Port}", "--ports_file_dir", ports, "-l", Path.Combine(_folder, "log"),
                .. _more,
            ]))!;
        var (file, start) = (Path.Combine(ports, $"{Program}_{process.Id}.ports"), Stopwatch.GetTimestamp());
        while (!IsReady(file))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new InvalidOperationException($"{Program}: expected it to start, got: {File.ReadAllText(Path.Combine(_folder, "log"))}");
            }

            Thread.Sleep(5);
        }

        return process;
    }

    private bool IsReady(string file)
    {
        if (!File.Exists(file) || new FileInfo(file).Length == 0)
        {
            return false;
        }

        Port = new Uri((string)JsonNode.Parse(File.ReadAllText(file))!["nats"]![0]!).Port;
        return true;
    }
}
