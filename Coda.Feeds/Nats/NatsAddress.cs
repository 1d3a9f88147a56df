using System.Text.RegularExpressions;

namespace Coda.Feeds.Nats;

/// <summary>Which messages of which server: <c>nats://HOST:PORT[,HOST:PORT...]/STREAM/SUBJECT[?NAME=VALUE&amp;...]</c>.</summary>
internal sealed partial record NatsAddress
{
    private const string Form = "nats://HOST:PORT/STREAM/SUBJECT";

    /// <summary>The servers, as the client takes them.</summary>
    public required string Servers { get; init; }

    /// <summary>The stream.</summary>
    public required string Stream { get; init; }

    /// <summary>The messages' subject, which may have the wildcards * and &gt;.</summary>
    public required string Subject { get; init; }

    /// <summary>The durable consumer's name: two that follow one stream need two.</summary>
    public string Consumer { get; private init; } = "coda-follow";

    /// <summary>Whether messages that the stream dropped before they were read are done without.</summary>
    public bool AllowsGone { get; private init; }

    /// <summary>Whether only an encrypted connection will do.</summary>
    public bool RequiresTls { get; private init; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="ArgumentException">It is none, or holds credentials, which are not repeated.</exception>
    public static NatsAddress Parse(string text)
    {
        if (text.Contains('@', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"nats: expected {Form} without credentials, got some. Give them in {NatsCredentials.File}, or the other variables of docs/follow.md.");
        }

        var match = Pattern().Match(text);
        if (!match.Success)
        {
            throw new ArgumentException($"nats: expected {Form}, got '{text}'.");
        }

        var address = new NatsAddress
        {
            Servers = string.Join(',', match.Groups["servers"].Value.Split(',').Select(server => $"nats://{server}")), Stream = match.Groups["stream"].Value,
            Subject = match.Groups["subject"].Value,
        };
        foreach (var setting in match.Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            address = setting.Split('=', 2) switch
            {
                ["consumer", var name] when Name().IsMatch(name) => address with { Consumer = name },
                ["gone", "allowed"] => address with { AllowsGone = true },
                ["tls", "required"] => address with { RequiresTls = true },
                _ => throw new ArgumentException($"nats: expected consumer=NAME, gone=allowed or tls=required after ?, got '{setting}'."),
            };
        }

        return address;
    }

    [GeneratedRegex(@"^nats://(?<servers>[^/?\s]+)/(?<stream>[^/?\s.*>]+)/(?<subject>[^/?\s]+)(\?(?<query>\S*))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^[A-Za-z0-9_-]+$")]
    private static partial Regex Name();
}
