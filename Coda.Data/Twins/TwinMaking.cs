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
    private readonly (ForcingDefinition Forcing, ForcingSource? Source)[] _forcing; // the time has no source
    private readonly TimeAxis _time;
    private readonly IReadOnlyList<ErrorModel> _errors; // one for all sites, or one for each
    private readonly double[] _sigmas; // likewise

    public TwinMaking(TwinExperiment experiment)
    {
        _experiment = experiment;
        Simulator = new Simulator(
            DynamicalSystem.Catalog.Create(experiment.System),
            Integrator.Catalog.Create(experiment.Integrator),
            experiment.StepLength);
        RequireMemory();
        Operator = ObservationOperator.Catalog.Create(experiment.Operator, Simulator.System.Layout);
        (_errors, _sigmas) = Errors();
        _network = ObservingNetwork.Catalog.Create(experiment.ObservingNetwork, SiteMap.Of(Simulator.System.Layout, Operator));
        (Stored, _time) = ([.. Simulator.System.Forcing.Where(u => !u.IsTime)], new TimeAxis(experiment.StepLength));
        RequireSources();
        _forcing = [.. Simulator.System.Forcing.Select(u => (u, u.IsTime ? null : ForcingSource.Catalog.Create(experiment.Forcing![u.Name])))];
    }

    public Simulator Simulator { get; }

    public ObservationOperator Operator { get; }

    /// <summary>The series of forcing that the archive keeps.</summary>
    public IReadOnlyList<ForcingDefinition> Stored { get; }

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
                var error = _sigmas[_sigmas.Length == 1 ? 0 : site] * errors.NextGaussian();
                if (observed[site])
                {
                    stretch.Values[(row * sites) + site] = (float)Disturbed(exact[(row * sites) + site], error, block.Trajectory, step, site);
                    stretch.Mask[(row * sites) + site] = 1;
                }
            }
        }

        return stretch;
    }

    /// <summary>The forcing of every trajectory, from the record's start to some steps after it.</summary>
    public IEnumerable<StateBlock> ForcingRows(int stepsAfter)
    {
        var width = Stored.Sum(u => u.Size);
        for (var trajectory = 0; width > 0 && trajectory < _experiment.TrajectoryCount; trajectory++)
        {
            var end = Math.Min(_experiment.StepCount + stepsAfter, Last + 1);
            for (var first = 0L; first < end; first += PieceLength)
            {
                var rows = new double[(int)Math.Min(PieceLength, end - first) * width];
                for (var row = 0; row < rows.Length / width; row++)
                {
                    FillRow(first + row, isStored: true, rows.AsSpan(row * width, width));
                }

                yield return new StateBlock(trajectory, first, width, Array.ConvertAll(rows, x => (float)x));
            }
        }
    }

    private double Disturbed(double value, double error, int trajectory, long step, int site)
    {
        var errors = _errors[_errors.Count == 1 ? 0 : site];
        return !errors.Contains(value)
            ? throw new ArgumentException(FormattableString.Invariant($"Trajectory {trajectory}, step {step}, site {site}: expected a value ")
                + FormattableString.Invariant($"{errors.Expected()}, as errors are {errors.Word()}, got {value}; take additive errors."))
            : errors switch
            {
                ErrorModel.Multiplicative => value * Math.Exp(error),
                ErrorModel.SquareRoot => errors.FromScale((2 * Math.Sqrt(value)) + error),
                _ => value + error,
            };
    }

    private (IReadOnlyList<ErrorModel> Errors, double[] Sigmas) Errors()
    {
        if (_experiment.Fields is not { Count: > 0 } fields)
        {
            return ([_experiment.Errors], [_experiment.Sigma]);
        }

        var layout = Simulator.System.Layout;
        var sites = new SiteErrors(new SiteMap(layout, Operator.Locations), fields, "1", _experiment.Errors);
        var fault = sites.Fault(layout);
        new Faults(nameof(TwinExperiment)).Require(fault is null, nameof(_experiment.Fields), $"errors and units of fields of {layout}", fault).ThrowIfAny();
        return (sites.Models(), [.. Operator.Locations.Select(entry => fields.GetValueOrDefault(layout.FieldAt(entry).Name)?.Sigma ?? _experiment.Sigma)]);
    }

    // The last step that every source has a value for.
    private long Last => _forcing.Select(f => f.Source?.End ?? double.PositiveInfinity).Min() is var end && double.IsInfinity(end)
        ? long.MaxValue - 1
        : (long)Math.Floor((end / _experiment.StepLength) + TimeAxis.Tolerance);

    private int Batch =>
        (int)Math.Clamp(MaximumEntries / Math.Max(1, (double)_experiment.StepCount * Width), 1,
            Math.Clamp(_experiment.TrajectoryCount, 1, MaximumBatch));

    private int PieceSteps => (int)Math.Clamp(MaximumEntries / Width, 1, PieceLength);

    // Of a state, or of what is observed of it.
    private int Width => Math.Max(Simulator.System.Layout.Size, Operator?.SiteCount ?? 0);

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
                if (step == _experiment.StepCount - 1)
                {
                    yield break;
                }
            }

            var parameters = ParameterValues<NdArray<double>>.Constants(ops, Simulator.System.ParameterNumbers);
            state = Simulator.Advance(ops, state, _forcing.Length == 0 ? parameters : parameters.Forced(Simulator.System.Forcing, Forcing(ops, step, count)));
            ops.Recycle(state);
            CheckFinite(ops, state, first, step + 1);
        }
    }

    // [trajectory, 2, channel]
    private NdArray<double> Forcing(BufferAlgebra<double> ops, long step, int count)
    {
        var channels = Simulator.System.Forcing.Sum(u => u.Size);
        var values = ops.Allocate(count, 2, channels);
        for (var k = 0; k < 2 * count; k++)
        {
            FillRow(step + (k % 2), isStored: false, values.Span.Slice(k * channels, channels));
        }

        return values;
    }

    // Rounded as the archive keeps them, so that models read what the truth felt. [channel]
    private void FillRow(long step, bool isStored, Span<double> row)
    {
        var (at, time) = (0, _time.TimeOf(step));
        foreach (var (forcing, source) in _forcing)
        {
            for (var entry = 0; entry < forcing.Size && (source is not null || !isStored); entry++)
            {
                row[at++] = source is null ? time : (float)source.At(time, entry);
            }
        }
    }

    private void RequireSources()
    {
        var (wanted, given) = (Stored.Select(u => u.Name).ToHashSet(), _experiment.Forcing?.Keys.ToHashSet() ?? []);
        new Faults(nameof(TwinExperiment))
            .Require(wanted.SetEquals(given), nameof(_experiment.Forcing),
                wanted.Count == 0 ? $"none, for system '{_experiment.System.Name}' reads no series" : $"a source for each of {string.Join(", ", wanted)}",
                given.Count == 0 ? "none" : string.Join(", ", given))
            .ThrowIfAny();
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

    // Archives hold single precision.
    private void CheckFinite(BufferAlgebra<double> ops, NdArray<double> state, int first, long step)
    {
        var layout = Simulator.System.Layout;
        var values = layout.IsBounded ? layout.ToPhysical(ops.Field(state)).Value : state;
        if (System.Numerics.Tensors.TensorPrimitives.SumOfMagnitudes<double>(values.Span) <= float.MaxValue)
        {
            return;
        }

        throw new DivergenceException(step == 1 - _experiment.SpinUpSteps ? FirstStepFault(step - 1)
            : $"The simulation of '{_experiment.System.Name}' diverged at step {step} (trajectories from {first}): its states are no longer finite. "
                + $"Take a smaller step than {_experiment.StepLength}.");
    }

    private string FirstStepFault(long step)
    {
        var (ops, reference) = (new BufferAlgebra<double>(), Simulator.System.ReferenceState());
        var parameters = ParameterValues<NdArray<double>>.Constants(ops, Simulator.System.ParameterNumbers);
        parameters = _forcing.Length == 0 ? parameters : parameters.Forced(Simulator.System.Forcing, Forcing(ops, step, 1)).At(0);
        var largest = Simulator.System.Tendency(ops.Field(ops.From(reference, 1, reference.Length)), parameters).Value.Span.ToArray().Max(Math.Abs);
        return FormattableString.Invariant(
            $"The simulation of '{_experiment.System.Name}': expected finite states after one step of {_experiment.StepLength}, got others: the tendency at ")
            + FormattableString.Invariant($"its reference state (largest entry {reference.Max(Math.Abs):G4}) is as large as {largest:G4} a unit of time. ")
            + FormattableString.Invariant($"Take a smaller step than {_experiment.StepLength}; where that is small already, check the equation's units, its ")
            + "parameters and ReferenceState.";
    }
}
