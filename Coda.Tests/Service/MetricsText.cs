using System.Text;
using Coda.Service.Metrics;

namespace Coda.Tests.Service;

/// <summary>What /metrics would say.</summary>
internal static class MetricsText
{
    public static async Task<string> Text(this ServiceMetrics metrics)
    {
        using var stream = new MemoryStream();
        await metrics.Write(stream, CancellationToken.None);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
