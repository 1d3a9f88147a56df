using Coda.Reports.Gathering;
using Coda.Reports.Pages;
using Coda.Tests.Archives;
using Coda.Tests.Reports;
using Coda.Workflows.Progress;

namespace Coda.Tests.Browser;

/// <summary>Reports, as a person sees them.</summary>
[TestClass]
public sealed class ReportBrowserTests
{
    private static readonly TemporaryDirectory Folder = new();
    private static HeadlessBrowser _browser = null!;

    private static Uri Report => new(Folder.File("report.html"));

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _browser = HeadlessBrowser.Start();
        ReportRecords.Write(Folder.File("record"));
        ReportRecords.WriteHostile(Folder.File("hostile"));
        ReportWorkflow.Run(new([Folder.File("record")], Folder.File("report.html")), new SilentProgress());
        ReportWorkflow.Run(new([Folder.File("hostile")], Folder.File("hostile.html")), new SilentProgress());
    }

    [ClassCleanup]
    public static void Stop()
    {
        _browser?.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    [DataRow(400, false)]
    [DataRow(400, true)]
    [DataRow(1000, false)]
    [DataRow(1000, true)]
    public void AReportIsReadableNarrowOrWideLightOrDark(int width, bool isDark)
    {
        using var page = _browser.Open(Report, width, isDark);
        page.FitsItsWidth();
        page.HasNames();
        Assert.IsGreaterThanOrEqualTo(4.5, page.LeastContrast());
        Assert.IsTrue(page.Value<bool>("[...document.images].every(i => i.complete && i.naturalWidth > 0)"), "Every picture is drawn.");
        page.IsQuiet();
    }

    [TestMethod]
    public void APictureHasThePapersColourOfItsSurroundings()
    {
        foreach (var (isDark, paper) in new[] { (false, new[] { 255, 255, 255 }), (true, [22, 24, 28]) })
        {
            using var page = _browser.Open(Report, isDark: isDark);
            CollectionAssert.AreEqual(paper, page.Pixel("figure img", 1, 1)[..3]);
        }
    }

    [TestMethod]
    public void APictureIsNotBlank()
    {
        using var page = _browser.Open(Report);
        var all = page.Value<int>("(() => { const i = document.querySelector('figure img'); return i.naturalWidth * i.naturalHeight; })()");
        Assert.IsLessThan(0.7 * all, page.CountPixels("figure img", [255, 255, 255]));
        Assert.IsGreaterThan(100, page.CountPixels("figure img", [200, 200, 200]), "Where nothing was observed the map is grey.");
    }

    [TestMethod]
    public void TheNumbersOfAPictureOpenWithTheKeyboard()
    {
        using var page = _browser.Open(Report);
        Assert.IsFalse(page.IsSeen("figure table"));
        page.TabTo("figure summary");
        page.Press("Enter");
        Assert.IsTrue(page.IsSeen("figure table"));
        page.IsQuiet();
    }

    [TestMethod]
    public void NamesFromFilesAreShownNotRun()
    {
        using var page = _browser.Open(new Uri(Folder.File("hostile.html")));
        Assert.AreEqual(0, page.Value<int>("document.querySelectorAll('script, img[src=x], main b').length"));
        Assert.Contains(ReportRecords.Hostile, page.Value<string>("document.body.textContent"));
        Assert.IsTrue(page.Requests.All(address => address.StartsWith("file:", StringComparison.Ordinal) || address.StartsWith("data:", StringComparison.Ordinal)));
        page.IsQuiet();
    }

    [TestMethod]
    public void ASectionIsReachedByItsLink()
    {
        using var page = _browser.Open(Report, 400);
        page.TabTo("nav a[href='#states']");
        page.Press("Enter");
        page.WaitFor("Math.abs(document.querySelector('#states').getBoundingClientRect().top) < 200");
    }
}
