using Coda.Data.Archives.Import;
using Coda.Data.Feeds;
using Coda.Feeds.Nats;
using Coda.Workflows.Following;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace Coda.Tests.Following;

/// <summary>A durable stream as a feed; its server runs on this machine.</summary>
[TestClass]
public sealed class NatsFeedTests
{
    [TestMethod]
    [DataRow(StreamConfigRetention.Limits)]
    [DataRow(StreamConfigRetention.Workqueue)]
    public void AStreamGivesTheAnalysesOfAFolderThroughEveryRestart(StreamConfigRetention retention)
    {
        using var server = new NatsServer();
        using var example = FollowExamples.Of("nowcast");
        var whole = FollowExamples.Follow(example.Job(example.ArriveAll("feed"), "whole"));
        server.Send(Messages(), retention);
        var job = Job(example, server, "streamed");
        for (var (at, wasKilled) = (0, true); wasKilled; at++)
        {
            wasKilled = false;
            var left = at;
            try
            {
                FollowExamples.Follow(job with { Wrote = _ => Kill(left-- == 0, ref wasKilled) });
            }
            catch (InvalidTimeZoneException)
            {
                Assert.IsTrue(wasKilled);
            }
        }

        var again = FollowExamples.Follow(job);
        Assert.AreEqual((0L, 0L), (again.Batches, again.Newest.Late));
        CollectionAssert.AreEqual(
            whole.Newest.Trajectories.SelectMany(t => t.State).ToList(), again.Newest.Trajectories.SelectMany(t => t.State).ToList());
        CollectionAssert.AreEqual(Parts(example, "whole"), Parts(example, "streamed"));
        Assert.AreEqual(retention == StreamConfigRetention.Limits ? Messages().Count() : 0, server.Stream().State.Messages, "What was taken.");
    }

    [TestMethod]
    public void AServerThatWasKilledIsWaitedForAndNothingIsLost()
    {
        using var server = new NatsServer();
        var messages = Messages().ToList();
        server.Send(messages.Take(3));
        using var feed = Open(server);
        for (var i = 0; i < 3; i++)
        {
            Assert.AreEqual($"{i + 1}", feed.Next(TimeSpan.FromSeconds(30))!.Ordinal);
        }

        Assert.IsTrue(feed.IsDrained());
        server.Kill();
        feed.Acknowledge("2");
        Assert.IsNull(feed.Next(TimeSpan.FromMilliseconds(500)));
        server.StartAgain();
        server.Send(messages.Skip(3));
        Assert.AreEqual("4", feed.Next(TimeSpan.FromSeconds(60))!.Ordinal);
        feed.Acknowledge("4");
        Assert.AreEqual("5", feed.Next(TimeSpan.FromSeconds(60))!.Ordinal);
    }

    [TestMethod]
    public void AMessageThatIsNoBatchComesAgain()
    {
        using var server = new NatsServer();
        server.Send(["step,site,value\n1,0,1", "", "nothing"]);
        using var feed = Open(server);
        Assert.HasCount(1, feed.Next(TimeSpan.FromSeconds(30))!.Rows);
        Assert.IsEmpty(feed.Next(TimeSpan.FromSeconds(30))!.Rows);
        for (var i = 0; i < 2; i++)
        {
            var fault = Assert.ThrowsExactly<InvalidDataException>(() => feed.Next(TimeSpan.FromSeconds(30)));
            StringAssert.Contains(fault.Message, "nats OBS/obs.>, message 3: expected a header line");
        }
    }

    [TestMethod]
    public void WhatIsGoneOrAnothersIsRefused()
    {
        using var server = new NatsServer();
        server.Send(Messages());
        using (var feed = Open(server))
        {
            Assert.IsNotNull(feed.Next(TimeSpan.FromSeconds(30)));
            Open(server, query: "?consumer=other").Dispose();
            using var second = Open(server);
            Assert.AreEqual("1", second.Next(TimeSpan.FromSeconds(30))!.Ordinal);
            StringAssert.Contains(Fault<IOException>(() => Drain(feed)), "expected to be the only one that reads as consumer coda-follow");
        }

        StringAssert.Contains(Fault<InvalidDataException>(() => Open(server, "100")), "it was made anew");
        server.With(js => js.PurgeStreamAsync("OBS", new StreamPurgeRequest { Seq = 5 }).AsTask());
        StringAssert.Contains(Fault<InvalidDataException>(() => Open(server, "2")), "expected messages from 3 on, got them from 5 on");
        using (var allowed = Open(server, "2", "?gone=allowed"))
        {
            Assert.AreEqual("5", allowed.Next(TimeSpan.FromSeconds(30))!.Ordinal);
        }

        server.With(js => js.DeleteStreamAsync("OBS").AsTask());
        StringAssert.Contains(Fault<IOException>(() => Open(server)), "stream not found");
        server.Send([], StreamConfigRetention.Interest);
        StringAssert.Contains(Fault<IOException>(() => Open(server)), "keeps nothing");
    }

