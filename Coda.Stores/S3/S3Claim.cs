using System.Diagnostics;
using System.Globalization;
using System.Text;
using Coda.Data.Archives;
using Coda.Data.Archives.Stores;

namespace Coda.Stores.S3;

/// <summary>A claim in a store without locks: an object that its process renews, and that another takes over once it has seen it unchanged for long
/// enough.</summary>
/// <remarks>No clocks are compared. That of a process of the same machine that has ended is taken over at once. A process that stood still loses its claim, and
/// learns it at the latest when it asks (<see cref="Require"/>).</remarks>
internal sealed class S3Claim : IStoreClaim
{
    private readonly S3Store _store;
    private readonly string _name;
    private readonly string _holder;
    private readonly TimeSpan _patience;
    private readonly Lock _renewing = new();
    private readonly Timer _timer;
    private string _version;
    private long _beats;
    private bool _isLost;
    private bool _isDisposed;

    private S3Claim(S3Store store, string name, string holder, string version, TimeSpan patience)
    {
        (_store, _name, _holder, _version, _patience) = (store, name, holder, version, patience);
        _timer = new Timer(_ => Beat(), null, patience / 4, patience / 4);
    }

    /// <summary>Takes a claim if nobody has it; one that is there is watched for as long as it may go without being renewed.</summary>
    /// <param name="store">Where it is kept.</param>
    /// <param name="name">Its object.</param>
    /// <param name="patience">How long it stands without being renewed.</param>
    /// <returns>The claim; <see langword="null"/> where another has it.</returns>
    /// <exception cref="StoreException">The store writes where it must not, or cannot be reached.</exception>
    public static S3Claim? Try(S3Store store, string name, TimeSpan patience)
    {
        var holder = Guid.NewGuid().ToString("N");
        if (store.TryReplace(name, Content(holder, 0), version: null) is not { } version)
        {
            return Await(store, name, patience) switch
            {
                null => null,
                "" => Try(store, name, patience),
                var seen => store.TryReplace(name, Content(holder, 0), seen) is { } taken ? new S3Claim(store, name, holder, taken, patience) : null,
            };
        }

        // A store that takes no notice of conditions lets everybody write.
        if (store.TryReplace(name, Content(holder, -1), version: null) is not null)
        {
            store.Delete(name);
            throw new StoreException(
                $"{store.Place}: expected a store that refuses to write what is there already (If-None-Match), got one that writes. Use a store with "
                    + "conditional writes, or write to a folder and copy it.");
        }

        return new S3Claim(store, name, holder, version, patience);
    }

    /// <inheritdoc/>
    public void Require()
    {
        lock (_renewing)
        {
            Renew(_store.Patience.Answer);
            if (_isLost)
            {
                throw new StoreException(
                    $"{_store.PlaceOf(_name)}: expected to have this claim still, got it taken over by another process, because this one stood still or had no "
                        + "connection for too long. Run the command again.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_renewing)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            try
            {
                Renew(_patience / 2);
                if (!_isLost)
                {
                    _store.Delete(_name);
                }
            }
            catch (StoreException)
            {
                // It stands for as long as it may without being renewed, and no longer.
            }
        }
    }

    private static byte[] Content(string holder, long beats) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{holder} {beats} {ProcessMark.Own}\n"));

    // The version of a claim that nobody renews; empty where it is gone, nothing where it is renewed.
    private static string? Await(S3Store store, string name, TimeSpan patience)
    {
        var first = store.ReadDocument(name);
        if (first is not null && ProcessMark.HasEnded(Encoding.UTF8.GetString(first.Content).TrimEnd().Split(' ')[^1]))
        {
            return first.Version;
        }

        for (var watch = Stopwatch.StartNew(); first is not null && watch.Elapsed < patience;)
        {
            Thread.Sleep(patience / 40);
            var now = store.ReadDocument(name)?.Version;
            if (now != first.Version)
            {
                return now is null ? "" : null;
            }
        }

        return first?.Version ?? "";
    }

    private void Beat()
    {
        try
        {
            lock (_renewing)
            {
                if (!_isDisposed)
                {
                    Renew(_patience / 2);
                }
            }
        }
        catch (StoreException)
        {
            // Tried again at the next beat; whether it is ours still is seen when somebody asks.
        }
    }

    private void Renew(TimeSpan within)
    {
        if (_isLost)
        {
            return;
        }

        var content = Content(_holder, ++_beats);
        if (_store.TryReplace(_name, content, _version, within) is { } version)
        {
            _version = version;
            return;
        }

        // An attempt whose answer was lost may have been done, after all.
        var now = _store.ReadDocument(_name);
        _isLost = now is null || !Encoding.UTF8.GetString(now.Content).StartsWith(_holder, StringComparison.Ordinal);
        _version = now?.Version ?? "";
    }
}
