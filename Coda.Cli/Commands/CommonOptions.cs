using System.CommandLine;
using Coda.Data.Archives;
using Coda.Inference.Sessions;

namespace Coda.Cli.Commands;

/// <summary>Options and small steps that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>The archive to read.</summary>
    public static Option<string> Archive() => new("--archive", "-a") { Description = "The archive's directory.", HelpName = "DIR", Required = true };

    /// <summary>A trained model.</summary>
    public static Option<string?> Model() => new("--model", "-m") { Description = "The trained model: its folder, or the name of a released one ('coda models').", HelpName = "DIR|NAME" };

    /// <summary>The number of workers.</summary>
    public static Option<int> Workers() => new("--workers") { Description = "The number of pieces worked on at the same time (one on each core)." };

    /// <summary>Where ONNX Runtime computes.</summary>
    public static Option<string> Device() => new("--device") { Description = "Where ONNX Runtime computes: cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };

    /// <summary>Opens a trained model on a device that can be used, before anything is written; says aloud what a run has to change to go on.</summary>
    /// <param name="folder">The model's folder or name; <see langword="null"/> for none.</param>
    /// <param name="device">The device, as <see cref="Device"/> takes it.</param>
    /// <param name="terminal">Where messages go.</param>
    /// <exception cref="ArgumentException">The device cannot be used, or nothing would compute on it.</exception>
    public static OnnxModel? OpenModel(string? folder, string device, Terminal terminal)
    {
        if (folder is null)
        {
            return device == "cpu" ? null : throw new ArgumentException(
                $"--device {device}: expected a trained model (--model DIR), got none; what has no model computes on the cpu.");
        }

        var model = OnnxModel.Open(folder, new SessionSettings { Device = device, Notices = new Relay<string>(terminal.Say) });
        try
        {
            model.RequireDevice();
            return model;
        }
        catch (InvalidOperationException fault)
        {
            model.Dispose();
            throw new ArgumentException($"--device: {fault.Message}", fault);
        }
    }

    /// <summary>Overrides of members.</summary>
    /// <param name="description">What is set, with an example.</param>
    public static Option<string[]> Set(string description) => new("--set")
    {
        Description = $"{description} May be repeated.",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Replaces an archive that exists.</summary>
    public static Option<bool> Overwrite() => new("--overwrite") { Description = "Replace the archive that is there." };

    /// <summary>The command line as one would type it, for provenance.</summary>
    /// <param name="arguments">What the user asked for.</param>
    public static string CommandLine(this ParseResult arguments) =>
        "coda " + string.Join(' ', arguments.Tokens.Select(t => t.Value).Select(v => v.AsSpan().ContainsAny(" {}\"'*$") ? $"'{v}'" : v));

    /// <summary>Stops an enumeration when cancelled, so that its writer leaves the table as it was.</summary>
    /// <param name="items">What is enumerated.</param>
    /// <param name="cancellation">Cancelled by Ctrl-C.</param>
    public static IEnumerable<T> Until<T>(this IEnumerable<T> items, CancellationToken cancellation)
    {
        foreach (var item in items)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    /// <summary>Makes an archive under a temporary name and puts it in place when it is whole.</summary>
    /// <param name="path">The archive's directory.</param>
    /// <param name="overwrite">Whether an archive there is replaced.</param>
    /// <param name="make">Fills the directory it is given.</param>
    /// <exception cref="IOException">There is an archive already, or a directory with something else in it.</exception>
    public static void NewArchive(string path, bool overwrite, Action<string> make)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        RequireFree(path, overwrite);
        var partial = path + ".partial";
        DeleteIfThere(partial);
        try
        {
            make(partial);
            RequireFree(path, overwrite);
            DeleteIfThere(path);
            Directory.Move(partial, path);
        }
        catch
        {
            DeleteIfThere(partial);
            throw;
        }
    }

    /// <summary>Refuses a file that is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What was expected.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static string RequireFile(string path, string what) =>
        File.Exists(path) ? path : throw new FileNotFoundException($"{path}: expected {what}, got nothing there. Check the path.", path);

    /// <summary>Opens the archive that estimates are written to: the one they come from, or another with the same description.</summary>
    /// <param name="source">The archive that they come from.</param>
    /// <param name="output">The other archive's directory; <see langword="null"/> for none.</param>
    /// <param name="command">The command, for the other archive's provenance.</param>
    /// <exception cref="IOException">The other archive describes another record.</exception>
    public static ParquetArchive Target(ParquetArchive source, string? output, string command)
    {
        if (output is null || Path.GetFullPath(output) == source.Path)
        {
            return ParquetArchive.Open(source.Path);
        }

        if (!File.Exists(Path.Combine(output, "archive.json")))
        {
            return ParquetArchive.Create(output, source.Description with { Provenance = command });
        }

        var target = ParquetArchive.Open(output);
        var (expected, got) = (source.Description, target.Description);
        if ((got.SiteCount, got.Steps, got.TrajectoryCount, got.StepLength) == (expected.SiteCount, expected.Steps, expected.TrajectoryCount, expected.StepLength))
        {
            return target;
        }

        target.Dispose();
        throw new IOException(FormattableString.Invariant(
            $"{output}: expected an archive of {expected.TrajectoryCount} x {expected.Steps} steps of {expected.StepLength} and {expected.SiteCount} sites, got {got.TrajectoryCount} x {got.Steps} of {got.StepLength} and {got.SiteCount}. Choose another --output."));
    }

    /// <summary>The number of rows in words.</summary>
    /// <param name="archive">An open archive.</param>
    /// <param name="table">One of its tables.</param>
    public static string? Rows(this ParquetArchive archive, ArchiveTable table) => archive.HasTable(table) ? $"{Tables.Count(archive.RowCount(table))} rows" : null;

    private static void RequireFree(string path, bool overwrite)
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path}: expected a directory for the archive, got a file. Choose another name.");
        }

        if (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any())
        {
            return;
        }

        if (!File.Exists(Path.Combine(path, "archive.json")))
        {
            throw new IOException($"{path}: expected an empty directory or none, got one with other files. Choose another directory.");
        }

        if (!overwrite)
        {
            throw new IOException($"{path}: expected no archive, got one. Choose another directory, or replace it with --overwrite.");
        }
    }

    private static void DeleteIfThere(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
