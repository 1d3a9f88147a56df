using System.Diagnostics;
using System.Globalization;

namespace Coda.Benchmarks.Cost;

/// <summary>Runs a script beside the program by Debian's Python, on one thread.</summary>
internal static class PeerScript
{
    /// <summary>The variable that names another interpreter.</summary>
    public const string PythonVariable = "CODA_PYTHON";

    /// <summary>The interpreter: by default the one that sees Debian's packages.</summary>
    public static string Python => Environment.GetEnvironmentVariable(PythonVariable) is { Length: > 0 } named ? named : "/usr/bin/python3";

    /// <summary>Runs a script of this folder.</summary>
    /// <param name="name">Its file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed, or nothing and the last line of its fault.</returns>
    public static (string? Text, string Fault) Run(string name, params object[] arguments) => RunIn("Cost", name, arguments);

    /// <summary>Runs a script.</summary>
    /// <param name="folder">Its folder beside the program.</param>
    /// <param name="name">Its file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed, or nothing and the last line of its fault.</returns>
    public static (string? Text, string Fault) RunIn(string folder, string name, params object[] arguments)
    {
        if (!File.Exists(Python))
        {
            return (null, "there is no such program");
        }

        var script = Path.Combine(AppContext.BaseDirectory, folder, name);
        var words = arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!);
        var start = new ProcessStartInfo(Python, [script, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var library in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
        {
            start.Environment[library] = "1";
        }

        using var process = Process.Start(start)!;
        var fault = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? (text.Trim(), "") : (null, fault.Result.TrimEnd().Split('\n')[^1]);
    }
}
