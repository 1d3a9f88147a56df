using Amazon.Runtime;
using Amazon.S3;
using Coda.Data.Archives;
using Coda.Data.Archives.Stores;

namespace Coda.Stores.S3;

/// <summary>Lets addresses of S3, or of a store that speaks its protocol, name archives.</summary>
/// <remarks>
/// Who asks is told by the usual chain of credentials (environment, shared profile, web identity, role of the container or the machine), the region by
/// <c>AWS_REGION</c> or the profile, another server than Amazon's by <c>AWS_ENDPOINT_URL_S3</c> or <c>AWS_ENDPOINT_URL</c>. Nothing of it is written anywhere.
/// The store must refuse conditional writes whose condition does not hold (<c>If-Match</c>, <c>If-None-Match</c>), as Amazon's does.
/// </remarks>
public static class S3Stores
{
    private const int Retries = 5;
    private const int Waiting = 64;
    private static readonly Lazy<IAmazonS3> Client = new(NewClient);

    /// <summary>Lets <c>s3://</c> name archives, in the whole process.</summary>
    public static void Use()
    {
        WaitOnThreads();
        ArchiveStores.Use("s3", address => new S3Store(S3Address.Parse(address), Client.Value, S3Patience.Usual));
    }

    /// <summary>Lets as many calls wait for answers at once as archives make: each keeps its thread meanwhile, and the answers come on others.</summary>
    internal static void WaitOnThreads()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Waiting), ports);
    }

    /// <summary>The settings by which the store is asked.</summary>
    /// <param name="endpoint">The server, where it is not Amazon's.</param>
    internal static AmazonS3Config Configuration(string? endpoint)
    {
        var settings = new AmazonS3Config
        {
            MaxErrorRetry = Retries,
            RetryMode = RequestRetryMode.Standard,
            Timeout = Timeout.InfiniteTimeSpan, // each request has its own
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, // the signature is over the content, and so is Content-MD5
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED, // parts are compared with the SHA-256 of their manifest
        };
        if (!string.IsNullOrEmpty(endpoint))
        {
            (settings.ServiceURL, settings.ForcePathStyle) = (Checked(endpoint), true);
            settings.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION") is { Length: > 0 } region ? region : "us-east-1";
        }

        return settings;
    }

    private static AmazonS3Client NewClient()
    {
        try
        {
            var own = Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3");
            return new AmazonS3Client(Configuration(string.IsNullOrEmpty(own) ? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") : own));
        }
        catch (Exception fault) when (fault is AmazonClientException or AmazonServiceException)
        {
            throw new StoreException(
                "S3: expected a region, got none. Set AWS_REGION, or AWS_ENDPOINT_URL for another server than Amazon's.", fault);
        }
    }

    private static string Checked(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? endpoint
            : throw new ArgumentException("AWS_ENDPOINT_URL: expected http://HOST:PORT or https://HOST, without a user's name, got another text.");
}
