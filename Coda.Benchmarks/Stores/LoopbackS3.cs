using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Coda.Data.Archives.Stores;
using Coda.Stores.S3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Coda.Benchmarks.Stores;

/// <summary>A server of this process that speaks as much of S3's protocol as archives need, with conditional writes, and fails where it is told to.</summary>
/// <remarks>The same bucket name leads to it through <c>s3://</c> as long as it is there.</remarks>
internal sealed class LoopbackS3 : IDisposable
{
    private const int PageSize = 3;

    private static readonly ConcurrentDictionary<string, LoopbackS3> Servers = new();
    private static int _count;

    private readonly WebApplication _server;
    private readonly SortedDictionary<string, (byte[] Content, string Tag, string? Digest, string? Put)> _objects = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    static LoopbackS3()
    {
        S3Stores.WaitOnThreads();
        ArchiveStores.Use("s3", address => Servers[S3Address.Parse(address).Bucket].Store(S3Address.Parse(address)));
    }

    public LoopbackS3(string? bucket = null)
    {
        Bucket = bucket ?? FormattableString.Invariant($"bucket-{Interlocked.Increment(ref _count)}");
        _server = Listen();
        Endpoint = _server.Urls.Single();
        Client = NewClient("somebody", "secret-of-somebody");
        Servers[Bucket] = this;
    }

    public string Bucket { get; }

    public string Endpoint { get; }

    public IAmazonS3 Client { get; }

    /// <summary>Decides what goes wrong, by method and key; nothing by default.</summary>
    public Func<string, string, S3Fault> Fault { get; set; } = (_, _) => S3Fault.None;

    /// <summary>Whether conditions of writes are looked at, as some servers do not.</summary>
    public bool HasConditions { get; set; } = true;

