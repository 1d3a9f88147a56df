using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3;
using Coda.Stores.S3;
using Coda.Tests.Archives;

namespace Coda.Tests.Interop;

/// <summary>Another's S3 server on this machine: s3rver, with conditional writes before it, or as it is.</summary>
internal sealed class S3rver : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Process _process;

    public S3rver(bool hasConditions = true)
    {
        _process = NodeScript.Start("s3-server.mjs", _directory.Path, Bucket, hasConditions ? "" : "plain");
        _ = _process.StandardError.ReadToEndAsync();
        Endpoint = $"http://127.0.0.1:{_process.StandardOutput.ReadLine()}";
        Client = new AmazonS3Client(new BasicAWSCredentials("S3RVER", "S3RVER"), S3Stores.Configuration(Endpoint));
    }

    public static string Bucket => "records";

    public string Endpoint { get; }

    public IAmazonS3 Client { get; }

    public S3Store Store(string folder) =>
        new(new S3Address(Bucket, folder), Client, new S3Patience(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20)));

    public void Dispose()
    {
        Client.Dispose();
        _process.StandardInput.Close(); // which ends it
        _process.WaitForExit();
        _process.Dispose();
        _directory.Dispose();
    }
}
