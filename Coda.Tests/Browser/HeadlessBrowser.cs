using PuppeteerSharp;

namespace Coda.Tests.Browser;

/// <summary>Debian's Chromium without a display. Tests that need it are inconclusive where it is not installed.</summary>
internal sealed class HeadlessBrowser : IDisposable
{
    private static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);

    private readonly IBrowser _browser;

    private HeadlessBrowser(IBrowser browser) => _browser = browser;

    /// <summary>Starts it; one serves the tests of a class.</summary>
    public static HeadlessBrowser Start()
    {
        if (Program is null)
        {
            Assert.Inconclusive("chromium is not installed (Debian: chromium).");
        }

        // Root has no sandbox, and containers have little shared memory.
        return new(Await(Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        })));
    }

    /// <summary>Opens a page, and waits until what it names is loaded; what scripts show then, tests wait for.</summary>
    /// <param name="address">Its address; a file's too.</param>
    /// <param name="width">The window's width in pixels.</param>
    /// <param name="isDark">Whether the reader likes dark pages.</param>
    public BrowserPage Open(Uri address, int width = 1000, bool isDark = false)
    {
        var page = new BrowserPage(Await(_browser.NewPageAsync()));
        page.Resize(width);
        page.Prefer(isDark);
        page.GoTo(address);
        return page;
    }

    public void Dispose() => _browser.Dispose();

    internal static T Await<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
