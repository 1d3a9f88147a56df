using Coda.Benchmarks.Stores;
using Coda.Data.Archives;
using Coda.Data.Archives.Stores;
using Coda.Stores.S3;

namespace Coda.Tests.Stores;

[TestClass]
public sealed class S3StoreTests : StoreConformance
{
    private readonly LoopbackS3 _server = new();

    private protected override IArchiveStore Store => _server.Store("records/a");

    [TestCleanup]
    public void StopServer() => _server.Dispose();

    [TestMethod]
    [DataRow("s3://bucket/a", "bucket", "a")]
    [DataRow("s3://bucket/a/b/", "bucket", "a/b")]
    public void AnAddressNamesBucketAndFolder(string text, string bucket, string prefix) =>
        Assert.AreEqual(new S3Address(bucket, prefix), S3Address.Parse(text));

    [TestMethod]
    [DataRow("s3://bucket")]
    [DataRow("s3://bucket/")]
    [DataRow("s3://Bucket/a")]
    [DataRow("s3://user:secret@bucket/a")]
    [DataRow("s3://bucket/a//b")]
    [DataRow("s3://bucket/../b")]
    [DataRow("s3://bucket/a?versionId=3")]
    [DataRow("s3:/bucket/a")]
    public void AnotherAddressIsRefused(string text) =>
        Assert.Contains("expected s3://BUCKET/FOLDER", Assert.ThrowsExactly<ArgumentException>(() => S3Address.Parse(text)).Message);

    [TestMethod]
    [DataRow("s3://user:secret@bucket/a", "s3://...@bucket/a: expected s3://BUCKET/FOLDER")]
    [DataRow("s3://bucket/a?signature=secret", "s3://bucket/a?...: expected s3://BUCKET/FOLDER")]
    [DataRow("https://user:secret@host/a", "https://...@host/a: expected a directory, or s3://...")]
    public void WhatMayBeASecretInAnAddressIsNotRepeated(string address, string expected)
    {
        var message = Assert.ThrowsExactly<ArgumentException>(() => ArchiveStores.Of(address)).Message;
        Assert.StartsWith(expected, message);
        Assert.DoesNotContain("secret", message);
    }

    [TestMethod]
    [DataRow("PUT")]
    [DataRow("GET")]
    [DataRow("DELETE")]
    public void AServerThatIsBusyForAWhileIsAskedAgain(string method)
    {
        FailOnce(method, S3Fault.Busy);
        WriteReadDelete();
    }

    [TestMethod]
    [DataRow("PUT", S3Fault.CutAnswer)]
    [DataRow("PUT", S3Fault.CutRequest)]
    [DataRow("GET", S3Fault.CutAnswer)]
    [DataRow("GET", S3Fault.CutContent)]
    [DataRow("DELETE", S3Fault.CutAnswer)]
    public void AConnectionThatBreaksIsMadeAgain(string method, object fault)
    {
        FailOnce(method, (S3Fault)fault);
        WriteReadDelete();
    }

    [TestMethod]
    public void AFileWhoseAnswerBreaksInTheMiddleIsReadOnFromThere()
    {
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        Assert.IsTrue(Add("truth/part-00000.parquet", content));
        var left = 3;
        _server.Fault = (method, _) => method == "GET" && left-- > 0 ? S3Fault.CutContent : S3Fault.None;
        using var copy = new MemoryStream();
        Store.CopyTo("truth/part-00000.parquet", copy);
        CollectionAssert.AreEqual(content, copy.ToArray());
    }

    [TestMethod]
    public void AServerThatIsNoStoreIsSaidToBeSo()
    {
        _server.Fault = (_, _) => S3Fault.Unknown;
        Assert.StartsWith($"{Store.Place}/truth: expected a store", Assert.ThrowsExactly<StoreException>(() => Store.List("truth")).Message);
        Assert.StartsWith($"{Store.Place}/archive.json: expected a store",
            Assert.ThrowsExactly<StoreException>(() => Store.TryReplace("archive.json", Text("one"), version: null)).Message);
    }

    [TestMethod]
    public void AConflictIsAnAnswerToAPutAlone()
    {
        _server.Fault = (_, _) => S3Fault.Conflict;
        Action[] others = [() => Store.List("truth"), () => Store.Delete("archive.json"), () => Store.ReadDocument("archive.json")];
        foreach (var other in others)
        {
            Assert.Contains("got status 409", Assert.ThrowsExactly<StoreException>(other).Message);
        }

        _server.Fault = (method, _) => method == "PUT" ? S3Fault.Conflict : S3Fault.None;
        Assert.IsNull(Store.TryReplace("archive.json", Text("one"), version: null));
    }

