using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>Collects an <see cref="ErrorProfile"/>, in memory that grows neither with the record's length nor with its trajectories.</summary>
/// <param name="field">The field's symbol.</param>
/// <param name="unit">The unit of its values.</param>
/// <param name="places">The indices of its places.</param>
/// <param name="steps">The steps of the record.</param>
/// <param name="takesRoots">Whether squares are added, of whose means the root is taken.</param>
internal sealed class ErrorProfileSum(string field, string unit, IReadOnlyList<int> places, StepRange steps, bool takesRoots)
{
    private const int MostBlocks = 240;

    private readonly long _length = Math.Max(1, (steps.Count + MostBlocks - 1) / MostBlocks);
    private readonly Cell[] _blocks = new Cell[Math.Min(MostBlocks, steps.Count)];
    private readonly Cell[] _trajectory = new Cell[places.Count];
    private readonly Place[] _places = new Place[places.Count];
    private int _current = -1;

    /// <summary>Begins a state, or an observation.</summary>
    /// <param name="trajectory">Its trajectory; never smaller than in the call before.</param>
    /// <param name="step">Its step.</param>
    /// <param name="error">Its error, or its square.</param>
    /// <param name="spread">Its spread; NaN where it has none.</param>
    public void Add(int trajectory, long step, double error, double spread)
    {
        if (trajectory != _current)
        {
            Close();
            _current = trajectory;
        }

        ref var block = ref _blocks[(step - steps.Start) / _length];
        block = new(block.Error + error, block.Spread + spread, block.Count + 1);
    }

    /// <summary>Adds the error of one place, or its square.</summary>
    /// <param name="place">Its number among the places.</param>
    /// <param name="error">The error.</param>
    public void AddPlace(int place, double error)
    {
        ref var cell = ref _trajectory[place];
        cell = new(cell.Error + error, 0, cell.Count + 1);
    }

    /// <summary>The result.</summary>
    public ErrorProfile Result()
    {
        Close();
        return new(
            field, unit,
            [.. _blocks.Select((block, i) => new ErrorBlock(StepsOf(i), Value(block), block.Spread / block.Count, block.Count)).Where(b => b.Steps.Count > 0)],
            [.. _places.Select((place, i) => new PlaceError(places[i], Value(place.All), place.Deviation, place.All.Count))]);
    }

    private StepRange StepsOf(int block) => new StepRange(steps.Start + (block * _length), steps.Start + ((block + 1) * _length)).Intersect(steps);

    private double Value(Cell cell) => takesRoots ? Math.Sqrt(cell.Error / cell.Count) : cell.Error / cell.Count;

    private void Close()
    {
        for (var i = 0; i < _trajectory.Length; i++)
        {
            if (_trajectory[i].Count > 0)
            {
                _places[i] = _places[i].Plus(_trajectory[i], Value(_trajectory[i]));
                _trajectory[i] = default;
            }
        }
    }

    private readonly record struct Cell(double Error, double Spread, long Count);

    // Welford's sums over trajectories.
    private readonly record struct Place(Cell All, double Mean, double Squares, int Trajectories)
    {
        public double Deviation => Trajectories > 1 ? Math.Sqrt(Squares / (Trajectories - 1)) : double.NaN;

        public Place Plus(Cell own, double value)
        {
            var mean = Mean + ((value - Mean) / (Trajectories + 1));
            return new(
                new(All.Error + own.Error, 0, All.Count + own.Count), mean, Squares + ((value - Mean) * (value - mean)), Trajectories + 1);
        }
    }
}
