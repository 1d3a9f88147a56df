using Coda.Data.Foundation;

namespace Coda.Training.Stages;

/// <summary>What rows of a batch read and are compared with over the cycles of one update.</summary>
/// <remarks>A pure function of the record, the seed, the step and the row, so that a resumed run draws the same, in any number of shares. Buffers are
/// reused.</remarks>
/// <param name="setup">What is trained.</param>
/// <param name="observed">The states that are fitted as the operator sees them, on the scale of the errors, by trajectory; <see langword="null"/> where there
/// are none. [trajectory][step, site]</param>
/// <param name="first">The row of the whole batch that is the share's first.</param>
/// <param name="count">The number of rows.</param>
/// <param name="cycles">The number of cycles.</param>
internal sealed class CycleBatch(CycleSetup setup, IReadOnlyList<Lazy<float[]>>? observed, int first, int count, int cycles)
{
    private const long WalkStream = 0xC1;
    private const long NoiseStream = 0xC2;
    private const long HeldOutStream = 0xC3;
    private const int MostTrials = 1000;

    private readonly int _sites = setup.Operator.SiteCount;
    private readonly int _space = setup.Simulator.System.Layout.Size;
    private readonly float[] _deviations = [.. setup.Operator.Locations.Select(entry => (float)(setup.Sigma * (setup.Scales?[entry] ?? 1)))];

    /// <summary>A whole weight; those of cycles after a start are a part of it.</summary>
    public const int WholeWeight = 8;

    /// <summary>What the network reads: values and mask. [cycle, row, 2, site]</summary>
    public float[] Newest { get; } = new float[cycles * count * 2 * setup.Operator.SiteCount];

    /// <summary>The states that analyses are compared with; empty where there are none. [cycle, row, space]</summary>
    public float[] States { get; } = new float[setup.States is null ? 0 : cycles * count * setup.Simulator.System.Layout.Size];

    /// <summary>The weight of each analysis, of <see cref="WholeWeight"/>. [cycle, row]</summary>
    public float[] Weights { get; } = new float[cycles * count];

    /// <summary>The observations of the cycles and those ahead; only where there are no states. [cycle + ahead, row, site]</summary>
    public float[] Values { get; } = new float[setup.States is null ? (cycles + setup.Ahead) * count * setup.Operator.SiteCount : 0];

    /// <summary>1/σ² where observed, else 0, likewise.</summary>
    public float[] Precisions { get; } = new float[setup.States is null ? (cycles + setup.Ahead) * count * setup.Operator.SiteCount : 0];

    /// <summary>1/σ² where observed and withheld from the network, else 0. [cycle, row, site]</summary>
    public float[] Withheld { get; } = new float[setup.States is null ? cycles * count * setup.Operator.SiteCount : 0];

    /// <summary>Whether each row starts a walk, from the climatology's mean. [row]</summary>
    public bool[] Starts { get; } = new bool[count];

    /// <summary>Where each row's first cycle is. [row]</summary>
    public (int Trajectory, long Step)[] Places { get; } = new (int, long)[count];

    /// <summary>Draws what an update reads.</summary>
    /// <param name="step">The optimizer's step.</param>
    public void Draw(long step)
    {
        var seed = setup.Experiment.Seed;
        for (var row = 0; row < count; row++)
        {
            // Rows start at different steps of the optimizer, so that few of them start at the same one.
            var (number, batch) = (first + row, setup.Experiment.BatchSize);
            var at = step + ((long)number * setup.Segments / batch);
            var (walk, segment) = (at / setup.Segments, at % setup.Segments);
            var (trajectory, start) = Start(heldOut: false, new CounterRandom(seed, WalkStream, walk, number));
            Starts[row] = segment == 0 || step == 0;
            Places[row] = (trajectory, start + (segment * setup.Fit.Length * setup.Fit.Every));
            Fill(row, (int)Math.Min(segment, step) * setup.Fit.Length, new CounterRandom(seed, NoiseStream, step, number), heldOut: false);
        }
    }

