using System.Text;
using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Tests.Archives;
using Coda.Tests.Following;
using Coda.Tests.Inference;

namespace Coda.Tests.Cli;

[TestClass]
public sealed class ServeTests
{
    [TestMethod]
    [DataRow("TERM")]
    [DataRow("INT")]
    public void ItServesUntilItIsToldToStopAndExitsWithZero(string signal)
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var process = CommandRun.Start(folder.Path, "serve", "--model", ".", "--port", "0", "--json", "--log-requests");
        var result = new StringBuilder();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            result.AppendLine(line);
            if (line == "}")
            {
                break;
            }
        }

        var address = new Uri((string)JsonNode.Parse(result.ToString())!["result"]!["address"]!);
        Assert.IsTrue(address.IsLoopback);
        using (var client = new HttpClient { BaseAddress = address })
        {
            Assert.AreEqual("""{"status":"ready"}""", client.GetStringAsync("/health/ready").Result);
            using var body = new StringContent("""{"rows":[[1,2,3,4,5,6,7,8],[1,2,3,4,5,6,7,8],[1,2,3,4,5,6,7,8],[1,2,3,4,5,6,7,null]]}""", Encoding.UTF8, "application/json");
            using var reply = client.PostAsync("/v1/analyses", body).Result;
            Assert.HasCount(4, JsonNode.Parse(reply.Content.ReadAsStringAsync().Result)!["states"]!.AsArray());
        }

        CommandRun.Signal(process, signal);
        var run = CommandRun.Await(process).Succeeded();
        Assert.Contains("\"message\":\"stopped\"", run.Error);
        Assert.Contains("\"route\":\"/v1/analyses\",\"status\":200", run.Error);
    }

    [TestMethod]
    public void AnAddressThatOthersReachWithoutAKeyIsAUsageError() =>
        CommandRun.InProcess("serve", "--model", "lorenz96", "--address", "0.0.0.0").Failed(ExitCodes.Usage, "CODA_API_KEY", "--api-key-file");

    [TestMethod]
    public void WrongOptionsAreAUsageError() =>
        CommandRun.InProcess("serve", "--model", "lorenz96", "--port", "70000", "--batch", "0", "--max-requests", "0")
            .Failed(ExitCodes.Usage, "Port", "BatchSize", "Requests");

    [TestMethod]
    public void AModelOrAKeyThatIsNotThereIsBadData()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess("serve", "--model", folder.File("none")).Failed(ExitCodes.BadData, folder.File("none"));
        CommandRun.InProcess("serve", "--model", "lorenz96", "--api-key-file", folder.File("none")).Failed(ExitCodes.BadData, "a file with the key");
    }

    [TestMethod]
    public void BandsOfAnotherModelAreRefusedBeforeItServes()
    {
        using var example = FollowExamples.Of("nowcast");
        var file = example.File("bands.json");
        example.Bands().Write(file);
        CommandRun.InProcess("serve", "--model", "lorenz96", "--port", "0", "--bands", file)
            .Failed(ExitCodes.ModelMismatch, "bands.json: expected bands of the model 'lorenz96");
        CommandRun.InProcess("serve", "--model", "lorenz96", "--port", "0", "--adapt", "0.1").Failed(ExitCodes.Usage, "--bands");
        CommandRun.InProcess("serve", "--model", "lorenz96", "--port", "0", "--bands", example.File("none")).Failed(ExitCodes.BadData, "none");
    }
}
