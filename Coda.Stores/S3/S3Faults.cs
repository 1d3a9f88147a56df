using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Coda.Data.Archives;

namespace Coda.Stores.S3;

/// <summary>What a store says, in Coda's words.</summary>
internal static class S3Faults
{
    /// <summary>Whether a fault is of the store or of the way to it, and not of the program.</summary>
    /// <param name="fault">The fault.</param>
    public static bool IsOurs(Exception fault) =>
        fault is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TaskCanceledException
        && fault is not StoreException;

    /// <summary>Whether a conditional write was refused because its condition does not hold.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="isReplacement">Whether the condition was that there is a certain object, which may be gone.</param>
    public static bool IsCondition(AmazonS3Exception fault, bool isReplacement) =>
        fault.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict || (isReplacement && fault.ErrorCode == "NoSuchKey");

    /// <summary>Whether an object is not there.</summary>
    /// <param name="fault">The fault.</param>
    public static bool IsMissing(AmazonS3Exception fault) => fault.StatusCode == HttpStatusCode.NotFound && fault.ErrorCode != "NoSuchBucket";

    /// <summary>The fault for whoever uses the archive.</summary>
    /// <param name="place">The object or the archive.</param>
    /// <param name="fault">What the client says.</param>
    public static StoreException Of(string place, Exception fault) => new($"{place}: {Words(fault)}", fault);

    private static string Words(Exception fault) => fault switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } =>
            "expected a bucket of this name, got none on the server. Make the bucket, or correct the address or AWS_ENDPOINT_URL.",
        AmazonS3Exception { ErrorCode: "NotImplemented" or "MethodNotAllowed" } =>
            "expected a store with all that archives need, got one that has not implemented it. Use another store.",
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } =>
            "expected credentials that may list, read, write and delete here, got refused. Correct them (AWS_PROFILE, AWS_ACCESS_KEY_ID or a role), "
                + "or the bucket's policy.",
        AmazonServiceException { StatusCode: HttpStatusCode.NotFound } =>
            "expected a store, or this object in it, got neither (404). Look at the address and AWS_ENDPOINT_URL, and open the archive again.",
        AmazonServiceException { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect } =>
            "expected the bucket's region, got another. Set AWS_REGION to the bucket's.",
        AmazonServiceException { StatusCode: not 0 } service =>
            $"expected the store to do what it was asked for, got status {(int)service.StatusCode} from it, after {Attempts} at most. Try again later.",
        TaskCanceledException => "expected an answer from the store in time, got none. Try again later, and look whether the network is slow.",
        AmazonClientException client when client.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) =>
            "expected credentials from the usual chain (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role), got none. Set one of them.",
        _ => "expected the store to answer, got no connection, or one that broke. Look at the network, AWS_ENDPOINT_URL and AWS_REGION, and try again.",
    };

    private static string Attempts => "six attempts";
}
