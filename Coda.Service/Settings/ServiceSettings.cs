using System.Net;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;

namespace Coda.Service.Settings;

/// <summary>Where the service listens, whom it lets in, and how it computes.</summary>
public sealed record ServiceSettings
{
    /// <summary>The IP address to listen on; another than a loopback address needs <see cref="ApiKey"/>.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port; 0 for any that is free.</summary>
    public int Port { get; init; } = 5055;

    /// <summary>The key that requests must bring, except for those of health; none by default.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The runs of ONNX Runtime at the same time; 0 for one on each core.</summary>
    public int Workers { get; init; }

    /// <summary>The most windows of waiting requests that one run takes together.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>What a request may ask for.</summary>
    public ServiceLimits Limits { get; init; } = new();

    /// <summary>Whether every request is a line in the log.</summary>
    public bool LogsRequests { get; init; }

    /// <summary>Starts what takes streams of observations further, one for each worker, from the model that is served; by default the model's own sequential
    /// analysis, or nowcasts of its windows.</summary>
    public Func<OnnxModel, StreamAnalysis>? StartStreams { get; init; }

    /// <summary>What corrects the model in streams, where <see cref="StartStreams"/> does, so that bands of that method are known; nothing by
    /// default.</summary>
    public Component? StreamMethod { get; init; }

    /// <summary>The bands of replies: of the model's analyses, of its streams, or one file of each.</summary>
    public IReadOnlyList<ServedBands> Bands { get; init; } = [];

    /// <summary>The rate γ at which the bands of streams follow drifts, about .005; by default they are measured only.</summary>
    public double? Adapt { get; init; }

    /// <summary>Refuses options that make no sense.</summary>
    /// <exception cref="ArgumentException">All faults at once; among them an address that others reach, without a key.</exception>
    public void Check()
    {
        var faults = new Faults(nameof(ServiceSettings));
        var isAddress = IPAddress.TryParse(Address, out var address);
        faults
            .Require(isAddress, nameof(Address), "an IP address, such as 127.0.0.1 or 0.0.0.0", Address)
            .Require(Port is >= 0 and <= 65535, nameof(Port), "0 to 65535", Port)
            .Require(
                ApiKey is not null || !isAddress || IPAddress.IsLoopback(address!), nameof(ApiKey),
                $"a key (in CODA_API_KEY, or a file named with --api-key-file) to listen on {Address}, which other machines may reach", null)
            .Require(ApiKey is null || (ApiKey.Length >= Settings.ApiKey.ShortestLength && ApiKey.All(c => c is > ' ' and <= '~')), nameof(ApiKey),
                Settings.ApiKey.Expected, $"another of {ApiKey?.Length}")
            .Require(Workers >= 0, nameof(Workers), "at least 0", Workers)
            .Require(BatchSize is >= 1 and <= 4096, nameof(BatchSize), "1 to 4096", BatchSize);
        Limits.Check(faults);
        faults.ThrowIfAny();
    }
}
