using Coda.Cli.Watching;
using Coda.Data.Cards;
using Coda.Figures.Drawing;
using Coda.Tests.Archives;
using Coda.Tests.Cli;

namespace Coda.Tests.Browser;

/// <summary>The page of a training, as a person sees it follow.</summary>
[TestClass]
public sealed class WatchPageTests
{
    [TestMethod]
    public void ThePageFollowsWithoutBeingReloaded()
    {
        using var browser = HeadlessBrowser.Start();
        using var folder = new TemporaryDirectory();
        var server = WatchServer.Start(folder.Path, new FigureSource("archive", "model", 1), 0, "--port");
        try
        {
            using var page = browser.Open(server.Address);
            Assert.AreEqual("No step is taken yet.", page.Text("#content p"));
            page.Value<int>("window.stays = 1");
            WatchTests.Write(folder.Path, 1, 5);
            page.WaitFor("document.querySelector('#content').innerText.includes('Step 5,')");
            page.WaitFor("document.querySelectorAll('figure').length === 4 && [...document.images].every(i => i.complete && i.naturalWidth > 1000)");
            Assert.IsGreaterThan(100, page.CountPixels("#parameters img", [0x00, 0x72, 0xb2]), "The parameter's curve is drawn.");
            page.Value<bool>("document.querySelector('#parameters details').open = true");
            var picture = page.Value<string>("document.querySelector('#parameters img').src");

            WatchTests.Write(folder.Path, 6, 2100);
            page.WaitFor("document.querySelector('#content').innerText.includes('Step 2,100,')");
            page.WaitFor("[...document.images].every(i => i.complete)");
            Assert.AreNotEqual(picture, page.Value<string>("document.querySelector('#parameters img').src"));
            Assert.Contains("2100", page.Text("#parameters details"));
            Assert.IsTrue(page.Value<bool>("document.querySelector('#parameters details').open && window.stays === 1"), "What was open stays so.");
            page.HasNames();
            Assert.IsGreaterThan(4.5, page.LeastContrast());
            page.IsQuiet();
            Assert.IsTrue(page.Requests.All(address => address.StartsWith($"{server.Address}", StringComparison.Ordinal)), string.Join(' ', page.Requests));

            File.Copy(Path.Combine(folder.Path, ModelFolder.History), folder.File("whole"));
            File.WriteAllText(Path.Combine(folder.Path, ModelFolder.History), "none");
            page.WaitFor("document.querySelector('#content p.warning') !== null");
            File.Copy(folder.File("whole"), Path.Combine(folder.Path, ModelFolder.History), overwrite: true);
            page.WaitFor("document.querySelector('#content').innerText.includes('Step 2,100,')");
            Assert.IsTrue(page.Value<bool>("document.querySelector('#content p.warning') === null"), "A warning goes with its reason.");
            page.WaitFor("document.querySelectorAll('figure').length === 4 && [...document.images].every(i => i.complete && i.naturalWidth > 1000)");

            page.Resize(400);
            page.FitsItsWidth();
            page.Prefer(isDark: true);
            page.WaitFor("document.querySelector('#training img').currentSrc.includes('theme=dark') && [...document.images].every(i => i.complete)");
            Assert.IsGreaterThan(4.5, page.LeastContrast());
            page.IsQuiet();
            server.Dispose();
            page.WaitFor("document.querySelector('#connection').innerText.includes('coda watch')");
        }
        finally
        {
            server.Dispose();
        }
    }
}
