using System.Globalization;
using System.Text.Json;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Sessions;
using Coda.Service.Settings;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Inference;
using Coda.Tests.Service;

namespace Coda.Tests.Browser;

/// <summary>What the page at the service's root shows of a file that is dropped or chosen.</summary>
[TestClass]
public sealed class PictureTests
{
    private const int Sites = 16;
    private const int Steps = 40;
    private const string Origin = "2020-01-31T06:00:00Z";
    private const string Diagram = "figure canvas[aria-label^='Analyses of x']";

    private static readonly string[] Names = [.. Enumerable.Range(0, Sites).Select(site => site == 3 ? "<img src=x onerror=alert(1)>" : $"station {site:00}")];
    private static readonly TemporaryDirectory Folder = new();

    private static HeadlessBrowser _browser = null!;
    private static ServiceRun _run = null!;
    private static string _csv = "";
    private static string _parquet = "";
    private static float[] _analyses = [];

    /// <summary>A record of 16 sites as an archive, whose analyses the command makes, and as CSV.</summary>
    [ClassInitialize]
    public static void Start(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _browser = HeadlessBrowser.Start();
        _run = new ServiceRun(WriteModel, new ServiceSettings { Workers = 1 });
        var description = ArchiveExamples.Description(Sites, Steps) with
        {
            StepLength = 6, TimeUnit = "h", TimeOrigin = Origin, SiteNames = Names,
        };
        var record = ArchiveExamples.Stretch(0, new StepRange(0, Steps), Sites);
        using (var archive = ParquetArchive.Create(Folder.File("archive"), description))
        {
            archive.WriteObservations([record]);
        }

        _parquet = Directory.GetFiles(Folder.File("archive"), "*.parquet", SearchOption.AllDirectories).Single();
        CommandRun.InProcess("analyze", "--archive", Folder.File("archive"), "--model", _run.ModelFolder).Succeeded();
        using var analyzed = ParquetArchive.Open(Folder.File("archive"));
        _analyses = analyzed.ReadStates(ArchiveTable.Analyses, 0).Values();
        var calendar = new StepCalendar(Origin, 6, "h");
        _csv = Folder.File("buoys.csv");
        File.WriteAllLines(_csv, Enumerable.Range(0, record.Mask.Length).Where(i => record.Mask[i] != 0).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{calendar.TextOf(i / Sites)},{Names[i % Sites]},{record.Values[i]:R}")).Prepend("time,site,value"));
    }

    [ClassCleanup]
    public static void Stop()
    {
        _browser?.Dispose();
        _run?.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    public void ADroppedFileGivesTheAnalysesOfTheCommand()
    {
        using var page = Opened();
        Drop(page);
        Assert.AreEqual($"{Steps} analyses of buoys.csv, and a forecast from the last to 50 steps.", page.Text("#progress"));
        HasTheNumbersOfTheCommand(page);
        Assert.Contains("not trained for", page.Text("#warnings"), "Warnings of the reply stand above the pictures.");
        page.IsQuiet();
    }

    [TestMethod]
    public void AnalysesAreShownWhereNoForecastCanBe()
    {
        using var page = Opened();
        page.Value<int>("document.querySelector('#lead').value = 2000");
        Drop(page);
        Assert.Contains("No forecast: Expected rising leads from 0 to 1000 steps", page.Text("#warnings .fault"));
        HasTheNumbersOfTheCommand(page);
    }

    [TestMethod]
    public void AChosenParquetFileGivesTheSame()
    {
        using var page = Opened();
        page.Choose("#file", _parquet);
        page.TabTo("#send");
        page.Press("Enter");
        IsDone(page);
        HasTheNumbersOfTheCommand(page);
        page.IsQuiet();
    }

    [TestMethod]
    [DataRow(1000, false)]
    [DataRow(400, true)]
    public void TheDiagramsExtremesAreWhereThoseOfTheAnalysesAre(int width, bool isDark)
    {
        using var page = Shown(width, isDark);
        var box = page.Value<string>($"document.querySelector(\"{Diagram}\").dataset.box").Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        int[] ColorAt(int index) => page.Pixel(
            Diagram, Math.Floor(box[0] + (((index / Sites) + 0.5) * box[2] / Steps)), Math.Floor(box[1] + ((Sites - (index % Sites) - 0.5) * box[3] / Sites)));
        CollectionAssert.AreEqual(new[] { 0xfd, 0xe7, 0x25, 255 }, ColorAt(Array.IndexOf(_analyses, _analyses.Max())));
        CollectionAssert.AreEqual(new[] { 0x44, 0x01, 0x54, 255 }, ColorAt(Array.IndexOf(_analyses, _analyses.Min())));
        CollectionAssert.AreEqual(isDark ? new[] { 0x14, 0x17, 0x1a, 255 } : [255, 255, 255, 255], page.Pixel(Diagram, 1, 1));
        page.FitsItsWidth();
        page.HasNames();
        Assert.IsGreaterThan(4.5, page.LeastContrast());

        // On paper it is white.
        page.Value<bool>("window.dispatchEvent(new Event('beforeprint'))");
        CollectionAssert.AreEqual(new[] { 255, 255, 255, 255 }, page.Pixel(Diagram, 1, 1));
        page.IsQuiet();
    }

    [TestMethod]
    public void TheKeyboardAloneLeadsToPicturesAndNumbers()
    {
        using var page = Opened();
        page.Press("Tab");
        Assert.AreEqual("Skip to the content", page.Value<string>("document.activeElement.innerText"));
        page.Choose("#file", _csv); // whose dialogue is the system's
        page.TabTo("#lead");
        page.Press("ArrowUp");
        page.TabTo("#send");
        page.Press("Space");
        IsDone(page);
        Assert.Contains("to 51 steps", page.Text("#progress"));
        page.TabTo("figure summary");
        page.Press("Enter");
        page.WaitFor("document.querySelector('figure table') !== null");
        page.TabTo("figure .scroll");
        page.TabTo("select");
        page.Type("station 05");
        page.WaitFor("[...document.querySelectorAll('figure h3')].some(e => e.innerText === 'station 05 over time')");
        page.IsQuiet();
    }

    [TestMethod]
    public void NamesAreShownAndNotRun()
    {
        using var page = Shown(1000, isDark: false);
        Assert.Contains(Names[3], page.Text("select"));
        Assert.Contains(Names[3], page.Text("#card"));
        Assert.AreEqual(0, page.Value<int>("document.querySelectorAll('img').length"));
        page.Value<bool>("(() => { const s = document.querySelector('select'); s.value = 3; return s.dispatchEvent(new Event('change')); })()");
        page.WaitFor("[...document.querySelectorAll('figure h3')].some(e => e.innerText.startsWith('<img src=x'))");
        Assert.AreEqual(0, page.Value<int>("document.querySelectorAll('img').length"));
        page.IsQuiet();
    }

    [TestMethod]
    public void WhatIsWrongWithAFileIsSaid()
    {
        using var page = Opened();
        File.WriteAllText(Folder.File("wrong.csv"), "time,site,value\n2020-01-31,<b>atlantis</b>,1\n");
        page.Choose("#file", Folder.File("wrong.csv"));
        page.TabTo("#send");
        page.Press("Enter");
        page.WaitFor("document.querySelector('#progress.fault') !== null");
        Assert.Contains("site: expected the index or the name of a site of the model, got '<b>atlantis</b>'", page.Text("#progress"));
        Assert.AreEqual(0, page.Value<int>("document.querySelectorAll('#progress b, figure').length"));

        // Whoever corrects a file and sends it again is told why it cannot be read.
        File.Delete(Folder.File("wrong.csv"));
        page.TabTo("#send");
        page.Press("Enter");
        page.WaitFor("document.querySelector('#progress.fault')?.innerText.includes('wrong.csv: expected a file that can be read') === true");
    }

    [TestMethod]
    public void FewSitesAreLines()
    {
        using var run = new ServiceRun(hasSpread: true);
        using var page = _browser.Open(run.Service.Address);
        page.WaitFor("document.querySelector('#metrics dl') !== null");
        var record = ArchiveExamples.Stretch(0, new StepRange(0, Steps), ServiceRun.Sites);
        var file = Folder.File("few.csv");
        File.WriteAllLines(file, Enumerable.Range(0, record.Mask.Length).Where(i => record.Mask[i] != 0).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{i / ServiceRun.Sites},{i % ServiceRun.Sites},{record.Values[i]:R}")).Prepend("step,site,value"));
        page.Choose("#file", file);
        page.TabTo("#send");
        page.Press("Enter");
        IsDone(page);
        Assert.AreEqual(ServiceRun.Sites, page.Value<int>("document.querySelectorAll('figure canvas').length"));
        Assert.Contains("The band is one standard deviation", page.Text("figcaption"));
        foreach (var color in new[] { new[] { 0, 0x72, 0xb2 }, [0, 0x9e, 0x73], [0xe6, 0x9f, 0] })
        {
            Assert.IsGreaterThan(20, page.CountPixels("figure canvas", color, top: 40), $"Pixels of {string.Join(", ", color)}.");
        }

        page.IsQuiet();
    }

    [TestMethod]
    public void PlanesAreShownAtAChosenTime()
    {
        using var page = Opened();
        page.Value<bool>("""
            Promise.all([import("/page/pictures.js"), import("/page/axes.js")]).then(([pictures, axes]) => {
              const times = { title: "time", steps: [0, 1], texts: ["0", "1"] };
              const names = [...Array(12).keys()].map((n) => `h[${n}]`);
              const rows = [names.map((_, n) => n), names.map((_, n) => (n === 2 ? null : 11 - n))];
              document.querySelector("#pictures").append(pictures.plane({ title: "h", caption: "", rows, names, shape: [3, 4], times, valueUnit: "m", kind: "state" }));
              axes.drawAll();
              return true;
            })
            """);
        const string Canvas = "figure canvas";
        var box = page.Value<string>($"document.querySelector('{Canvas}').dataset.box").Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        int[] ColorAt(int row, int column) => page.Pixel(
            Canvas, Math.Floor(box[0] + ((column + 0.5) * box[2] / 4)), Math.Floor(box[1] + ((2.5 - row) * box[3] / 3)));
        CollectionAssert.AreEqual(new[] { 0xfd, 0xe7, 0x25, 255 }, ColorAt(2, 3));
        CollectionAssert.AreEqual(new[] { 0x44, 0x01, 0x54, 255 }, ColorAt(0, 0));
        page.TabTo("input[type=range]");
        page.Press("ArrowRight");
        page.WaitFor("document.querySelector('output').innerText === '1'");
        CollectionAssert.AreEqual(new[] { 0xfd, 0xe7, 0x25, 255 }, ColorAt(0, 0));
        CollectionAssert.AreEqual(new[] { 0xc8, 0xc8, 0xc8, 255 }, ColorAt(0, 2), "What is not there is grey.");
        page.IsQuiet();
    }

    private static void WriteModel(string folder)
    {
        var card = ExampleModels.Write(folder, Sites);
        CodaJson.Write(Path.Combine(folder, ModelFolder.Card), card with
        {
            StepLength = 6, TimeUnit = "h", SiteNames = Names, TrainedFor = new ObservingSettings(1, 1, 0.2, 0.3, 5, 4),
        });
    }

    private static void Drop(BrowserPage page)
    {
        page.Value<bool>($$"""
            (() => {
              const given = new DataTransfer();
              given.items.add(new File([{{JsonSerializer.Serialize(File.ReadAllText(_csv))}}], "buoys.csv"));
              return document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true }));
            })()
            """);
        IsDone(page);
    }

    private static BrowserPage Opened(int width = 1000, bool isDark = false)
    {
        var page = _browser.Open(_run.Service.Address, width, isDark);
        page.WaitFor("document.querySelector('#metrics dl') !== null");
        return page;
    }

    private static BrowserPage Shown(int width, bool isDark)
    {
        var page = Opened(width, isDark);
        page.Choose("#file", _csv);
        page.TabTo("#send");
        page.Press("Enter");
        IsDone(page);
        return page;
    }

    private static void IsDone(BrowserPage page) => page.WaitFor("document.querySelector('figure canvas[data-box]') !== null && !document.querySelector('#send').disabled");

    private static void HasTheNumbersOfTheCommand(BrowserPage page)
    {
        page.Value<bool>("(() => { document.querySelector('figure details').open = true; return true; })()");
        page.WaitFor("document.querySelector('figure table') !== null");
        var head = page.Value<string[]>("[...document.querySelectorAll('figure:first-child thead th')].map(e => e.innerText)");
        CollectionAssert.AreEqual(new[] { "step", "time (UTC)" }.Concat(Names).ToArray(), head);
        var rows = page.Value<string[][]>("[...document.querySelectorAll('figure:first-child tbody tr')].map(r => [...r.cells].map(e => e.innerText))");
        Assert.HasCount(Steps, rows);
        Assert.AreEqual("2020-02-05 06:00", rows[20][1]);
        for (var i = 0; i < _analyses.Length; i++)
        {
            var shown = double.Parse(rows[i / Sites][2 + (i % Sites)], CultureInfo.InvariantCulture);
            Assert.AreEqual(_analyses[i], shown, 6e-6 * Math.Abs(_analyses[i]), $"Step {i / Sites}, site {i % Sites}.");
        }
    }
}
