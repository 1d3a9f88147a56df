using System.Globalization;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;

namespace Coda.Workflows.Training;

/// <summary>What a training keeps in the model's folder beside the model, and goes on from.</summary>
public static class TrainFolder
{
    /// <summary>The checkpoint of the joint stage.</summary>
    public const string Checkpoint = "checkpoint.safetensors";

    /// <summary>The folder of the model of the joint stage, where the network is then fitted to the reanalysis.</summary>
    public const string Joint = "joint";

    /// <summary>The archive of the states to fit.</summary>
    public const string Reanalysis = "reanalysis";

    /// <summary>The checkpoint of the stage that fits them.</summary>
    public const string ReanalysisCheckpoint = "checkpoint-reanalysis.safetensors";

    /// <summary>The checkpoint of the stage that trains a sequential analysis.</summary>
    public const string CycleCheckpoint = "checkpoint-cycle.safetensors";

    /// <summary>The checkpoint of the stage that trains an auto-encoder.</summary>
    public const string AutoEncoderCheckpoint = "checkpoint-auto-encoder.safetensors";

    /// <summary>The checkpoint of the stage that trains a score.</summary>
    public const string ScoreCheckpoint = "checkpoint-score.safetensors";

    /// <summary>The folder of the models of an emulator's cycles, in folders by their numbers.</summary>
    public const string Cycles = "cycles";

    /// <summary>What tells the cycles of one training from those of others (<see cref="CycleNote"/>).</summary>
    internal const string CycleNote = "cycle.json";

    /// <summary>What those states came from (<see cref="ReanalysisNote"/>).</summary>
    internal const string Note = "reanalysis.json";

    /// <summary>The folder of the model of an emulator's cycle, within the model's folder.</summary>
    /// <param name="cycle">The cycle, from 0.</param>
    public static string Cycle(int cycle) => Path.Combine(Cycles, cycle.ToString("00", CultureInfo.InvariantCulture));

    private static readonly string[] Own = [Checkpoint, ReanalysisCheckpoint, CycleCheckpoint, AutoEncoderCheckpoint, ScoreCheckpoint, Note];

    /// <summary>Removes what killed runs left under temporary names; whoever calls it holds the model's lock. The models within have locks of their own: where
    /// another process writes one, nothing is removed.</summary>
    /// <param name="folder">The model's folder.</param>
    internal static void RemoveLeft(string folder)
    {
        RemoveLeftIn(folder);
        IEnumerable<string> cycles = Directory.Exists(Path.Combine(folder, Cycles)) ? Directory.GetDirectories(Path.Combine(folder, Cycles)) : [];
        foreach (var place in cycles.Append(Path.Combine(folder, Joint)).Where(Directory.Exists))
        {
            using var held = ModelLock.TryTake(place);
            if (held is not null)
            {
                RemoveLeftIn(place);
            }
        }
    }

    private static void RemoveModel(string place)
    {
        if (Directory.Exists(place))
        {
            using (ModelLock.Take(place))
            {
                ModelFiles.Remove(place);
            }

            ModelFiles.Remove(place); // the folder, in which the lock was
        }
    }

    private static void RemoveLeftIn(string place)
    {
        ModelFiles.RemoveLeft(place);
        AtomicFile.RemoveLeft(place, [.. Own, CycleNote]);
    }

    /// <summary>Removes what earlier runs go on from, the model's card and history; files that Coda did not write stay.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="IOException">Another process writes a model within.</exception>
    public static void Forget(string folder)
    {
        RemoveModel(Path.Combine(folder, Joint)); // the models within first, for others may hold these
        ArchiveFiles.Remove(Path.Combine(folder, Reanalysis));
        for (var cycle = 0; Directory.Exists(Path.Combine(folder, Cycle(cycle))); cycle++)
        {
            File.Delete(Path.Combine(folder, Cycle(cycle), CycleNote));
            File.Delete(Path.Combine(folder, Cycle(cycle), Checkpoint));
            RemoveModel(Path.Combine(folder, Cycle(cycle)));
        }

        foreach (var file in (string[])[.. Own, ModelFolder.Card, ModelFolder.History])
        {
            File.Delete(Path.Combine(folder, file));
        }
    }
}
