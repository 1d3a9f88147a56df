using System.Collections.Concurrent;
using System.Text.Json;
using PuppeteerSharp;
using PuppeteerSharp.Media;

namespace Coda.Tests.Browser;

/// <summary>A page in <see cref="HeadlessBrowser"/>, and what it complains of.</summary>
internal sealed class BrowserPage : IDisposable
{
    private const int Patience = 20_000; // milliseconds
    private const int Height = 800;

    private readonly IPage _page;
    private readonly ConcurrentQueue<string> _complaints = new();

    public BrowserPage(IPage page)
    {
        _page = page;
        page.Console += (_, e) =>
        {
            if (e.Message.Type is ConsoleType.Error or ConsoleType.Warning)
            {
                _complaints.Enqueue($"console: {e.Message.Text} ({e.Message.Location?.URL})");
            }
        };
        page.PageError += (_, e) => _complaints.Enqueue($"error: {e.Message}");
        page.RequestFailed += (_, e) => _complaints.Enqueue($"request: {e.Request.Url} failed");
        page.Request += (_, e) => Requests.Enqueue(e.Request.Url);
    }

    /// <summary>Every address that the page has asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What the console, scripts and requests have complained of so far.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public void GoTo(Uri address) =>
        HeadlessBrowser.Await(_page.GoToAsync(address.ToString(), new NavigationOptions { WaitUntil = [WaitUntilNavigation.Load], Timeout = Patience }));

    public void Resize(int width) => _page.SetViewportAsync(new ViewPortOptions { Width = width, Height = Height }).GetAwaiter().GetResult();

    public void Prefer(bool isDark) => _page.EmulateMediaFeaturesAsync(
        [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = isDark ? "dark" : "light" }]).GetAwaiter().GetResult();

    /// <summary>The value of an expression of JavaScript, or of a promise that it is.</summary>
    public T Value<T>(string expression) => HeadlessBrowser.Await(_page.EvaluateExpressionAsync<JsonElement>(expression)).Deserialize<T>()!;

    /// <summary>Waits until an expression of JavaScript is true.</summary>
    public void WaitFor(string expression)
    {
        try
        {
            HeadlessBrowser.Await(_page.WaitForExpressionAsync(expression, new WaitForFunctionOptions { Timeout = Patience }));
        }
        catch (WaitTaskTimeoutException)
        {
            Assert.Fail($"'{expression}' did not come true. {string.Join("; ", _complaints)}\n{Value<string>("document.body.innerText")}");
        }
    }

    public string Text(string selector) => Value<string>($"document.querySelector({JsonSerializer.Serialize(selector)}).innerText");

    public bool IsSeen(string selector) => Value<bool>($"document.querySelector({JsonSerializer.Serialize(selector)}).checkVisibility()");

    /// <summary>Presses keys one after another, by their names.</summary>
    public void Press(params string[] keys)
    {
        foreach (var key in keys)
        {
            _page.Keyboard.PressAsync(key).GetAwaiter().GetResult();
        }
    }

    public void Type(string text) => _page.Keyboard.TypeAsync(text).GetAwaiter().GetResult();

    /// <summary>Presses the tabulator until an element has the focus, as a reader without a mouse does.</summary>
    public void TabTo(string selector)
    {
        for (var i = 0; i < 100; i++)
        {
            if (Value<bool>($"document.activeElement.matches({JsonSerializer.Serialize(selector)})"))
            {
                return;
            }

            Press("Tab");
        }

        Assert.Fail($"No tabulator leads to '{selector}'.");
    }

    /// <summary>Chooses a file in an input.</summary>
    public void Choose(string selector, string file)
    {
        var input = HeadlessBrowser.Await(_page.QuerySelectorAsync(selector));
        input.UploadFileAsync(file).GetAwaiter().GetResult();
    }

    /// <summary>The colour of a canvas or an image at a place of its own pixels. [red, green, blue, opacity]</summary>
    public int[] Pixel(string selector, double x, double y) =>
        Value<int[]>(FormattableString.Invariant($"(() => {{ {Copy(selector)} return [...k.getImageData({x}, {y}, 1, 1).data]; }})()"));

    /// <summary>The number of pixels of a canvas or an image that have a colour, below a row.</summary>
    public int CountPixels(string selector, int[] color, int top = 0) => Value<int>($$"""
        (() => {
          {{Copy(selector)}}
          const d = k.getImageData(0, {{top}}, c.width, c.height - {{top}}).data;
          let n = 0;
          for (let i = 0; i < d.length; i += 4) n += d[i] === {{color[0]}} && d[i + 1] === {{color[1]}} && d[i + 2] === {{color[2]}};
          return n;
        })()
        """);

    /// <summary>Asserts that nothing was complained of.</summary>
    public void IsQuiet() => Assert.AreEqual("", string.Join('\n', _complaints));

    /// <summary>Asserts that nobody has to scroll sideways.</summary>
    public void FitsItsWidth() =>
        Assert.IsLessThanOrEqualTo(Value<int>("document.documentElement.clientWidth"), Value<int>("document.documentElement.scrollWidth"), "Scrolls sideways.");

    /// <summary>Asserts that images, canvases, fields and buttons have names, that there is one first heading, and that the page says its language.</summary>
    public void HasNames()
    {
        var nameless = Value<string[]>(
            "[...document.querySelectorAll('img,canvas,svg[role=img],input,select,button,table,[role=region]')].filter(e => e.checkVisibility() && "
            + "!(e.alt || e.ariaLabel || e.getAttribute('aria-labelledby') || e.labels?.length || e.querySelector('caption,title') || (e.tagName === 'BUTTON' && e.innerText)))"
            + ".map(e => e.outerHTML.slice(0, 100))");
        Assert.AreEqual("", string.Join('\n', nameless));
        Assert.AreEqual(1, Value<int>("document.querySelectorAll('h1').length"));
        Assert.AreEqual("en", Value<string>("document.documentElement.lang"));
    }

    /// <summary>The least contrast (WCAG 2) of text that is seen with what lies behind it.</summary>
    public double LeastContrast() => Value<double>("""
        (() => {
          const rgb = (c) => c.match(/[\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          let least = 21;
          for (const e of document.querySelectorAll('body *')) {
            if (!e.checkVisibility() || e.disabled || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
            const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
            least = Math.min(least, (a + 0.05) / (b + 0.05));
          }
          return least;
        })()
        """);

    public void Dispose() => _page.Dispose();

    // Read from a copy, for which the browser does not complain.
    private static string Copy(string selector) => $"const c = document.querySelector({JsonSerializer.Serialize(selector)}); "
        + "const k = new OffscreenCanvas(c.naturalWidth || c.width, c.naturalHeight || c.height).getContext('2d', { willReadFrequently: true }); k.drawImage(c, 0, 0);";
}
