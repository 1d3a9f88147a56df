using System.Diagnostics;
using Coda.Benchmarks.Stores;

namespace Coda.Benchmarks.Kills;

/// <summary>A store that speaks S3's protocol: it kills who asks it for something, before or after it has done it.</summary>
internal sealed class StorePlace : IKillPlace, IDisposable
{
    private const string Folder = "out";
    private readonly LoopbackS3 _server = new();
    private readonly Lock _asking = new();
    private readonly long[] _counts = new long[Enum.GetValues<KillKind>().Length];
    private KillPoint? _point;
    private Process? _process;
    private bool _isKilled;

    /// <summary>Starts a server.</summary>
    public StorePlace() => _server.Fault = Ask;

    /// <inheritdoc/>
    public string Address => _server.Address(Folder);

    /// <inheritdoc/>
    public IReadOnlyList<long> Counts => _counts;

    /// <inheritdoc/>
    public SortedDictionary<string, byte[]> Files() => new(
        _server.Objects.ToDictionary(o => o.Key[(Folder.Length + 1)..], o => o.Value), StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Reset(IReadOnlyDictionary<string, byte[]> files) => _server.Replace(files.ToDictionary(f => $"{Folder}/{f.Key}", f => f.Value));

    /// <inheritdoc/>
    public Process Start(ProcessStartInfo start, KillPoint? point)
    {
        foreach (var (name, value) in _server.Environment())
        {
            start.Environment[name] = value;
        }

        lock (_asking)
        {
            Array.Clear(_counts);
            (_point, _isKilled) = (point, false);
            return _process = Process.Start(start)!;
        }
    }

    /// <inheritdoc/>
    public void Leave()
    {
        lock (_asking)
        {
            (_point, _isKilled) = (null, false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    private S3Fault Ask(string method, string key)
    {
        if (method is not ("PUT" or "DELETE"))
        {
            return S3Fault.None;
        }

        lock (_asking)
        {
            if (_isKilled)
            {
                return S3Fault.CutRequest; // who asks is dead
            }

            var (before, after) = method == "PUT" ? (KillKind.Put, KillKind.PutUnanswered) : (KillKind.Delete, KillKind.DeleteUnanswered);
            var ordinal = ++_counts[(int)before];
            _counts[(int)after] = ordinal;
            if (_point is null || _point.Ordinal != ordinal || (_point.Kind != before && _point.Kind != after))
            {
                return S3Fault.None;
            }

            _isKilled = true;
            _process!.Kill();
            _process.WaitForExit();
            return _point.Kind == before ? S3Fault.CutRequest : S3Fault.CutAnswer;
        }
    }
}
