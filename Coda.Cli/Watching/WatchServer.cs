using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Coda.Figures.Drawing;
using Coda.Figures.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Coda.Cli.Watching;

/// <summary>Shows a training to browsers on this machine: a page that follows it without being reloaded.</summary>
/// <remarks>It listens on the loopback address only and answers requests that name it, so that no page of another origin can read it through a name that
/// leads here. The page has no inline script or style, and loads nothing from elsewhere.</remarks>
internal sealed class WatchServer : IDisposable
{
    private const string Policy = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'";

    private readonly WebApplication _host;
    private readonly WatchedTraining _training;
    private readonly string _title;

    private WatchServer(string folder, FigureSource source, int port)
    {
        (_training, _title) = (new(folder, source), $"Training of {folder}");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "coda", EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _host = builder.Build();
        _host.Run(Answer);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts to listen.</summary>
    /// <param name="folder">The model's folder; nothing need be in it yet.</param>
    /// <param name="source">Of what the pictures are.</param>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <param name="option">The option that named it, for messages.</param>
    /// <exception cref="ArgumentException">No port.</exception>
    /// <exception cref="IOException">The port is in use, or not for this user.</exception>
    public static WatchServer Start(string folder, FigureSource source, int port, string option)
    {
        Figure.RequireFont();
        if (port is not (>= 0 and <= ushort.MaxValue))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{option}: expected a port of 0 to {ushort.MaxValue}, 0 for any that is free, got {port}."));
        }

        var server = new WatchServer(folder, source, port);
        try
        {
            server._host.StartAsync().GetAwaiter().GetResult();
            server.Address = new Uri(server._host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
            return server;
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            server.Dispose();
            throw new IOException(FormattableString.Invariant($"{option} {port}: expected a free port, got one in use. Choose another, or 0 for any."), fault);
        }
        catch (SocketException fault)
        {
            server.Dispose();
            throw new IOException(
                FormattableString.Invariant($"{option} {port}: expected a port to listen on, got: {fault.Message}. Choose another, or 0 for any."), fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.StopAsync().GetAwaiter().GetResult();
        ((IDisposable)_host).Dispose();
    }

    private Task Answer(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return !IsLocal(request.Host.Host) ? Refuse(context, StatusCodes.Status421MisdirectedRequest)
            : !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) ? Refuse(context, StatusCodes.Status405MethodNotAllowed)
            : request.Path.Value switch
            {
                "/" => Write(context, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Page())),
                "/content" => Write(context, "text/html; charset=utf-8", _training.Content(request.Query["version"]) is { } html
                    ? Encoding.UTF8.GetBytes(html) : null),
                "/page.css" => Write(context, "text/css; charset=utf-8", Encoding.UTF8.GetBytes(PageWriter.StyleSheet)),
                "/watch.js" or "/icon.svg" => Write(
                    context, request.Path == "/watch.js" ? "text/javascript; charset=utf-8" : "image/svg+xml", FileOf(request.Path.Value![1..])),
                { } path when path.StartsWith("/figures/", StringComparison.Ordinal) && path.EndsWith(".png", StringComparison.Ordinal)
                    && _training.Picture(path["/figures/".Length..^".png".Length], ThemeOf(request)) is { } png => Write(context, "image/png", png),
                _ => Refuse(context, StatusCodes.Status404NotFound),
            };
    }

    // A name that somebody lets lead to this machine is no reason to tell him of it.
    private static bool IsLocal(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static Theme ThemeOf(HttpRequest request) => request.Query["theme"] == Theme.Dark.Name ? Theme.Dark : Theme.Light;

    private static byte[] FileOf(string name)
    {
        using var stream = typeof(WatchServer).Assembly.GetManifestResourceStream($"watch/{name}")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    // Nothing where nothing has changed.
    private static Task Write(HttpContext context, string type, byte[]? content)
    {
        if (content is null)
        {
            return Refuse(context, StatusCodes.Status204NoContent);
        }

        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(content).AsTask();
    }

    private string Page() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{FigureMarkup.Escaped(_title)}</title>
        <link rel="icon" href="/icon.svg">
        <link rel="stylesheet" href="/page.css">
        <script src="/watch.js" defer></script>
        </head>
        <body>
        <header><h1>{FigureMarkup.Escaped(_title)}</h1><p>The page follows the training by itself.</p><p id="connection" role="status"></p></header>
        {_training.Content()}
        </body>
        </html>

        """);

    /// <summary>The host starts and stops with the command, which takes the signals.</summary>
    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
