using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Training.Stages;

/// <summary>The states of a whole training record as a smoother gives them from its observations, for a network to be fitted to.</summary>
/// <remarks>Holds 4 bytes for each entry of each state. Immutable; safe to share.</remarks>
public sealed class Reanalysis
{
    private readonly float[][] _trajectories; // [trajectory][step, space]
    private readonly StepRange _steps;
    private readonly (int Trajectory, StepRange Steps)[] _unsound;

    /// <summary>Collects the states.</summary>
    /// <param name="archive">The record that they are analyses of.</param>
    /// <param name="stateSize">The length of a state.</param>
    /// <param name="blocks">Every state of the record once, in any order.</param>
    /// <param name="unsound">What the smoother did not get right, which is not fitted; read after the states.</param>
    /// <exception cref="InvalidDataException">A state is missing, doubled, of another length, not finite or outside the record, or less than half of them are
    /// sound.</exception>
    public Reanalysis(ArchiveDescription archive, int stateSize, IEnumerable<StateBlock> blocks, IEnumerable<(int Trajectory, StepRange Steps)>? unsound = null)
    {
        (_steps, StateSize) = (archive.Steps, stateSize);
        new MemoryNeed("The reanalysis")
            .AddArray(FormattableString.Invariant($"{archive.Steps.Count} states of {stateSize} entries"), sizeof(float), archive.Steps.Count, stateSize)
            .Add(FormattableString.Invariant($"those of {archive.TrajectoryCount} trajectories"), sizeof(float), archive.TrajectoryCount - 1,
                archive.Steps.Count, stateSize)
            .Require("Train on fewer trajectories or steps.");
        _trajectories = [.. Enumerable.Range(0, archive.TrajectoryCount).Select(_ => new float[archive.Steps.Count * stateSize])];
        var seen = new bool[archive.TrajectoryCount * archive.Steps.Count];
        foreach (var block in blocks)
        {
            Add(block, seen);
        }

        if (seen.Count(isThere => !isThere) is > 0 and var missing)
        {
            throw new InvalidDataException(
                $"Expected the analyses of all {seen.Length} steps of the record, got {seen.Length - missing}; analyze the whole of it.");
        }

        _unsound = [.. unsound ?? []];
        var lost = _unsound.SelectMany(stretch => Enumerable.Range(0, (int)stretch.Steps.Count).Select(k => (stretch.Trajectory, stretch.Steps.Start + k)))
            .Distinct().Count();
        if (2 * lost > seen.Length)
        {
            throw new InvalidDataException(
                $"Expected a reanalysis that is sound for at least half of the record's {seen.Length} steps, got {seen.Length - lost}; "
                    + "the model's errors may be larger than the method's model error variance says, or reanalysis.spinUpSteps leaves out too much.");
        }
    }

    /// <summary>The length of a state.</summary>
    public int StateSize { get; }

    /// <summary>The SHA-256 of the states, by which a checkpoint knows them.</summary>
    public string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var states in _trajectories)
            {
                hash.AppendData(MemoryMarshal.AsBytes(states.AsSpan()));
            }

            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
    }

    /// <summary>Refuses a record that these are not the states of.</summary>
    /// <param name="archive">What the record holds.</param>
    /// <param name="stateSize">The length of the model's state.</param>
    /// <exception cref="ArgumentException">Trajectories, steps or the state's length differ.</exception>
    public void Require(ArchiveDescription archive, int stateSize)
    {
        if (archive.TrajectoryCount != _trajectories.Length || archive.Steps != _steps || stateSize != StateSize)
        {
            throw new ArgumentException(
                $"Expected a reanalysis of {archive.TrajectoryCount} trajectories of steps {archive.Steps} with {stateSize} entries, "
                    + $"got {_trajectories.Length} of {_steps} with {StateSize}; take that of the training archive.");
        }
    }

    /// <summary>One state. [space]</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">A step of the record.</param>
    public ReadOnlySpan<float> State(int trajectory, long step) =>
        _trajectories[trajectory].AsSpan(checked((int)((step - _steps.Start) * StateSize)), StateSize);

    /// <summary>Whether the smoother got a state right.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">A step of the record.</param>
    public bool IsSound(int trajectory, long step) => !Array.Exists(_unsound, stretch => stretch.Trajectory == trajectory && stretch.Steps.Contains(step));

    /// <summary>The states of a trajectory. [step, space]</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    internal float[] Trajectory(int trajectory) => _trajectories[trajectory];

    private void Add(StateBlock block, bool[] seen)
    {
        if (block.StateSize != StateSize)
        {
            throw new InvalidDataException($"Expected analyses of {StateSize} entries, got {block.StateSize}; take those of the model that is trained.");
        }

        for (var row = 0; row < block.Count; row++)
        {
            var step = block.FirstStep + row;
            var state = block.States.Span.Slice(row * StateSize, StateSize);
            var isInside = block.Trajectory >= 0 && block.Trajectory < _trajectories.Length && _steps.Contains(step);
            var at = isInside ? (int)((block.Trajectory * _steps.Count) + step - _steps.Start) : -1;
            if (!isInside || seen[at] || state.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            {
                throw new InvalidDataException(
                    $"Analysis at trajectory {block.Trajectory}, step {step}: expected one of finite numbers within the record {_steps}, "
                        + $"got {(!isInside ? "one outside it" : seen[at] ? "a second one" : "a number that is not finite")}.");
            }

            seen[at] = true;
            state.CopyTo(_trajectories[block.Trajectory].AsSpan((int)((step - _steps.Start) * StateSize)));
        }
    }
}
