using System.Net.Http.Headers;
using Coda.Cli;
using Coda.Inference.Sessions;
using Coda.Service.Hosting;
using Coda.Service.Settings;

namespace Coda.Benchmarks.Faults;

/// <summary>A request to a service of this process, which runs an intact model and stays up from one request to the next.</summary>
/// <param name="name">The probe's name.</param>
/// <param name="model">The model's folder.</param>
/// <param name="route">The route with its query.</param>
/// <param name="body">The file with the body, inside the folder that the probe runs in.</param>
/// <param name="type">The body's content type.</param>
internal sealed class ServiceProbe(string name, string model, string route, string body, string type) : IFaultProbe, IDisposable
{
    private readonly StringWriter _log = new();
    private OnnxModel? _model;
    private CodaService? _service;
    private HttpClient? _client;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool SpeaksForUs => true;

    /// <inheritdoc/>
    public bool ShowsDescriptions => false;

    /// <inheritdoc/>
    public string? Target => null;

    /// <inheritdoc/>
    public ProbeResult Run(string folder, CancellationToken cancellation)
    {
        _client ??= Start();
        var file = Path.Combine(folder, body);
        using var content = new ByteArrayContent(File.Exists(file) ? File.ReadAllBytes(file) : []);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var reply = _client.PostAsync(new Uri(route, UriKind.Relative), content, cancellation).GetAwaiter().GetResult();
        var text = reply.Content.ReadAsStringAsync(cancellation).GetAwaiter().GetResult();
        var code = (int)reply.StatusCode switch { < 300 => ExitCodes.Success, < 500 => ExitCodes.BadData, _ => ExitCodes.Unexpected };
        return code == ExitCodes.Success ? new(code, text, "", text, []) : new(code, "", $"error: {text}\n", "", []);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _service?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _model?.Dispose();
        _log.Dispose();
    }

    private HttpClient Start()
    {
        _model = OnnxModel.Open(model);
        _service = CodaService.StartAsync(_model, new ServiceSettings { Workers = 1, Port = 0 }, _log, TimeProvider.System).GetAwaiter().GetResult();
        return new HttpClient { BaseAddress = _service.Address };
    }
}
