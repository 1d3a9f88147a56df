using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coda.Tests.Interop;

/// <summary>Runs a script of this folder with Node: JSON in, JSON out.</summary>
internal static class NodeScript
{
    private const string Cure = "Install node and npm (Debian: apt-get install nodejs npm) and run ./build.sh Test.";

    private static string Folder => Path.Combine(Repository.Root, "Coda.Tests", "Interop");

    public static JsonNode Run(string script, JsonNode given)
    {
        using var process = Start(script);
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(given.ToJsonString());
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{script}: {errors.Result}");
        return JsonNode.Parse(text.Result) ?? throw new JsonException($"{script} wrote 'null'.");
    }

    /// <summary>Starts a script that goes on until its standard input is closed.</summary>
    public static Process Start(string script, params string[] arguments)
    {
        Assert.IsTrue(Directory.Exists(Path.Combine(Folder, "node_modules")), $"The npm packages of Coda.Tests/Interop are not installed. {Cure}");
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, script), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new AssertFailedException($"Node is not on the PATH ({fault.Message}). {Cure}", fault);
        }
    }
}