    [TestMethod]
    public void WhoReadsIsToldByTheEnvironmentAndByNothingElse()
    {
        using var server = new NatsServer("--user", "reader", "--pass", "secret-of-the-reader");
        var address = NatsAddress.Parse(server.Address());
        var wrong = Assert.Throws<Exception>(() => NatsReading.Open(address, Credentials("reader", "wrong-secret"), 0, default).GetAwaiter().GetResult());
        Assert.DoesNotContain("secret", $"{wrong}");
        var known = Assert.ThrowsExactly<NATS.Client.JetStream.NatsJSApiException>(
            () => NatsReading.Open(address, Credentials("reader", "secret-of-the-reader"), 0, default).GetAwaiter().GetResult());
        Assert.AreEqual(404, known.Error.Code, "It was let in, and there is no stream yet.");
        Assert.Throws<ArgumentException>(() => Credentials("reader", null));
        Assert.Throws<ArgumentException>(() => NatsCredentials.Of(name => name.EndsWith("PASSWORD", StringComparison.Ordinal) ? null : "x"));
        Assert.Throws<FileNotFoundException>(() => NatsCredentials.Of(name => name == NatsCredentials.File ? "/none" : null));
        var given = Assert.ThrowsExactly<ArgumentException>(() => NatsAddress.Parse("nats://reader:secret@host:4222/OBS/obs"));
        Assert.DoesNotContain("secret", given.Message);
    }

    [TestMethod]
    [DataRow("nats://host:4222")]
    [DataRow("nats://host:4222/OBS")]
    [DataRow("nats://host:4222/O.S/obs")]
    [DataRow("nats://host:4222/OBS/obs?consumer=a.b")]
    [DataRow("nats://host:4222/OBS/obs?tls=perhaps")]
    public void WhatIsNoAddressIsRefused(string text) => Assert.ThrowsExactly<ArgumentException>(() => NatsAddress.Parse(text));

    [TestMethod]
    public void AnAddressIsReadWhole()
    {
        var address = NatsAddress.Parse("nats://a:1,b:2/OBS/obs.*.>?consumer=mine&gone=allowed&tls=required");
        Assert.AreEqual(("nats://a:1,nats://b:2", "OBS", "obs.*.>", "mine", true, true),
            (address.Servers, address.Stream, address.Subject, address.Consumer, address.AllowsGone, address.RequiresTls));
    }

    private static IEnumerable<string> Messages() =>
        Enumerable.Range(0, FollowExamples.Steps / 3).Select(i => FollowExamples.Csv(FollowExamples.Rows(3 * i, (3 * i) + 3)));

    private static FollowJob Job(FollowExamples example, NatsServer server, string output) => example.Job("feed", output) with
    {
        Feed = context => new NatsFeed(context, new() { Address = server.Address() }),
    };

    private static NatsFeed Open(NatsServer server, string? after = null, string query = "")
    {
        var context = new FeedContext(new ObservationTextSettings { StepLength = 1, TimeUnit = "1", SiteOf = _ => null });
        var feed = new NatsFeed(context, new() { Address = server.Address(query: query) });
        try
        {
            feed.Open(after, 1);
            return feed;
        }
        catch
        {
            feed.Dispose();
            throw;
        }
    }

    private static void Drain(NatsFeed feed)
    {
        while (true)
        {
            feed.Next(TimeSpan.FromSeconds(30));
        }
    }

    private static NatsAuthOpts Credentials(string user, string? password) =>
        NatsCredentials.Of(name => name.EndsWith("USER", StringComparison.Ordinal) ? user : name.EndsWith("PASSWORD", StringComparison.Ordinal) ? password : null);

    private static string Fault<T>(Action act)
        where T : Exception => Assert.ThrowsExactly<T>(act).Message;

    private static List<string> Parts(FollowExamples example, string output) => [.. example.Files(output).Where(file => file.Contains("part-"))];

    private static void Kill(bool isNow, ref bool wasKilled)
    {
        if (isNow)
        {
            wasKilled = true;
            throw new InvalidTimeZoneException("killed");
        }
    }
}
