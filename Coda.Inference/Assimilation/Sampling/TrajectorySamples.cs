using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Inference.Assimilation.Sampling;

/// <summary>Samples of one trajectory at consecutive steps.</summary>
/// <param name="trajectory">The trajectory's number.</param>
/// <param name="steps">The steps.</param>
/// <param name="size">The length of a state.</param>
/// <param name="members">The number of samples.</param>
internal sealed class TrajectorySamples(int trajectory, StepRange steps, int size, int members)
{
    private readonly float[] _states = new float[checked(members * steps.Count * size)]; // [member, time, space]

    private int Row => checked((int)steps.Count * size);

    /// <summary>Takes all members' states of a step; nothing happens where it is not wanted.</summary>
    /// <param name="step">The step.</param>
    /// <param name="states">The states. [member, space]</param>
    public void Set(long step, ReadOnlySpan<float> states)
    {
        for (var member = 0; member < members && steps.Contains(step); member++)
        {
            states.Slice(member * size, size).CopyTo(_states.AsSpan((member * Row) + (int)((step - steps.Start) * size)));
        }
    }

    /// <summary>Mean and standard deviation.</summary>
    public StateBlock Mean()
    {
        var (mean, spread) = (new float[Row], new float[Row]);
        for (var i = 0; i < Row; i++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var member = 0; member < members; member++)
            {
                sum += _states[(member * Row) + i];
            }

            for (var member = 0; member < members; member++)
            {
                squares += Math.Pow(_states[(member * Row) + i] - (sum / members), 2);
            }

            (mean[i], spread[i]) = ((float)(sum / members), (float)Math.Sqrt(squares / (members - 1)));
        }

        return new StateBlock(trajectory, steps.Start, size, mean, spread);
    }

    /// <summary>The members, as trajectories of an archive of members.</summary>
    public IEnumerable<StateBlock> Members() => Enumerable.Range(0, members).Select(
        member => new StateBlock((trajectory * members) + member, steps.Start, size, _states.AsMemory(member * Row, Row)));
}
