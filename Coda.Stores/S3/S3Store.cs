using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Coda.Data.Archives;
using Coda.Data.Archives.Stores;

namespace Coda.Stores.S3;

/// <summary>An archive below a prefix of a bucket.</summary>
/// <remarks>
/// Objects are put whole. A put whose condition does not hold because an earlier attempt of ours was done, though its answer was lost, counts as done: what is
/// there says so.
/// </remarks>
/// <param name="address">Where it is.</param>
/// <param name="client">Asks the store; used by many stores.</param>
/// <param name="patience">How long is waited.</param>
internal sealed class S3Store(S3Address address, IAmazonS3 client, S3Patience patience) : IArchiveStore
{
    private const string Digest = "x-amz-meta-sha256";
    private const string Attempt = "x-amz-meta-put";
    private const int BrokenReads = 5;
    private const long MostPut = 5L << 30;

    /// <inheritdoc/>
    public string Place => address.ToString();

    /// <inheritdoc/>
    public string? Folder => null;

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> List(string folder) => Asking(folder, 0, async cancellation =>
    {
        var files = new List<StoredFile>();
        var request = new ListObjectsV2Request { BucketName = address.Bucket, Prefix = folder.Length == 0 ? $"{address.Prefix}/" : $"{KeyOf(folder)}/" };
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request, cancellation).ConfigureAwait(false);
            files.AddRange((page.S3Objects ?? []).Select(found => new StoredFile(found.Key[(address.Prefix.Length + 1)..], found.Size ?? 0)));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);

