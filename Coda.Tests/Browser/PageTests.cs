using System.Diagnostics;
using System.Text.Json.Nodes;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Service.Settings;
using Coda.Tests.Inference;
using Coda.Tests.Service;

namespace Coda.Tests.Browser;

/// <summary>The page at the service's root, as a person sees it.</summary>
[TestClass]
public sealed class PageTests
{
    private const string Key = "a-key-of-24-characters-x";

    private static HeadlessBrowser _browser = null!;
    private static ServiceRun _run = null!;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _browser = HeadlessBrowser.Start();
        _run = new ServiceRun();
    }

    [ClassCleanup]
    public static void Stop()
    {
        _browser?.Dispose();
        _run?.Dispose();
    }

    [TestMethod]
    public void ItTellsTheModelAndTheStateAndIsQuiet()
    {
        using var page = _browser.Open(_run.Service.Address);
        page.WaitFor("document.querySelector('#metrics dl') !== null");
        Assert.AreEqual("example", page.Text("h1"));
        var card = page.Text("#card");
        foreach (var said in new[] { "lorenz96", "x (ring, 8)", "7 steps", "F\t8", "given", "not say how well", "not scored" })
        {
            Assert.Contains(said, card);
        }

        Assert.Contains("ready", page.Text("#metrics"));
        page.HasNames();
        page.IsQuiet();
        Assert.IsTrue(page.Requests.All(address => address.StartsWith(_run.Service.Address.ToString(), StringComparison.Ordinal)), "Asks nobody else.");
    }

    [TestMethod]
    [DataRow("/", "#metrics dl", 400, false)]
    [DataRow("/", "#metrics dl", 1000, true)]
    [DataRow("/openapi", "#routes table", 400, true)]
    [DataRow("/openapi", "#routes table", 1000, false)]
    public void ItIsReadableNarrowOrWideLightOrDark(string path, string last, int width, bool isDark)
    {
        using var page = _browser.Open(new Uri(_run.Service.Address, path), width, isDark);
        page.WaitFor($"document.querySelector('{last}') !== null");
        page.FitsItsWidth();
        Assert.IsGreaterThan(4.5, page.LeastContrast());
        var back = page.Value<string>("getComputedStyle(document.body).backgroundColor");
        Assert.AreEqual(isDark ? "rgb(20, 23, 26)" : "rgb(255, 255, 255)", back);
        page.HasNames();
        page.IsQuiet();
    }

    [TestMethod]
    public void RoutesAreToldFromTheDescription()
    {
        using var page = _browser.Open(new Uri(_run.Service.Address, "/openapi"));
        page.WaitFor("document.querySelectorAll('#routes section').length >= 6");
        var analyses = page.Text("#post-v1-analyses");
        foreach (var said in new[] { "Analyzes the observations of one stretch.", "entries", "entries[].value", "recordStart", "application/json", "422" })
        {
            Assert.Contains(said, analyses);
        }

        page.IsQuiet();
    }

    [TestMethod]
    public void AKeyIsAskedForAndSent()
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1, ApiKey = Key });
        using var page = _browser.Open(run.Service.Address);
        page.WaitFor("!document.querySelector('#key').hidden");
        Assert.IsFalse(page.IsSeen("#content"), "Nothing of the model without the key.");
        page.Type("a-wrong-key-of-24-letters");
        page.Press("Enter");
        page.WaitFor("document.querySelector('#fault').innerText.includes('got another')");
        page.Type(Key);
        page.Press("Enter");
        page.WaitFor("document.querySelector('#metrics dl') !== null");
        Assert.AreEqual("example", page.Text("h1"));
        Assert.IsFalse(page.IsSeen("#key"));
        Assert.Contains("X-API-Key: $CODA_API_KEY", page.Text("#curl"));
        Assert.DoesNotContain(Key, page.Value<string>("document.documentElement.outerHTML"), "The key is not shown.");

        // The other page of the tab knows it.
        page.GoTo(new Uri(run.Service.Address, "/openapi"));
        page.WaitFor("document.querySelector('#routes table') !== null");
    }

    [TestMethod]
    public void EveryExampleWorksForFieldsWithBoundsAndNamesThatAreNumbers()
    {
        using var run = new ServiceRun(folder =>
        {
            var card = ExampleModels.Write(folder, ServiceRun.Sites, ServiceRun.HalfWidth);
            CodaJson.Write(Path.Combine(folder, ModelFolder.Card), card with
            {
                Layout = card.Layout.Within(StateDomain.Positive), Errors = ErrorModel.SquareRoot, ValueUnit = "mm",
                SiteNames = [.. Enumerable.Range(1, ServiceRun.Sites).Select(site => $"{site}")],
            });
        });
        EveryExampleWorks(run.Service.Address);
        using var page = _browser.Open(run.Service.Address);
        page.WaitFor("document.querySelector('#metrics dl') !== null");
        Assert.Contains("1 of twice the square root", page.Text("#card"));
        page.IsQuiet();
    }

    [TestMethod]
    public void EveryExampleWorksAsItStands() => EveryExampleWorks(_run.Service.Address);

    private static void EveryExampleWorks(Uri address)
    {
        if (!File.Exists("/usr/bin/curl"))
        {
            Assert.Inconclusive("curl is not installed (Debian: curl).");
        }

        using var page = _browser.Open(address);
        page.WaitFor("document.querySelector('#metrics dl') !== null");
        var examples = page.Value<string[]>("[...document.querySelectorAll('#curl pre')].map(e => e.innerText)");
        Assert.HasCount(4, examples);
        foreach (var example in examples)
        {
            using var process = Process.Start(new ProcessStartInfo("bash", ["-c", example]) { RedirectStandardOutput = true })!;
            var reply = JsonNode.Parse(process.StandardOutput.ReadToEnd())!;
            process.WaitForExit();
            Assert.IsNull(reply["status"], $"{example}\n{reply}");
            Assert.AreEqual("example", (string)(reply["model"] ?? reply["name"])!);
        }
    }
}
