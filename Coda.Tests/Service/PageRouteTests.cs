using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Coda.Service.Pages;
using Coda.Service.Settings;

namespace Coda.Tests.Service;

/// <summary>The page's static files.</summary>
[TestClass]
public sealed partial class PageRouteTests
{
    private const string Key = "a-key-of-24-characters-x";

    [TestMethod]
    public void EveryFileIsServedUnderAStrictPolicyAndWithoutTheKey()
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1, ApiKey = Key });
        CollectionAssert.IsSubsetOf(new[] { "/", "/openapi", "/page/page.css", "/page/page.js" }, PageFile.All.Keys.ToArray());
        foreach (var path in PageFile.All.Keys)
        {
            using var reply = run.Client.GetAsync(path).Result;
            Assert.AreEqual(200, (int)reply.StatusCode, path);
            var policy = reply.Headers.GetValues("Content-Security-Policy").Single();
            foreach (var rule in new[] { "default-src 'none';", "script-src 'self';", "style-src 'self';", "connect-src 'self';", "frame-ancestors 'none'" })
            {
                Assert.Contains(rule, policy);
            }

            Assert.DoesNotContain("unsafe", policy);
            Assert.AreEqual("nosniff", reply.Headers.GetValues("X-Content-Type-Options").Single());
            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(reply.Headers.ETag!);
            using var same = run.Client.Send(again);
            Assert.AreEqual(304, (int)same.StatusCode, path);
        }

        ServiceRun.Problem(run.Client.GetAsync("/openapi/v1.json").Result, 401, "unauthorized");
        ServiceRun.Problem(run.Client.GetAsync("/page/other.js").Result, 401, "unauthorized");
    }

    [TestMethod]
    public void NothingIsInlineOrFromElsewhere()
    {
        foreach (var file in PageFile.All.Values)
        {
            var text = System.Text.Encoding.UTF8.GetString(file.Bytes);
            Assert.DoesNotMatchRegex(Inline(), text, file.Path);
            Assert.DoesNotMatchRegex(Elsewhere(), text, file.Path);
            foreach (var word in new[] { "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "localStorage" })
            {
                Assert.DoesNotContain(word, text, file.Path);
            }
        }
    }

    [TestMethod]
    public void NothingOfThePageStandsInTheDescriptionOrUnderAForeignHost()
    {
        using var run = new ServiceRun(new ServiceSettings { Workers = 1 });
        Assert.DoesNotContain("/page/", run.Get("/openapi/v1.json"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "example.org" } };
        ServiceRun.Problem(run.Client.Send(request), 421, "misdirected-request");
        using var page = run.Client.GetAsync("/").Result;
        Assert.AreEqual(new MediaTypeHeaderValue("text/html", "utf-8"), page.Content.Headers.ContentType);
    }

    [GeneratedRegex(@"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=""|javascript:")]
    private static partial Regex Inline();

    [GeneratedRegex(@"(?<!xmlns="")https?://")]
    private static partial Regex Elsewhere();
}
