using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stores;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Stores;

namespace Coda.Tests.Interop;

/// <summary>What archives rely on, asked of a server that others wrote.</summary>
[TestClass]
public sealed class S3rverInteropTests : StoreConformance
{
    private static readonly Lazy<S3rver> Server = new(() => new S3rver());
    private readonly string _folder = Guid.NewGuid().ToString("N");

    private protected override IArchiveStore Store => Server.Value.Store(_folder);

    [ClassCleanup]
    public static void Stop()
    {
        if (Server.IsValueCreated)
        {
            Server.Value.Dispose();
        }
    }

    [TestMethod]
    public void WithoutConditionsItIsRefused()
    {
        using var plain = new S3rver(hasConditions: false);
        Assert.Contains("(If-None-Match)", Assert.ThrowsExactly<StoreException>(() => plain.Store(_folder).TryClaim("truth/.write.lock")).Message);
        Assert.IsEmpty(plain.Store(_folder).List(""));
    }

    [TestMethod]
    public void ARecordIsMadeAndCheckedThereByTheCommand()
    {
        using var folder = new TemporaryDirectory();
        var record = $"s3://{S3rver.Bucket}/{_folder}";
        foreach (var arguments in new[]
        {
            new[] { "simulate", "--set", "system.size=8", "--steps", "200", "--spin-up", "100", "--output", record },
            ["analyze", "--archive", record, "--method", "climatology"],
            ["archive", "check", record],
            ["score", "--archive", record],
        })
        {
            var run = CommandRun.AsProcess(
                folder.Path, typeof(CodaCommandLine).Assembly.Location, arguments, ("AWS_ENDPOINT_URL", Server.Value.Endpoint),
                ("AWS_ACCESS_KEY_ID", "S3RVER"), ("AWS_SECRET_ACCESS_KEY", "S3RVER"), ("AWS_REGION", "us-east-1"));
            Assert.AreEqual(0, run.ExitCode, run.Error);
        }

        Assert.HasCount(4, Store.List(""));
    }
}
