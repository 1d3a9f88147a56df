using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Data.Twins;

/// <summary>Carries a <see cref="TwinExperiment"/> out in bounded memory: many short trajectories side by side, or one long one piece by piece.</summary>
internal sealed class TwinMaking
{
    private const int MaximumBatch = 64;
    private const int PieceLength = 4096;
    private const long MaximumEntries = 8_000_000;
    private const int BytesPerEntry = 48; // a list that grew, the block in double precision and in single, what is observed
    private const int ArraysOfStep = 32;
    private const long InitialStream = 0x1417;
    private const long ErrorStream = 0xE880;

    private readonly TwinExperiment _experiment;
    private readonly ObservingNetwork _network;

    public TwinMaking(TwinExperiment experiment)
    {
        _experiment = experiment;
        Simulator = new Simulator(
            DynamicalSystem.Catalog.Create(experiment.System),
            Integrator.Catalog.Create(experiment.Integrator),
            experiment.StepLength);
        RequireMemory();
        Operator = ObservationOperator.Catalog.Create(experiment.Operator, Simulator.System.Layout);
        _network = ObservingNetwork.Catalog.Create(experiment.ObservingNetwork);
    }

    public Simulator Simulator { get; }

    public ObservationOperator Operator { get; }

    /// <summary>The truth, trajectory by trajectory.</summary>
    public IEnumerable<TruthBlock> Blocks(IProgress<double>? progress, CancellationToken cancellation)
    {
        var batch = Batch;
        for (var first = 0; first < _experiment.TrajectoryCount; first += batch)
        {
            var count = Math.Min(batch, _experiment.TrajectoryCount - first);
            foreach (var block in count > 1 ? SideBySide(first, count, cancellation) : PieceByPiece(first, cancellation))
            {
                progress?.Report((block.Trajectory + ((double)(block.FirstStep + block.Count) / _experiment.StepCount)) / _experiment.TrajectoryCount);
                yield return block;
            }
        }
    }

    /// <summary>Observes a block with the network and Gaussian errors of the experiment.</summary>
    public ObservationStretch Observe(TruthBlock block)
    {
        var ops = new BufferAlgebra<double>();
        var exact = Operator.Apply(ops, new NdArray<double>(block.States, block.Count, block.StateSize)).Span; // [time, site]
        var sites = Operator.SiteCount;
        var stretch = new ObservationStretch(block.Trajectory, new StepRange(block.FirstStep, block.FirstStep + block.Count), sites);
        var observed = new bool[sites];
        for (var row = 0; row < block.Count; row++)
        {
            var step = block.FirstStep + row;
            _network.Observe(_experiment.Seed, block.Trajectory, step, observed);
            var errors = new CounterRandom(_experiment.Seed, ErrorStream, block.Trajectory, step);
            for (var site = 0; site < sites; site++)
            {
                var error = _experiment.Sigma * errors.NextGaussian();
                if (observed[site])
                {
                    var value = exact[(row * sites) + site];
                    stretch.Values[(row * sites) + site] = (float)(_experiment.Errors == ErrorModel.Additive ? value + error : value * Math.Exp(error));
                    stretch.Mask[(row * sites) + site] = 1;
                }
            }
        }

        return stretch;
    }

    private int Batch =>
        (int)Math.Clamp(MaximumEntries / Math.Max(1, (double)_experiment.StepCount * Simulator.System.Layout.Size), 1,
            Math.Clamp(_experiment.TrajectoryCount, 1, MaximumBatch));

    private int PieceSteps => (int)Math.Clamp(MaximumEntries / Simulator.System.Layout.Size, 1, PieceLength);

    // Whatever the record's length: some pieces of it, and what the simulator's stages take.
    private void RequireMemory()
    {
        double size = Simulator.System.Layout.Size, steps = Batch > 1 ? (double)Batch * _experiment.StepCount : PieceSteps;
        new MemoryNeed("Twin experiment")
            .Add(FormattableString.Invariant($"{steps} states of {size} entries, with their observations"), BytesPerEntry, steps, size)
            .Add(FormattableString.Invariant($"stages of the integrator for {Batch} states"), sizeof(double), ArraysOfStep, Batch, size)
            .Require("Take a smaller system.");
    }

    private IEnumerable<TruthBlock> SideBySide(int first, int count, CancellationToken cancellation)
    {
        var (size, steps) = (Simulator.System.Layout.Size, (int)_experiment.StepCount);
        var states = Enumerable.Range(0, count).Select(_ => new double[steps * size]).ToArray();
        var row = 0;
        foreach (var state in Trajectory(first, count, cancellation))
        {
            for (var i = 0; i < count; i++)
            {
                state.Span.Slice(i * size, size).CopyTo(states[i].AsSpan(row * size));
            }

            row++;
        }

        return states.Select((s, i) => new TruthBlock(first + i, 0, size, s));
    }

    private IEnumerable<TruthBlock> PieceByPiece(int trajectory, CancellationToken cancellation)
    {
        var size = Simulator.System.Layout.Size;
        var (length, piece, firstStep) = (PieceSteps, new List<double>(), 0L);
        foreach (var state in Trajectory(trajectory, 1, cancellation))
        {
            piece.AddRange(state.Span);
            if (piece.Count == length * size)
            {
                yield return new TruthBlock(trajectory, firstStep, size, [.. piece]);
                firstStep += length;
                piece.Clear();
            }
        }

        if (piece.Count > 0)
        {
            yield return new TruthBlock(trajectory, firstStep, size, [.. piece]);
        }
    }

    /// <summary>The states of steps 0, 1, ... of trajectories side by side; each is valid until the next is asked for. [trajectory, space]</summary>
    private IEnumerable<NdArray<double>> Trajectory(int first, int count, CancellationToken cancellation)
    {
        var (ops, layout) = (new BufferAlgebra<double>(), Simulator.System.Layout);
        var state = InitialStates(ops, first, count); // coordinates, where fields have bounds
        for (var step = -_experiment.SpinUpSteps; step < _experiment.StepCount; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step >= 0)
            {
                yield return layout.IsBounded ? layout.ToPhysical(ops.Field(state)).Value : state;
            }

            state = Simulator.Advance(ops, state, ParameterValues<NdArray<double>>.Constants(ops, Simulator.System.ParameterNumbers));
            ops.Recycle(state);
            CheckFinite(state, first, step + 1);
        }
    }

    private NdArray<double> InitialStates(BufferAlgebra<double> ops, int first, int count)
    {
        var reference = Simulator.System.Layout.ToWorking(Simulator.System.ReferenceState());
        var states = ops.Allocate(count, reference.Length);
        for (var i = 0; i < count; i++)
        {
            var random = new CounterRandom(_experiment.Seed, InitialStream, first + i);
            for (var k = 0; k < reference.Length; k++)
            {
                states.Span[(i * reference.Length) + k] = reference[k] + (0.1 * random.NextGaussian());
            }
        }

        return states;
    }

    private void CheckFinite(NdArray<double> state, int first, long step)
    {
        var sum = System.Numerics.Tensors.TensorPrimitives.SumOfMagnitudes<double>(state.Span);
        if (!double.IsFinite(sum))
        {
            throw new DivergenceException(
                $"The simulation of '{_experiment.System.Name}' diverged at step {step} (trajectories from {first}): its states are no longer finite. "
                    + $"Take a smaller step than {_experiment.StepLength}.");
        }
    }
}
