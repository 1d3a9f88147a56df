namespace Coda.Benchmarks.Faults;

/// <summary>A copy of the bed with one damaged file, in which one command runs.</summary>
internal sealed class FaultSandbox
{
    private readonly string _folder;
    private readonly Dictionary<string, byte[]> _files;
    private readonly Dictionary<string, (long Length, DateTime Written)> _there = []; // as it was written last

    /// <summary>Reads a bed.</summary>
    /// <param name="bed">The bed's folder.</param>
    /// <param name="folder">Where commands run.</param>
    public FaultSandbox(string bed, string folder)
    {
        _folder = folder;
        var files = Directory.GetFiles(bed, "*", SearchOption.AllDirectories);
        _files = files.ToDictionary(f => Path.GetRelativePath(bed, f).Replace('\\', '/'), File.ReadAllBytes);
    }

    /// <summary>The intact bytes of a file.</summary>
    /// <param name="path">The file.</param>
    public byte[] Intact(string path) => _files[path];

    /// <summary>Writes anew what the last run has changed, and the damaged file.</summary>
    /// <param name="path">The damaged file; empty for none.</param>
    /// <param name="bytes">What it holds; <see langword="null"/> where it is gone.</param>
    /// <returns>The folder.</returns>
    public string Reset(string path, byte[]? bytes)
    {
        Directory.CreateDirectory(_folder);
        foreach (var folder in Directory.GetDirectories(_folder, "*", SearchOption.AllDirectories).Where(f => Directory.Exists(f) && !IsOfBed(f)))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in Directory.GetFiles(_folder, "*", SearchOption.AllDirectories))
        {
            if (!_there.TryGetValue(file, out var known) || known != Stamp(file))
            {
                File.Delete(file);
            }
        }

        foreach (var (name, intact) in _files)
        {
            Put(Path.Combine(_folder, name), name == path ? bytes : intact, isDamaged: name == path);
        }

        return _folder;
    }

    /// <summary>What a refused command has changed, or left half done.</summary>
    /// <param name="path">The damaged file.</param>
    /// <param name="bytes">What it held.</param>
    /// <param name="target">What the command writes, where it comes to its end.</param>
    /// <returns>The first such file; <see langword="null"/> for none.</returns>
    public string? Changed(string path, byte[]? bytes, string? target)
    {
        foreach (var (name, intact) in _files)
        {
            var (before, file) = (name == path ? bytes : intact, Path.Combine(_folder, name));
            if (before is not null && !(File.Exists(file) && File.ReadAllBytes(file).AsSpan().SequenceEqual(before)))
            {
                return $"{name} {(File.Exists(file) ? "changed" : "gone")}";
            }
        }

        var there = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder, f).Replace('\\', '/'));
        var left = there.Where(f => !_files.ContainsKey(f) && f != path);
        return left.FirstOrDefault(f => !IsKept(f, target)) is { } half ? $"{half} left" : null;
    }

    private void Put(string file, byte[]? content, bool isDamaged)
    {
        if (content is null)
        {
            if (File.Exists(file))
            {
                File.Delete(file);
            }
        }
        else if (isDamaged || !File.Exists(file))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }

        if (isDamaged || content is null)
        {
            _there.Remove(file);
        }
        else
        {
            _there[file] = Stamp(file);
        }
    }

    private bool IsOfBed(string folder)
    {
        var start = Path.GetRelativePath(_folder, folder).Replace('\\', '/') + "/";
        return _files.Keys.Any(name => name.StartsWith(start, StringComparison.Ordinal));
    }

    private static (long Length, DateTime Written) Stamp(string file)
    {
        var information = new FileInfo(file);
        return (information.Length, information.LastWriteTimeUtc);
    }

    // Parts, manifests, checkpoints and locks of an unfinished run are what the next one goes on from; what makes an archive or
    // a model of them is not there yet.
    private static bool IsKept(string file, string? target) =>
        target is not null && file.StartsWith(target + "/", StringComparison.Ordinal) && Path.GetFileName(file) is not ("archive.json" or "card.json")
        && !file.Contains("partial", StringComparison.Ordinal) && !file.Contains(".tmp", StringComparison.Ordinal);
}