        files.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return files;
    });

    /// <inheritdoc/>
    public StoredFile? Find(string name) => Head(name) is { } head ? new StoredFile(name, head.ContentLength) : null;

    /// <inheritdoc/>
    public int Read(string name, long offset, Span<byte> into)
    {
        if (into.IsEmpty)
        {
            return 0;
        }

        var piece = new MemoryStream(into.Length);
        Copy(name, piece, offset, into.Length, CancellationToken.None);
        var count = (int)piece.Length;
        piece.GetBuffer().AsSpan(0, count).CopyTo(into);
        return count;
    }

    /// <inheritdoc/>
    public void CopyTo(string name, Stream into, CancellationToken cancellation = default) => Copy(name, into, 0, long.MaxValue, cancellation);

    /// <inheritdoc/>
    public string Sha256(string name, CancellationToken cancellation = default)
    {
        // Written with the object, whose content the store compared with the request's signature.
        if (Head(name)?.Metadata[Digest] is { Length: 64 } kept)
        {
            return kept;
        }

        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            CopyTo(name, stream, cancellation);
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }

    /// <inheritdoc/>
    public StoredDocument? ReadDocument(string name)
    {
        using var content = new MemoryStream();
        return TryCopy(name, content, 0, long.MaxValue, CancellationToken.None) is { } version ? new(content.ToArray(), version) : null;
    }

    /// <inheritdoc/>
    public string? TryReplace(string name, ReadOnlyMemory<byte> content, string? version) => TryReplace(name, content, version, patience.Answer);

    /// <summary>How long is waited.</summary>
    internal S3Patience Patience => patience;

    /// <summary>The same, with less patience.</summary>
    /// <inheritdoc cref="TryReplace(string, ReadOnlyMemory{byte}, string?)"/>
    internal string? TryReplace(string name, ReadOnlyMemory<byte> content, string? version, TimeSpan within)
    {
        var request = new PutObjectRequest { InputStream = new MemoryStream(content.ToArray()), AutoCloseStream = true };
        return TryPut(name, request, MD5Of(content.Span), version, within);
    }

    /// <inheritdoc/>
    public string NewName(string name) => ArchiveStores.UniqueName(name);

    /// <inheritdoc/>
    public string TemporaryFile(string name) => ScratchFolder.Shared.NewFile();

    /// <inheritdoc/>
    public bool TryAdd(string name, string path, string sha256)
    {
        var length = new FileInfo(path).Length;
        if (length > MostPut)
        {
            throw new StoreException(
                $"{PlaceOf(name)}: expected a part of at most 5 GiB, which stores take at once, got {length / (double)(1L << 30):0.0}. Make smaller parts.");
        }

        var request = new PutObjectRequest { FilePath = path };
        request.Metadata[Digest] = sha256;
        if (TryPut(name, request, MD5Of(path), version: null, patience.Of(length)) is null)
        {
            return false;
        }

        File.Delete(path);
        return true;
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        try
        {
            _ = Asking(name, 0, cancellation =>
                client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = address.Bucket, Key = KeyOf(name) }, cancellation), S3Faults.IsMissing);
        }
        catch (AmazonS3Exception fault) when (S3Faults.IsMissing(fault))
        {
            // As it is to be.
        }
    }

    /// <inheritdoc/>
    public IStoreClaim? TryClaim(string name) => S3Claim.Try(this, name, patience.Claim);

    /// <inheritdoc/>
    public void Tidy(string folder, Func<string, bool> isOf)
    {
        // Objects have no temporary names, and folders are no objects.
    }

    /// <summary>A file, for messages.</summary>
    /// <param name="name">The file's name in the archive.</param>
    internal string PlaceOf(string name) => name.Length == 0 ? Place : $"{Place}/{name}";

    private static string MD5Of(ReadOnlySpan<byte> content) => Convert.ToBase64String(MD5.HashData(content));

    private static string MD5Of(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToBase64String(MD5.HashData(file));
    }

    private string KeyOf(string name) => $"{address.Prefix}/{name}";

    private GetObjectMetadataResponse? Head(string name)
    {
        try
        {
            var request = new GetObjectMetadataRequest { BucketName = address.Bucket, Key = KeyOf(name) };
            return Asking(name, 0, cancellation => client.GetObjectMetadataAsync(request, cancellation), S3Faults.IsMissing);
        }
        catch (AmazonS3Exception fault) when (S3Faults.IsMissing(fault))
        {
            return null;
        }
    }

    // The version after; nothing where the condition did not hold.
    private string? TryPut(string name, PutObjectRequest request, string md5, string? version, TimeSpan within)
    {
        (request.BucketName, request.Key, request.MD5Digest, request.UseChunkEncoding) = (address.Bucket, KeyOf(name), md5, false);
        (request.IfMatch, request.IfNoneMatch) = (version, version is null ? "*" : null);
        var attempt = Guid.NewGuid().ToString("N");
        request.Metadata[Attempt] = attempt;
        bool IsRefused(AmazonS3Exception fault) => S3Faults.IsCondition(fault, isReplacement: version is not null);
        try
        {
            return Asking(name, within, cancellation => client.PutObjectAsync(request, cancellation), IsRefused).ETag is { Length: > 0 } tag
                ? tag : throw new StoreException($"{PlaceOf(name)}: expected a version (ETag) of what was put, got an answer without. Use another store.");
        }
        catch (AmazonS3Exception fault) when (IsRefused(fault))
        {
            return Head(name) is { } head && head.Metadata[Attempt] == attempt ? head.ETag : null;
        }
    }

    // What a broken answer lacks is asked for again, of the same version; the version, or nothing where there is no such object.
    private string? TryCopy(string name, Stream into, long offset, long most, CancellationToken cancellation)
    {
        string? version = null;
        for (var (done, broken) = (0L, 0); ;)
        {
            var before = done;
            try
            {
                CopyPiece(name, into, offset, most, ref done, ref version, cancellation);
                return version;
            }
            catch (AmazonS3Exception fault) when (version is null && S3Faults.IsMissing(fault))
            {
                return null;
            }
            catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) // all of it is here
            {
                return version ?? "";
            }
            catch (Exception fault) when (S3Faults.IsOurs(fault) && !cancellation.IsCancellationRequested)
            {
                if (fault is AmazonS3Exception || (fault is TaskCanceledException && done == before) || ++broken == BrokenReads)
                {
                    throw S3Faults.Of(PlaceOf(name), fault);
                }
            }
        }
    }

    private void Copy(string name, Stream into, long offset, long most, CancellationToken cancellation)
    {
        if (TryCopy(name, into, offset, most, cancellation) is null)
        {
            throw new StoreException($"{PlaceOf(name)}: expected an object of this name, got none. Open the archive again.");
        }
    }

    private void CopyPiece(string name, Stream into, long offset, long most, ref long done, ref string? version, CancellationToken cancellation)
    {
        var request = new GetObjectRequest { BucketName = address.Bucket, Key = KeyOf(name), EtagToMatch = version };
        if (offset + done > 0 || most < long.MaxValue)
        {
            var last = most < long.MaxValue ? (offset + most - 1).ToString(CultureInfo.InvariantCulture) : "";
            request.ByteRange = new ByteRange(string.Create(CultureInfo.InvariantCulture, $"bytes={offset + done}-{last}"));
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(patience.Answer);
        using var got = client.GetObjectAsync(request, waiting.Token).GetAwaiter().GetResult();
        version = got.ETag;
        var (expected, buffer) = (got.ContentLength, new byte[1 << 17]);
        waiting.CancelAfter(patience.Of(Math.Max(0, expected)));
        if (expected < 0)
        {
            throw new HttpIOException(HttpRequestError.InvalidResponse, "No length.");
        }

        while (expected > 0)
        {
            var read = got.ResponseStream.ReadAsync(buffer, waiting.Token).AsTask().GetAwaiter().GetResult();
            if (read == 0)
            {
                throw new HttpIOException(HttpRequestError.ResponseEnded, "Cut short.");
            }

            Keep(name, into, buffer.AsSpan(0, read));
            (done, expected) = (done + read, expected - read);
        }
    }

    // A disk that is full is no connection that broke.
    private void Keep(string name, Stream into, ReadOnlySpan<byte> piece)
    {
        try
        {
            into.Write(piece);
        }
        catch (IOException fault)
        {
            throw new StoreException(
                $"{PlaceOf(name)}: expected room on this machine's disk for a copy, got: {fault.Message} Make room, or set TMPDIR.", fault);
        }
    }

    private T Asking<T>(string name, long bytes, Func<CancellationToken, Task<T>> ask, Func<AmazonS3Exception, bool>? isAnswer = null) =>
        Asking(name, patience.Of(bytes), ask, isAnswer);

    // What a refusal means is the caller's to say, where it means something.
    private T Asking<T>(string name, TimeSpan within, Func<CancellationToken, Task<T>> ask, Func<AmazonS3Exception, bool>? isAnswer)
    {
        using var waiting = new CancellationTokenSource(within);
        try
        {
            return ask(waiting.Token).GetAwaiter().GetResult();
        }
        catch (AmazonS3Exception fault) when (isAnswer?.Invoke(fault) == true)
        {
            throw;
        }
        catch (Exception fault) when (S3Faults.IsOurs(fault))
        {
            throw S3Faults.Of(PlaceOf(name), fault);
        }
    }
}
