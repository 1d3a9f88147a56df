using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;

namespace Coda.Benchmarks.Archives;

/// <summary>
/// What the comparison of engines writes: ten trajectories with 10⁷ observations, and with states of 10⁷ values.
/// Made while it is written, from a small pool of random numbers.
/// </summary>
internal sealed class EngineRecord
{
    private const int Trajectories = 10;
    private const int Sites = 40;
    private const int ObservedSteps = 50_000;
    private const int StateSteps = 25_000;
    private const int Piece = 1000;

    // Longer than a row group's column, so that compression finds no repetition.
    private const int PoolSize = 1_048_573;

    private readonly float[] _values = new float[PoolSize + (Piece * Sites)];
    private readonly float[] _mask = new float[PoolSize + (Piece * Sites)];

    /// <summary>Draws the pool.</summary>
    public EngineRecord()
    {
        var random = new CounterRandom(1);
        for (var i = 0; i < _values.Length; i++)
        {
            (_values[i], _mask[i]) = (3 * (float)random.NextGaussian(), random.NextUniform() < 0.5 ? 1 : 0);
        }
    }

    /// <summary>What both tables belong to.</summary>
    public static ArchiveDescription Description { get; } = new()
    {
        Layout = StateLayout.On(new Ring(Sites)),
        Operator = new Component("site-selection"),
        SiteCount = Sites,
        StepLength = 0.05,
        TrajectoryCount = Trajectories,
        Steps = new StepRange(0, ObservedSteps),
        Withheld = Withholding.None,
    };

    /// <summary>The values in a table of states.</summary>
    public static long StateValues => (long)Trajectories * StateSteps * Sites;

    /// <summary>The steps of a table of states.</summary>
    public static StepRange States { get; } = new(0, StateSteps);

    /// <summary>The observations, half of the entries.</summary>
    public IEnumerable<ObservationStretch> Observations() => Pieces(ObservedSteps).Select(piece =>
    {
        var stretch = new ObservationStretch(piece.Trajectory, new StepRange(piece.Step, piece.Step + Piece), Sites);
        _values.AsSpan(piece.Offset, Piece * Sites).CopyTo(stretch.Values);
        _mask.AsSpan(piece.Offset, Piece * Sites).CopyTo(stretch.Mask);
        return stretch;
    });

    /// <summary>The states.</summary>
    public IEnumerable<StateBlock> Blocks() =>
        Pieces(StateSteps).Select(piece => new StateBlock(piece.Trajectory, piece.Step, Sites, _values.AsMemory(piece.Offset, Piece * Sites)));

    private static IEnumerable<(int Trajectory, long Step, int Offset)> Pieces(int steps) =>
        from trajectory in Enumerable.Range(0, Trajectories)
        from start in Enumerable.Range(0, steps / Piece)
        let entry = ((long)trajectory * steps * Sites) + ((long)start * Piece * Sites)
        select (trajectory, (long)start * Piece, (int)(entry % PoolSize));
}
