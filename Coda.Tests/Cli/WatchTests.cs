using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Cli.Watching;
using Coda.Data.Cards;
using Coda.Figures.Drawing;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>Browsers on this machine, and nobody else, see how a training gets on.</summary>
[TestClass]
public sealed class WatchTests
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    [TestMethod]
    public void ThePageFollowsTheHistory()
    {
        using var folder = new TemporaryDirectory();
        var model = Directory.CreateDirectory(folder.File("<b>model")).FullName;
        using var server = WatchServer.Start(model, new FigureSource("archive", "<b>model", 1), 0, "--port");
        using var client = new HttpClient { BaseAddress = server.Address };
        var page = client.GetStringAsync("/").Result;
        Assert.Contains("No step is taken yet.", page);
        Assert.DoesNotContain("<b>", page, "Text is shown as text.");
        Write(model, 1, 5);
        var content = client.GetStringAsync("/content?version=none").Result;
        Assert.Contains("Step 5, in the stage joint", content);
        Assert.Contains("/figures/parameters.png?theme=dark&amp;version=", content);
        var version = content.Split("data-version=\"")[1].Split('"')[0];
        using (var same = client.GetAsync($"/content?version={version}").Result)
        {
            Assert.AreEqual(HttpStatusCode.NoContent, same.StatusCode, "nothing new");
        }

        Write(model, 6, 2100);
        Assert.Contains("Step 2,100, in the stage joint", client.GetStringAsync($"/content?version={version}").Result);
        foreach (var figure in new[] { "training", "parameters", "gradients", "rates" })
        {
            var (light, dark) = (client.GetByteArrayAsync($"/figures/{figure}.png?theme=light").Result,
                client.GetByteArrayAsync($"/figures/{figure}.png?theme=dark").Result);
            CollectionAssert.AreEqual(Png, light[..4]);
            Assert.IsFalse(light.SequenceEqual(dark), figure);
        }

        File.WriteAllText(Path.Combine(model, ModelFolder.History), "none");
        var damaged = client.GetStringAsync("/").Result;
        Assert.Contains("class=\"warning\"", damaged);
        Assert.Contains("delete it", damaged);
    }

    [TestMethod]
    public void ThePageIsForThisMachineAlone()
    {
        using var folder = new TemporaryDirectory();
        using var server = WatchServer.Start(folder.Path, new FigureSource(null, "model"), 0, "--port");
        Assert.IsTrue(server.Address.IsLoopback);
        using var client = new HttpClient { BaseAddress = server.Address };
        foreach (var (host, status) in new[] { ("localhost", 200), ("127.0.0.1:80", 200), ("[::1]", 200), ("coda.example", 421), ("127.0.0.1.example", 421) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = host } };
            using var reply = client.SendAsync(request).Result;
            Assert.AreEqual(status, (int)reply.StatusCode, host);
        }

        foreach (var (path, type) in new[]
        {
            ("/", "text/html"), ("/content", "text/html"), ("/page.css", "text/css"), ("/watch.js", "text/javascript"), ("/icon.svg", "image/svg+xml"),
        })
        {
            using var reply = client.GetAsync(path).Result;
            Assert.AreEqual((HttpStatusCode.OK, type), (reply.StatusCode, reply.Content.Headers.ContentType!.MediaType), path);
            var policy = reply.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none';", policy);
            Assert.DoesNotContain("unsafe", policy);
        }

        var page = client.GetStringAsync("/").Result;
        Assert.DoesNotContain("<style", page, "The policy would refuse it.");
        Assert.AreEqual(1, page.Split("<script").Length - 1);
        Assert.Contains("<script src=", page);
        using var posted = client.PostAsync("/", null).Result;
        using var none = client.GetAsync("/figures/none.png").Result;
        Assert.AreEqual((HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound), (posted.StatusCode, none.StatusCode));
    }

    [TestMethod]
    public void ATrainingShowsItselfWhileItRuns()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), "--no-truth")).Succeeded();
        using var process = CommandRun.Start(folder.Path, Tiny.Train("archive", "model", "--steps", "100000", "--watch"));
        var line = process.StandardError.ReadLine()!;
        Assert.StartsWith("Shown at http://127.0.0.1:", line);
        using (var client = new HttpClient { BaseAddress = new(line.Split(' ')[2]) })
        {
            for (var look = 0; look < 600 && !client.GetStringAsync("/content").Result.Contains("in the stage joint", StringComparison.Ordinal); look++)
            {
                Thread.Sleep(50);
            }

            Assert.Contains("in the stage joint", client.GetStringAsync("/").Result);
            CollectionAssert.AreEqual(Png, client.GetByteArrayAsync("/figures/training.png").Result[..4]);
        }

        CommandRun.Signal(process, "INT");
        Assert.AreEqual(ExitCodes.Interrupted, CommandRun.Await(process).ExitCode);
    }

    [TestMethod]
    public void WatchShowsATrainingUntilItIsToldToStop()
    {
        using var folder = new TemporaryDirectory();
        Write(Directory.CreateDirectory(folder.File("model")).FullName, 1, 3);
        using var process = CommandRun.Start(folder.Path, "watch", "model", "--json");
        var result = new StringBuilder();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            result.AppendLine(line);
            if (line == "}")
            {
                break;
            }
        }

        using (var client = new HttpClient { BaseAddress = new((string)JsonNode.Parse(result.ToString())!["result"]!["address"]!) })
        {
            Assert.Contains("Step 3", client.GetStringAsync("/").Result);
        }

        CommandRun.Signal(process, "TERM");
        CommandRun.Await(process).Succeeded();
    }

    [TestMethod]
    public void WhatCannotBeWatchedIsAnError()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess("watch", folder.File("none")).Failed(ExitCodes.BadData, "start 'coda train' first");
        CommandRun.InProcess("watch", folder.Path, "--port", "70000").Failed(ExitCodes.Usage, "--port: expected a port of 0 to 65535");
        using var server = WatchServer.Start(folder.Path, new FigureSource(null, "model"), 0, "--port");
        CommandRun.InProcess("watch", folder.Path, "--port", $"{server.Address.Port}").Failed(ExitCodes.BadData, "got one in use");
    }

    internal static void Write(string model, int first, int last)
    {
        var writer = new TrainingHistoryWriter(model, new Dictionary<string, double> { ["F"] = 8 });
        writer.Begin("joint", first - 1);
        foreach (var step in Enumerable.Range(first, last - first + 1).Where(step => TrainingHistoryWriter.Takes(step) || step == last))
        {
            writer.Add(step, new Dictionary<string, double>
            {
                ["loss.data-misfit"] = 1.0 / step, ["validation"] = 1, ["parameter.F"] = 7, ["rate.network"] = 1, ["gradient.network"] = 2, ["seconds"] = step,
            });
        }

        writer.Write();
    }
}
