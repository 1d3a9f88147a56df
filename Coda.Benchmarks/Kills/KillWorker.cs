namespace Coda.Benchmarks.Kills;

/// <summary>A folder and a store of its own in which commands are killed, one at a time.</summary>
/// <param name="folder">Of all workers.</param>
/// <param name="number">Its number.</param>
internal sealed class KillWorker(string folder, int number) : IDisposable
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(folder, FormattableString.Invariant($"worker-{number}"))).FullName;
    private readonly StorePlace _store = new();
    private string? _library;

    /// <summary>A command, which has come to its end undisturbed.</summary>
    /// <param name="scene">The command.</param>
    /// <param name="bed">What it reads.</param>
    /// <exception cref="InvalidOperationException">There is no C compiler, or the command fails.</exception>
    public KillRunner Of(KillScene scene, string bed) =>
        new(scene, scene.IsStored ? _store : new FolderPlace(Path.Combine(_folder, "out"), Library()), bed, Path.Combine(_folder, "scratch"));

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    private string Library()
    {
        if (_library is null)
        {
            _library = Path.Combine(_folder, "kill-points.so");
            FolderPlace.Compile(_library);
        }

        return _library;
    }
}