    public S3Patience Patience { get; set; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20));

    /// <summary>Every request: method, key, and the names and values of its headers.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public IReadOnlyDictionary<string, byte[]> Objects
    {
        get
        {
            lock (_lock)
            {
                return _objects.ToDictionary(o => o.Key, o => o.Value.Content);
            }
        }
    }

    public string Address(string folder) => $"s3://{Bucket}/{folder}";

    public S3Store Store(string folder) => Store(S3Address.Parse(Address(folder)));

    public S3Store Store(S3Address address) => new(address, Client, Patience);

    public AmazonS3Client NewClient(string user, string secret) => new(new BasicAWSCredentials(user, secret), S3Stores.Configuration(Endpoint));

    /// <summary>The environment in which a process finds the server.</summary>
    public Dictionary<string, string?> Environment() => new()
    {
        ["AWS_ENDPOINT_URL"] = Endpoint,
        ["AWS_ACCESS_KEY_ID"] = "somebody",
        ["AWS_SECRET_ACCESS_KEY"] = "secret-of-somebody",
        ["AWS_REGION"] = "us-east-1",
    };

    /// <summary>Puts objects in place of all that are there.</summary>
    public void Replace(IReadOnlyDictionary<string, byte[]> objects)
    {
        lock (_lock)
        {
            _objects.Clear();
            foreach (var (key, content) in objects)
            {
                _objects[key] = (content, TagOf(content), Convert.ToHexStringLower(SHA256.HashData(content)), null);
            }
        }
    }

    /// <summary>Changes an object behind everybody's back.</summary>
    public void Damage(string key, Func<byte[], byte[]> change)
    {
        lock (_lock)
        {
            _objects[key] = _objects[key] with { Content = change(_objects[key].Content) };
        }
    }

    public void Dispose()
    {
        Servers.TryRemove(Bucket, out _);
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Client.Dispose();
    }

    private WebApplication Listen()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => (options.AllowSynchronousIO, options.Limits.MaxRequestBodySize) = (true, null));
        var app = builder.Build();
        app.Run(async context => await Task.Run(() => Answer(context)));
        app.StartAsync().GetAwaiter().GetResult();
        return app;
    }

    private void Answer(HttpContext context)
    {
        var key = context.Request.Path.Value!.TrimStart('/')[Bucket.Length..].TrimStart('/');
        var method = context.Request.Method;
        Requests.Enqueue($"{method} {key} {string.Join(' ', context.Request.Headers.Select(header => $"{header.Key}={header.Value}"))}");
        var fault = Fault(method, key);
        if (fault is S3Fault.CutRequest)
        {
            context.Request.Body.ReadByte();
            context.Abort();
            return;
        }

        using var content = new MemoryStream();
        context.Request.Body.CopyTo(content);
        if (fault is S3Fault.Busy)
        {
            Refuse(context, HttpStatusCode.ServiceUnavailable, "SlowDown");
        }
        else if (fault is S3Fault.Unknown or S3Fault.Conflict)
        {
            Refuse(context, fault is S3Fault.Unknown ? HttpStatusCode.NotFound : HttpStatusCode.Conflict, $"{fault}");
        }
        else if (fault is S3Fault.Silence)
        {
            context.RequestAborted.WaitHandle.WaitOne(Patience.Answer * 100);
            context.Abort();
        }
        else
        {
            Do(context, method, key, content.ToArray(), fault);
        }
    }

    private void Do(HttpContext context, string method, string key, byte[] content, S3Fault fault)
    {
        lock (_lock)
        {
            var isThere = _objects.TryGetValue(key, out var found);
            switch (method)
            {
                case "PUT" when Refused(context, isThere, found.Tag) is { } status:
                    Refuse(context, status, "PreconditionFailed");
                    return;
                case "PUT" when context.Request.Headers.ContentMD5 is [{ } sum] && sum != Convert.ToBase64String(MD5.HashData(content)):
                    Refuse(context, HttpStatusCode.BadRequest, "BadDigest");
                    return;
                case "PUT":
                    _objects[key] = found = (content, TagOf(content), context.Request.Headers["x-amz-meta-sha256"],
                        context.Request.Headers["x-amz-meta-put"]);
                    context.Response.Headers.ETag = found.Tag;
                    Send(context, [], fault);
                    return;
                case "DELETE":
                    _objects.Remove(key);
                    context.Response.StatusCode = 204;
                    Send(context, [], fault);
                    return;
                case "GET" when key.Length == 0:
                    Send(context, S3Listing.Of(_objects.Select(o => (o.Key, (long)o.Value.Content.Length)), context.Request.Query, PageSize), fault);
                    return;
                case "GET" or "HEAD" when !isThere:
                    Refuse(context, HttpStatusCode.NotFound, "NoSuchKey");
                    return;
                default:
                    Give(context, method, found, fault);
                    return;
            }
        }
    }

    private static string TagOf(byte[] content) => $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"";

    private HttpStatusCode? Refused(HttpContext context, bool isThere, string? tag) =>
        !HasConditions ? null
        : context.Request.Headers.IfNoneMatch == "*" && isThere ? HttpStatusCode.PreconditionFailed
        : context.Request.Headers.IfMatch is [{ } expected] && (!isThere || expected != tag) ? HttpStatusCode.PreconditionFailed
        : null;

    private static void Give(HttpContext context, string method, (byte[] Content, string Tag, string? Digest, string? Put) found, S3Fault fault)
    {
        var (content, response) = (found.Content, context.Response);
        response.Headers.ETag = found.Tag;
        response.Headers["x-amz-meta-sha256"] = found.Digest;
        response.Headers["x-amz-meta-put"] = found.Put;
        if (context.Request.Headers.Range is [{ } range])
        {
            var ends = range["bytes=".Length..].Split('-');
            var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            if (first >= content.Length)
            {
                Refuse(context, HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange");
                return;
            }

            var last = ends[1].Length == 0 ? content.Length - 1
                : (int)Math.Min(long.Parse(ends[1], CultureInfo.InvariantCulture), content.Length - 1);
            response.StatusCode = 206;
            response.Headers.ContentRange = FormattableString.Invariant($"bytes {first}-{last}/{content.Length}");
            content = content[first..(last + 1)];
        }

        if (method == "HEAD")
        {
            response.ContentLength = content.Length;
            return;
        }

        Send(context, content, fault);
    }

    private static void Send(HttpContext context, byte[] content, S3Fault fault)
    {
        if (fault is S3Fault.CutAnswer)
        {
            context.Abort();
            return;
        }

        if (context.Response.StatusCode != 204)
        {
            context.Response.ContentLength = content.Length;
        }

        if (fault is S3Fault.CutContent && content.Length > 1)
        {
            context.Response.Body.Write(content, 0, content.Length / 2);
            context.Response.Body.Flush();
            context.Abort();
            return;
        }

        context.Response.Body.Write(content);
    }

    private static void Refuse(HttpContext context, HttpStatusCode status, string code)
    {
        context.Response.StatusCode = (int)status;
        if (context.Request.Method != "HEAD")
        {
            context.Response.ContentType = "application/xml";
            context.Response.Body.Write(
                Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>"));
        }
    }
}