    [TestMethod]
    public void AServerThatDoesNotAnswerIsSaidToBeSo()
    {
        _server.Patience = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(.3));
        _server.Fault = (_, _) => S3Fault.Silence;
        var fault = Assert.ThrowsExactly<StoreException>(() => Store.ReadDocument("archive.json"));
        Assert.AreEqual($"{Store.Place}/archive.json: expected an answer from the store in time, got none. Try again later, and look whether the network is slow.",
            fault.Message);
        Assert.HasCount(1, _server.Requests, "Once.");
    }

    [TestMethod]
    public void ADiskThatIsFullIsNoConnectionThatBroke()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Inconclusive("No device that is full.");
        }

        Assert.IsTrue(Add("truth/part-00000.parquet", new byte[100_000]));
        _server.Requests.Clear();
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        Assert.StartsWith($"{Store.Place}/truth/part-00000.parquet: expected room on this machine's disk for a copy, got: ",
            Assert.ThrowsExactly<StoreException>(() => Store.CopyTo("truth/part-00000.parquet", full)).Message);
        Assert.HasCount(1, _server.Requests, "Nothing is asked for again.");
    }

    [TestMethod]
    public void APartThatNoStoreTakesAtOnceIsRefusedBeforeItIsSent()
    {
        var path = Store.TemporaryFile("truth/part-00000.parquet");
        using (var file = File.Create(path))
        {
            file.SetLength((5L << 30) + 1); // a hole, which takes no room
        }

        Assert.Contains("expected a part of at most 5 GiB", Assert.ThrowsExactly<StoreException>(
            () => Store.TryAdd("truth/part-00000.parquet", path, new string('0', 64))).Message);
        File.Delete(path);
        Assert.IsEmpty(_server.Requests);
    }

    [TestMethod]
    public void AStoreThatTakesNoNoticeOfConditionsIsRefused()
    {
        _server.HasConditions = false;
        Assert.Contains("expected a store that refuses to write what is there already (If-None-Match)",
            Assert.ThrowsExactly<StoreException>(() => Store.TryClaim("truth/.write.lock")).Message);
        Assert.IsEmpty(_server.Objects);
    }

    [TestMethod]
    public void AClaimWhoseProcessEndedIsTakenOverAndNotBefore()
    {
        Assert.IsNotNull(Store.TryReplace("truth/.write.lock", Text("a-process-that-was-killed 7\n"), version: null));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var taken = Store.TryClaim("truth/.write.lock");
        Assert.IsNotNull(taken);
        Assert.IsGreaterThanOrEqualTo(_server.Patience.Claim, watch.Elapsed);
        taken.Require();
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AClaimOfAProcessOfThisMachineThatHasEndedIsTakenOverAtOnce()
    {
        _server.Patience = new(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(20));
        using (var own = Store.TryClaim("truth/.write.lock"))
        {
            Assert.EndsWith(ProcessMark.Own + "\n", Read("truth/.write.lock"));
        }

        Assert.IsFalse(ProcessMark.HasEnded(ProcessMark.Own));
        Assert.IsFalse(ProcessMark.HasEnded("-"));
        var ended = ProcessMark.Own.Split('/') is [var boot, var space, var number, _] ? $"{boot}/{space}/{number}/1" : "";
        Assert.IsNotNull(Store.TryReplace("truth/.write.lock", Text($"another 7 {ended}\n"), version: null));
        using var taken = Store.TryClaim("truth/.write.lock");
        Assert.IsNotNull(taken);
    }

    [TestMethod]
    public void WhoLostItsClaimLearnsIt()
    {
        using var lost = Store.TryClaim("truth/.write.lock");
        Assert.IsNotNull(lost);
        var found = Store.ReadDocument("truth/.write.lock")!;
        while (Store.TryReplace("truth/.write.lock", Text("another 0\n"), found.Version) is null)
        {
            found = Store.ReadDocument("truth/.write.lock")!;
        }

        Assert.Contains("got it taken over by another process", Assert.ThrowsExactly<StoreException>(lost.Require).Message);
        lost.Dispose();
        Assert.AreEqual("another 0\n", Read("truth/.write.lock"), "What is another's stays.");
    }

    [TestMethod]
    public void CredentialsAreInNoRequestButAsASignature()
    {
        WriteReadDelete();
        Assert.IsNotEmpty(_server.Requests);
        Assert.IsTrue(_server.Requests.All(r => r.Contains("Authorization=AWS4-HMAC-SHA256", StringComparison.Ordinal)));
        Assert.IsFalse(_server.Requests.Any(r => r.Contains("secret-of-somebody", StringComparison.Ordinal)));
    }

    private void FailOnce(string method, S3Fault fault)
    {
        var keys = new HashSet<string>();
        _server.Fault = (asked, key) => asked == method && keys.Add(key) ? fault : S3Fault.None;
    }

    private void WriteReadDelete()
    {
        Assert.IsTrue(Add("truth/part-00000.parquet", new byte[1000]));
        var version = Store.TryReplace("archive.json", Text("one"), version: null);
        Assert.IsNotNull(version);
        Assert.IsNotNull(Store.TryReplace("archive.json", Text("two"), version));
        Assert.AreEqual("two", Read("archive.json"));
        Assert.AreEqual(10, Store.Read("truth/part-00000.parquet", 990, new byte[20]));
        Store.Delete("archive.json");
        Assert.IsNull(Store.ReadDocument("archive.json"));
    }
}
