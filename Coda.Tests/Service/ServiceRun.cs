using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Inference.Sessions;
using Coda.Service.Bodies;
using Coda.Service.Hosting;
using Coda.Service.Settings;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Training.Networks;

namespace Coda.Tests.Service;

/// <summary>A service in this process with a small model of 8 sites and windows of 7 steps, on a free port of the loopback address.</summary>
internal sealed class ServiceRun : IDisposable
{
    public const int Sites = 8;
    public const int HalfWidth = 3;

    private static readonly TimeChannelNetwork.Options WithSpread = new() { HalfWidth = HalfWidth, Width = 6, Blocks = 1, Kernel = 3, HasSpread = true };

    private readonly TemporaryDirectory _folder = new();

    public ServiceRun(ServiceSettings? options = null, bool hasStretch = true, bool hasSpread = false)
        : this(folder => ExampleModels.Write(
            folder, Sites, HalfWidth, hasStretch,
            new TimeChannelNetwork.Options { HalfWidth = HalfWidth, Width = 6, Blocks = 1, Kernel = 3, HasSpread = hasSpread }), options)
    {
    }

    /// <summary>With bands of its model, which has a spread.</summary>
    public ServiceRun(Func<OnnxModel, IReadOnlyList<ServedBands>> bands, ServiceSettings options)
        : this(folder => ExampleModels.Write(folder, Sites, HalfWidth, options: WithSpread), options, bands)
    {
    }

    public ServiceRun(Action<string> write, ServiceSettings? options = null, Func<OnnxModel, IReadOnlyList<ServedBands>>? bands = null)
    {
        write(_folder.Path);
        Model = OnnxModel.Open(_folder.Path);
        options = (options ?? new ServiceSettings { Workers = 2 }) with { Bands = bands?.Invoke(Model) ?? [] };
        Service = CodaService.StartAsync(Model, options with { Port = 0 }, Log, TimeProvider.System).GetAwaiter()
            .GetResult();
        Client = new HttpClient { BaseAddress = Service.Address };
    }

    public OnnxModel Model { get; }

    public CodaService Service { get; }

    public HttpClient Client { get; }

    public StringWriter Log { get; } = new();

    public string ModelFolder => _folder.Path;

    /// <summary>A body as a client would write it: dense rows, null where nothing was observed.</summary>
    public static JsonObject Rows(ObservationStretch observations) => new()
    {
        ["firstStep"] = observations.Steps.Start,
        ["rows"] = new JsonArray(
            [.. Enumerable.Range(0, (int)observations.Steps.Count).Select(row => (JsonNode)new JsonArray([.. Enumerable.Range(0, Sites).Select(site =>
            observations.Mask[(row * Sites) + site] != 0 ? JsonValue.Create(observations.Values[(row * Sites) + site]) : (JsonNode?)null)]))]),
    };

    /// <summary>The same as entries, with the steps that they are of.</summary>
    public static JsonObject Entries(ObservationStretch observations) => new()
    {
        ["record"] = Steps(observations.Steps.Start, observations.Steps.End),
        ["entries"] = new JsonArray([.. Enumerable.Range(0, observations.Mask.Length).Where(i => observations.Mask[i] != 0).Select(i => (JsonNode)new JsonObject
        {
            ["step"] = observations.Steps.Start + (i / Sites), ["site"] = i % Sites, ["value"] = observations.Values[i],
        })]),
    };

    public static JsonObject Steps(long start, long end) => new() { ["start"] = start, ["end"] = end };

    public static StringContent Json(JsonNode body) => Text(body.ToJsonString());

    public static StringContent Text(string body, string type = ContentTypes.Json) => new(body, Encoding.UTF8, type);

    public static ByteArrayContent Parquet(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue(ContentTypes.Parquet) } };

    public static float[][] States(JsonNode reply, string member = "states") => [.. reply[member]!.AsArray().Select(State)];

    public static float[] State(JsonNode? state) => [.. state!.AsArray().Select(entry => (float)entry!)];

    public JsonNode Post(string route, JsonNode body) => Ok(Client.PostAsync(route, Json(body)).GetAwaiter().GetResult());

    public string Get(string route) => Client.GetStringAsync(route).GetAwaiter().GetResult();

    /// <summary>Waits until so many requests are being read, wait or are computed.</summary>
    public void WaitUntilUnderWay(int requests = 1)
    {
        while (!Get("/metrics").Contains($"coda_requests_in_progress {requests}\n", StringComparison.Ordinal))
        {
            Thread.Sleep(1);
        }
    }

    public static JsonNode Ok(HttpResponseMessage reply)
    {
        var text = reply.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        Assert.AreEqual(200, (int)reply.StatusCode, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>Asserts that a reply is a whole problem, and returns it.</summary>
    public static JsonNode Problem(HttpResponseMessage reply, int status, string kind)
    {
        var text = reply.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        Assert.AreEqual(status, (int)reply.StatusCode, text);
        Assert.AreEqual("application/problem+json", reply.Content.Headers.ContentType!.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.AreEqual($"urn:coda:problem:{kind}", (string)problem["type"]!, text);
        Assert.AreEqual(status, (int)problem["status"]!);
        foreach (var member in new[] { "title", "detail", "expected", "got", "cure" })
        {
            Assert.IsFalse(string.IsNullOrWhiteSpace((string)problem[member]!), $"{member} of {text}");
        }

        Assert.DoesNotContain("coda-serve-", text, "No path of this machine.");
        Assert.DoesNotContain("   at ", text, "No stack trace.");
        Assert.DoesNotContain("Coda.Service", text, "No name of a type.");
        return problem;
    }

    public void Dispose()
    {
        Client.Dispose();
        Service.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Model.Dispose();
        _folder.Dispose();
    }
}