    /// <summary>Draws walks along the held-out tenth.</summary>
    /// <param name="number">The batch's number.</param>
    public void DrawHeldOut(long number)
    {
        for (var row = 0; row < count; row++)
        {
            var random = new CounterRandom(setup.Experiment.Seed, HeldOutStream, number, first + row);
            (Starts[row], Places[row]) = (true, Start(heldOut: true, random));
            Fill(row, 0, new CounterRandom(setup.Experiment.Seed, HeldOutStream, number, first + row, 1), heldOut: true);
        }
    }

    private (int Trajectory, long Step) Start(bool heldOut, CounterRandom random)
    {
        for (var trial = 0; trial < MostTrials; trial++)
        {
            var (trajectory, start) = setup.Record.StartAt(heldOut, random.NextUniform());
            start -= ((start % setup.Fit.Every) + setup.Fit.Every) % setup.Fit.Every; // cycles are at multiples of the interval
            if (start >= setup.Archive.Steps.Start)
            {
                return (trajectory, start);
            }
        }

        throw new InvalidDataException(
            $"Expected cycles at multiples of {setup.Fit.Every} steps in the {(heldOut ? "held-out tenth" : "fitted part")} of the record, got none; "
                + "take a smaller cycle.every, or a longer record.");
    }

    private void Fill(int row, int since, CounterRandom random, bool heldOut)
    {
        for (var cycle = 0; cycle < cycles + setup.Ahead; cycle++)
        {
            var stretch = setup.Record.Windows.Trajectory(Places[row].Trajectory);
            var step = Places[row].Step + ((long)cycle * setup.Fit.Every);
            var from = checked((int)(step - stretch.Steps.Start) * _sites);
            if (setup.States is { } states)
            {
                states.State(Places[row].Trajectory, step).CopyTo(States.AsSpan(((cycle * count) + row) * _space, _space));
            }
            else
            {
                Compare(row, cycle, stretch.Values.AsSpan(from, _sites), stretch.Mask.AsSpan(from, _sites), stretch.Sigma.AsSpan(), from);
            }

            if (cycle < cycles)
            {
                var isSound = setup.States?.IsSound(Places[row].Trajectory, step) != false;
                var weight = heldOut ? cycle < cycles / 2 ? 0 : WholeWeight : since + cycle < setup.Fit.SpinUpCycles ? 1 : WholeWeight;
                Weights[(cycle * count) + row] = isSound ? weight : 0;
                Read(row, cycle, stretch, from, ref random);
            }
        }
    }

    private void Compare(int row, int cycle, ReadOnlySpan<float> values, ReadOnlySpan<float> mask, ReadOnlySpan<float> own, int from)
    {
        var to = ((cycle * count) + row) * _sites;
        for (var site = 0; site < _sites; site++)
        {
            var deviation = own.Length > 0 && own[from + site] > 0 ? own[from + site] : _deviations[site];
            Values[to + site] = values[site];
            Precisions[to + site] = mask[site] > 0 ? 1 / (deviation * deviation) : 0;
        }
    }

    private void Read(int row, int cycle, Data.Archives.ObservationStretch stretch, int from, ref CounterRandom random)
    {
        var (at, redraws) = (((cycle * count) + row) * 2 * _sites, setup.Fit.RedrawsObservations && observed is not null);
        var source = observed?[stretch.Trajectory].Value;
        var share = setup.Experiment.WithholdingFraction;
        for (var site = 0; site < _sites; site++)
        {
            var isSeen = stretch.Mask[from + site] > 0;
            var isWithheld = share > 0 && random.NextUniform() < share;
            var deviation = stretch.Sigma?[from + site] is > 0 and var own ? own : _deviations[site];
            var value = !isSeen ? 0 : redraws ? source![from + site] + (float)((double)deviation * random.NextGaussian()) : stretch.Values[from + site];
            Newest[at + site] = isWithheld ? 0 : value;
            Newest[at + _sites + site] = isSeen && !isWithheld ? 1 : 0;
            if (Withheld.Length > 0)
            {
                Withheld[(((cycle * count) + row) * _sites) + site] = isSeen && isWithheld ? 1 / (deviation * deviation) : 0;
            }
        }
    }
}
