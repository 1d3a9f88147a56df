using System.Diagnostics;
using Coda.Stores.S3;

namespace Coda.Benchmarks.Archives;

/// <summary>An S3 server on this machine, for this process and those that it starts: s3rver, with conditional writes before it.</summary>
internal sealed class StoreServer : IDisposable
{
    private const string Script = "Coda.Tests/Interop/s3-server.mjs";
    private const string Bucket = "records";
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where it keeps objects.</param>
    /// <exception cref="InvalidOperationException">Node, or the packages of the tests, are not there, or this is not the repository's root.</exception>
    public StoreServer(string folder)
    {
        if (!File.Exists(Script) || !Directory.Exists("Coda.Tests/Interop/node_modules"))
        {
            throw new InvalidOperationException($"Expected {Script} and its packages, got none here. Run ./build.sh Setup, and this in the repository's root.");
        }

        _process = Process.Start(new ProcessStartInfo("node", [Script, folder, Bucket]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL", $"http://127.0.0.1:{_process.StandardOutput.ReadLine()}");
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "S3RVER");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "S3RVER");
        S3Stores.Use();
    }

    /// <summary>A place in it.</summary>
    public string Address => $"s3://{Bucket}/scale";

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close(); // which ends it
        _process.WaitForExit();
        _process.Dispose();
    }
}
