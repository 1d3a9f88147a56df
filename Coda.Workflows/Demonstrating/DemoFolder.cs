using System.Text.Json;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Workflows.Progress;
using Coda.Workflows.Training;

namespace Coda.Workflows.Demonstrating;

/// <summary>The folder of a demo: what lies in it, and whose it is.</summary>
/// <param name="path">The folder.</param>
internal sealed class DemoFolder(string path)
{
    private static readonly string[] Names = ["training", "test", "model", "analyses", "starts", "forecasts"];

    /// <summary>What a demo makes.</summary>
    public IReadOnlyList<string> Owned => [.. Names.Select(name => At(name))];

    /// <summary>A path in the folder.</summary>
    /// <param name="parts">Its parts.</param>
    public string At(params ReadOnlySpan<string> parts) => Path.Combine([path, .. parts]);

    /// <summary>Drops what other settings, or another build, left.</summary>
    /// <param name="settings">All that the numbers depend on.</param>
    /// <param name="progress">Told what is reused or dropped.</param>
    /// <exception cref="IOException">What is there is no demo's.</exception>
    public void Prepare(DemoSettings settings, IWorkflowProgress progress)
    {
        var (stamp, wanted) = (At("demo.json"), JsonSerializer.Serialize(settings, CodaJson.Options));
        if (File.Exists(stamp) && File.ReadAllText(stamp) == wanted)
        {
            progress.Say($"{path} holds a demo of the same settings; its finished stages are reused.");
            return;
        }

        if (Owned.FirstOrDefault(Directory.Exists) is { } left)
        {
            progress.Say(File.Exists(stamp)
                ? $"{path} holds a demo of other settings or of another build; starting anew."
                : throw new IOException(
                    $"{path}: expected a folder of the demo, or none, got one with {Path.GetFileName(left)} of another origin. Choose another --output."));
        }

        Remove();
        AtomicFile.WriteText(stamp, wanted);
    }

    // Files that are somebody's own stay.
    private void Remove()
    {
        if (Directory.Exists(At("model")))
        {
            TrainFolder.Forget(At("model"));
            ModelFiles.Remove(At("model"));
        }

        string[] groups = [At("analyses"), At("starts"), At("forecasts")];
        foreach (var archive in groups.Where(Directory.Exists).SelectMany(Directory.GetDirectories).Append(At("training")).Append(At("test")))
        {
            ArchiveFiles.Remove(archive);
        }

        foreach (var group in groups.Where(group => Directory.Exists(group) && !Directory.EnumerateFileSystemEntries(group).Any()))
        {
            Directory.Delete(group);
        }
    }
}
