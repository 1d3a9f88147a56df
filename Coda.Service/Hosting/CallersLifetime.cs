using Microsoft.Extensions.Hosting;

namespace Coda.Service.Hosting;

/// <summary>The host's lifetime where the caller starts and stops it, and takes the signals.</summary>
internal sealed class CallersLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
