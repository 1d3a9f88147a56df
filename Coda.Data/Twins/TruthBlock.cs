using Coda.Data.Archives;

namespace Coda.Data.Twins;

/// <summary>Consecutive states of one simulated trajectory, in double precision.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="FirstStep">The step of the first row.</param>
/// <param name="StateSize">The length of one state vector.</param>
/// <param name="States">The states. [time, space]</param>
internal sealed record TruthBlock(int Trajectory, long FirstStep, int StateSize, double[] States)
{
    public int Count => States.Length / StateSize;

    public StateBlock ToStates() => new(Trajectory, FirstStep, StateSize, Array.ConvertAll(States, x => (float)x));
}
