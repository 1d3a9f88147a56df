using System.Runtime.InteropServices;
using System.Text.Json;
using Coda.Data.Archives;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Workflows.Following;

/// <summary>The file with the position of a feed: <see cref="StoredFollow"/>, and the arrays of every trajectory, to the bit.</summary>
/// <param name="path">The file.</param>
/// <param name="analysis">Whose positions they are.</param>
/// <param name="stateSize">The number of entries of a state.</param>
/// <param name="origin">What the analyses are made with and of.</param>
internal sealed class PositionFile(string path, StreamAnalysis analysis, int stateSize, SortedDictionary<string, string> origin)
{
    private const string Text = "follow";
    private const string Newest = "newest";
    private const string Pending = "pending";
    private const string Spread = ".spread";
    private const string Band = ".band";
    private const string Coverage = "coverage";
    private const string Position = "position.";
    private const string Cure = "Restore it from a copy, or begin anew with another --output.";

    /// <summary>Writes it, whole or not at all; from then on the feed up to its ordinal is not needed.</summary>
    /// <param name="follower">What is kept.</param>
    /// <param name="parts">The number of the archive's parts, those of <paramref name="newest"/> included.</param>
    /// <param name="newest">The parts that were written last.</param>
    public void Write(Follower follower, int parts, SortedDictionary<string, string> newest)
    {
        var arrays = new Dictionary<string, float[]>();
        foreach (var trajectory in follower.Trajectories)
        {
            Add(arrays, trajectory);
        }

        var stored = new StoredFollow
        {
            Origin = origin, Ordinal = follower.Ordinal, Batches = follower.Batches, Observations = follower.Observations, TimeOrigin = follower.TimeOrigin,
            Parts = parts, Newest = newest, Trajectories = [.. follower.Trajectories.Select(Of)],
        };
        TensorFile.Write(path, arrays, new Dictionary<string, string> { [Text] = JsonSerializer.Serialize(stored, CodaJson.Options) });
    }

    /// <summary>Reads it; <see langword="null"/> where there is none.</summary>
    /// <param name="follower">Goes on from it.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="IOException">It is of another model, feed or rule.</exception>
    public StoredFollow? Read(Follower follower)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var (arrays, metadata) = TensorFile.Read(path);
        var stored = CodaJson.Parse<StoredFollow>(metadata.GetValueOrDefault(Text) ?? "", path, Cure);
        if (stored.FormatVersion != StoredFollow.CurrentFormatVersion)
        {
            throw new InvalidDataException(
                $"{path}: expected format version {StoredFollow.CurrentFormatVersion}, got {stored.FormatVersion}; this version of Coda cannot read "
                    + $"it. {Cure}");
        }

        foreach (var name in origin.Keys.Union(stored.Origin.Keys))
        {
            if (origin.GetValueOrDefault(name) != stored.Origin.GetValueOrDefault(name))
            {
                throw new IOException(
                    $"{path}: expected to go on with {name} {origin.GetValueOrDefault(name, "none")}, got a position of {name} "
                        + $"{stored.Origin.GetValueOrDefault(name, "none")}. Take that again, or begin anew with another --output.");
            }
        }

        follower.Restore(stored.Ordinal, (stored.Batches, stored.Observations), stored.TimeOrigin, stored.Trajectories.Select(t => Of(t, arrays)));
        return stored;
    }

    private void Add(Dictionary<string, float[]> arrays, FollowedTrajectory trajectory)
    {
        if (trajectory is not { Position: { } position, Newest: { } newest })
        {
            return;
        }

        foreach (var (name, array) in analysis.Store(position).Arrays)
        {
            arrays[Name(trajectory.Number, Position + name)] = array;
        }

        if (trajectory.Coverage is { } coverage)
        {
            arrays[Name(trajectory.Number, Coverage)] = StoredPosition.Bits(coverage.ToNumbers());
        }

        AddStates(arrays, Name(trajectory.Number, Newest), [newest]);
        AddStates(arrays, Name(trajectory.Number, Pending), trajectory.Pending.Blocks);
    }

    private static void AddStates(Dictionary<string, float[]> arrays, string name, IReadOnlyList<StateBlock> blocks)
    {
        arrays[name] = [.. blocks.SelectMany(block => block.States.ToArray())];
        if (blocks.Count > 0 && blocks[0].Spread is not null)
        {
            arrays[name + Spread] = [.. blocks.SelectMany(block => block.Spread!.Value.ToArray())];
        }

        if (blocks.Count > 0 && blocks[0].Band is not null)
        {
            arrays[name + Band] = [.. blocks.SelectMany(block => block.Band!.Value.ToArray())];
        }
    }

    private StoredFollow.Trajectory Of(FollowedTrajectory trajectory) => new()
    {
        Number = trajectory.Number, FirstStep = trajectory.Position?.FirstStep, Step = trajectory.Position?.Step,
        Form = trajectory.Position is null ? null : analysis.Form, Open = trajectory.Open, NextPart = trajectory.NextPart, Late = trajectory.Late,
    };

    private FollowedTrajectory Of(StoredFollow.Trajectory stored, IReadOnlyDictionary<string, float[]> arrays)
    {
        var trajectory = new FollowedTrajectory(stored.Number) { Open = stored.Open, NextPart = stored.NextPart, Late = stored.Late };
        if (stored is not { FirstStep: { } first, Step: { } step, Form: { } form })
        {
            return trajectory;
        }

        var prefix = Name(stored.Number, Position);
        var own = arrays.Where(a => a.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(a => a.Key[prefix.Length..], a => a.Value);
        var newest = States(arrays, Name(stored.Number, Newest), stored.Number, _ => step);
        var pending = States(arrays, Name(stored.Number, Pending), stored.Number, count => step + 1 - count);
        return trajectory with
        {
            Position = analysis.Restore(new StoredPosition(form, first, step, own)), Newest = newest,
            Coverage = arrays.GetValueOrDefault(Name(stored.Number, Coverage)) is { } bits ? CoverageOf(bits) : null,
            Pending = pending.Count == 0 ? PendingStates.None : PendingStates.None.With(pending),
        };
    }

    private StateBlock States(IReadOnlyDictionary<string, float[]> arrays, string name, int trajectory, Func<int, long> firstOf)
    {
        var (states, spread, band) = (arrays.GetValueOrDefault(name), arrays.GetValueOrDefault(name + Spread), arrays.GetValueOrDefault(name + Band));
        if (states is null || states.Length % stateSize != 0 || (spread ?? states).Length != states.Length || (band ?? states).Length != states.Length)
        {
            throw new InvalidDataException($"{path}: '{name}': expected whole states of {stateSize} entries, got {states?.Length ?? 0}. {Cure}");
        }

        return new StateBlock(trajectory, firstOf(states.Length / stateSize), stateSize, states, spread is null ? default(ReadOnlyMemory<float>?) : spread)
        {
            Band = band is null ? default(ReadOnlyMemory<float>?) : band,
        };
    }

    private AdaptiveState CoverageOf(float[] bits)
    {
        try
        {
            return AdaptiveState.Of(MemoryMarshal.Cast<float, double>(bits));
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message} {Cure}", fault);
        }
    }

    private static string Name(int trajectory, string what) => FormattableString.Invariant($"{trajectory}.{what}");
}
