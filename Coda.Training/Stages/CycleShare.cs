using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Training.Algebra;
using Coda.Training.Losses;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using static TorchSharp.torch;

namespace Coda.Training.Stages;

/// <summary>Rows that walk along trajectories, cycle by cycle.</summary>
internal sealed class CycleShare : StageShare
{
    private const string Background = "background";
    private const string Memory = "memory";
    private const double MostDeviations = 12; // of the climatology, that a state may lie from its mean in training
    private const double Exact = 1e6; // the precision of states that are the truth, over that of observations
    private const double LeastRoom = 1e-6; // between a spread and the climatology's deviation, where rounding leaves none
    private const double LostDeviations = 10; // beyond which a row begins anew

    private readonly CycleSetup _setup;
    private readonly Weights<Tensor> _weights;
    private readonly Device _device;
    private readonly int _rows;
    private readonly CycleBatch _training;
    private readonly Lazy<CycleBatch> _heldOut;
    private readonly float[] _start; // what walks begin from [member, space]
    private readonly float[] _background; // the forecasts where the next update begins [row, member, space]
    private readonly float[] _memory; // [row, channel, point]
    private readonly float[] _least; // what states are held above in training [space]
    private readonly float[] _largest;
    private bool _isHeldOut;

    /// <summary>Makes a share.</summary>
    /// <param name="setup">What is trained.</param>
    /// <param name="weights">The network's weights.</param>
    /// <param name="rows">The rows of the batch, half-open.</param>
    /// <param name="device">Where to compute.</param>
    public CycleShare(CycleSetup setup, Weights<Tensor> weights, Range rows, Device device)
    {
        (_setup, _weights, _device) = (setup, weights, device);
        (var first, _rows) = rows.GetOffsetAndLength(setup.Experiment.BatchSize);
        var observed = setup.States is { } states
            ? Enumerable.Range(0, setup.Archive.TrajectoryCount)
                .Select(t => new Lazy<float[]>(() => RedrawnWindows.Observe(states.Trajectory(t), states.StateSize, setup.Operator))).ToList()
            : null;
        _training = new CycleBatch(setup, observed, first, _rows, setup.Fit.Length);
        _heldOut = new(() => new CycleBatch(setup, observed, first, _rows, setup.ValidationCycles));
        var (mean, deviation) = (setup.Context.Climatology.Mean, setup.Context.Climatology.Deviation);
        _start = StartingMembers.Draw(mean, deviation, setup.Network.Members);
        _background = new float[_rows * _start.Length];
        _memory = new float[_rows * setup.Network.MemoryChannels * setup.Network.Points];
        _least = [.. mean.Zip(deviation, (m, d) => (float)(m - (MostDeviations * d)))];
        _largest = [.. mean.Zip(deviation, (m, d) => (float)(m + (MostDeviations * d)))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> Counts { get; set; } = [];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, float[]> Carried => new Dictionary<string, float[]> { [Background] = _background, [Memory] = _memory };

    private CycleBatch Drawn => _isHeldOut ? _heldOut.Value : _training;

    /// <inheritdoc/>
    public override void Carry(IReadOnlyDictionary<string, float[]> carried)
    {
        carried[Background].CopyTo(_background, 0);
        carried[Memory].CopyTo(_memory, 0);
    }

    /// <inheritdoc/>
    public override void Draw(long step, bool heldOut)
    {
        _isHeldOut = heldOut;
        if (heldOut)
        {
            _heldOut.Value.DrawHeldOut(step);
        }
        else
        {
            _training.Draw(step);
        }

        var (weights, sites, drawn) = (Drawn.Weights, _setup.Operator.SiteCount, Drawn);
        Counts = _setup.States is not null
            ? [weights.Sum(weight => (long)weight) * _setup.Simulator.System.Layout.Size, 0]
            : [
                Enumerable.Range(0, weights.Length).Sum(i => (long)weights[i]
                    * (Count(drawn.Withheld, i, sites) + Enumerable.Range(1, _setup.Ahead).Sum(lead => Count(drawn.Precisions, i + (lead * _rows), sites)))),
                Enumerable.Range(0, weights.Length).Sum(i => (long)weights[i] * Count(drawn.Withheld, i, sites)),
            ];
    }

    /// <inheritdoc/>
    public override StageLoss Backward(IReadOnlyDictionary<string, double> numbers)
    {
        using var scope = NewDisposeScope();
        var (misfit, likelihood, background, memory) = Walk(_background, _memory);
        misfit.Plus(likelihood).backward();
        TorchArrays.Plain(background).CopyTo(_background, 0);
        TorchArrays.Plain(memory).CopyTo(_memory, 0);
        GiveUpLost();
        return Loss(misfit, likelihood);
    }

    // Rows that are where no state of the record is go on from the mean.
    private void GiveUpLost()
    {
        var (climatology, size, length) = (_setup.Context.Climatology, _least.Length, _start.Length);
        for (var row = 0; row < _rows; row++)
        {
            var background = _background.AsSpan(row * length, length);
            for (var i = 0; i < length; i++)
            {
                if (!(Math.Abs(background[i] - climatology.Mean[i % size]) < LostDeviations * climatology.Deviation[i % size]))
                {
                    Begin(row, _background, _memory);
                    break;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override StageLoss Evaluate(IReadOnlyDictionary<string, double> numbers)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (misfit, likelihood, _, _) = Walk(new float[_background.Length], new float[_memory.Length]);
        return Loss(misfit, likelihood);
    }

    private static StageLoss Loss(Tensor misfit, Tensor likelihood) =>
        new([misfit.item<float>(), likelihood.item<float>()], misfit.item<float>(), new Dictionary<string, double>());

    private static int Count(float[] precisions, int row, int sites)
    {
        var count = 0;
        foreach (var precision in precisions.AsSpan(row * sites, sites))
        {
            count += precision > 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>What analyses along the held-out tenth say of their spread: those of withheld observations, or of states, which are the truth where
    /// observations are drawn anew from them.</summary>
    /// <param name="number">The batch's number.</param>
    public IReadOnlyList<SpreadCalibration.Entry> Entries(long number)
    {
        Draw(number, heldOut: true);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var ops = new TorchAlgebra(_device);
        var walk = Cycle(ops, Parameters(ops), new float[_background.Length], new float[_memory.Length]);
        var (states, spread, drawn) = (TorchArrays.Plain(walk.Analyses), TorchArrays.Plain(walk.Spread), Drawn);
        var (size, sites, entries) = (_setup.Context.Layout.Size, _setup.Operator.SiteCount, new List<SpreadCalibration.Entry>());
        foreach (var at in Enumerable.Range(0, drawn.Weights.Length).Where(i => drawn.Weights[i] > 0))
        {
            if (_setup.States is not null)
            {
                entries.AddRange(Enumerable.Range(0, size).Select(
                    i => Entry(i, (at * size) + i, drawn.States[(at * size) + i], Exact / Math.Pow(_setup.Sigma * (_setup.Scales?[i] ?? 1), 2))));
                continue;
            }

            foreach (var site in Enumerable.Range(0, sites).Where(site => drawn.Withheld[(at * sites) + site] > 0))
            {
                var place = _setup.Operator.Locations[site];
                entries.Add(Entry(place, (at * size) + place, drawn.Values[(at * sites) + site], drawn.Withheld[(at * sites) + site]));
            }
        }

        return entries;

        SpreadCalibration.Entry Entry(int place, int entry, float value, double precision)
        {
            var (deviation, error) = (_setup.Context.Climatology.Deviation[place], (double)value - states[entry]);
            var share = spread[entry] * spread[entry] / (deviation * deviation);
            return new(precision * deviation * deviation, share / Math.Max(1 - share, LeastRoom), precision * error * error);
        }
    }

    private ParameterValues<Tensor> Parameters(TorchAlgebra ops) =>
        ParameterValues<Tensor>.Constants(ops, _setup.Simulator.System.ParameterNumbers);

    private (Tensor Misfit, Tensor Likelihood, Tensor Background, Tensor Memory) Walk(float[] carriedBackground, float[] carriedMemory)
    {
        var ops = new TorchAlgebra(_device);
        var parameters = Parameters(ops);
        var (all, forecasts, spread, background, memory) = Cycle(ops, parameters, carriedBackground, carriedMemory);
        var (misfit, likelihood) = _setup.States is not null
            ? AgainstStates(ops, Drawn, all, spread) : AgainstObservations(ops, Drawn, all, forecasts, spread, parameters);
        return (misfit, likelihood, background, memory);
    }

    // Analyses and forecasts [cycle, row, space], spread [cycle · row, space], and where the next update begins.
    private (Tensor Analyses, Tensor Forecasts, Tensor Spread, Tensor Background, Tensor Memory) Cycle(
        TorchAlgebra ops, ParameterValues<Tensor> parameters, float[] carriedBackground, float[] carriedMemory)
    {
        var (drawn, layout) = (Drawn, _setup.Simulator.System.Layout);
        Start(drawn, carriedBackground, carriedMemory);
        var background = Import(carriedBackground, _rows, _setup.Network.Members, layout.Size);
        var memory = Import(carriedMemory, _rows, _setup.Network.MemoryChannels, _setup.Network.Points);
        var newest = Import(drawn.Newest, -1, _rows, 2, _setup.Operator.SiteCount);
        var (cycles, analyses, forecasts, features) = ((int)newest.shape[0], new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            var analysis = _setup.Network.Analyze(ops, _weights, background, newest.select(0, cycle), memory);
            background = Forecast(ops, analysis.Members.reshape(-1, layout.Size), _setup.Network.Members, cycle, parameters).reshape(analysis.Members.shape);
            memory = analysis.Memory;
            analyses.Add(analysis.State);
            forecasts.Add(background.mean([1]));
            features.Add(analysis.Features.detach());
        }

        return (stack(analyses), stack(forecasts), _setup.Network.Spread(ops, _weights, cat(features)), background, memory);
    }

    // Where a walk begins, nothing is known but the climatology.
    private void Start(CycleBatch drawn, float[] background, float[] memory)
    {
        for (var row = 0; row < _rows; row++)
        {
            if (drawn.Starts[row])
            {
                Begin(row, background, memory);
            }
        }
    }

    private void Begin(int row, float[] background, float[] memory)
    {
        var length = memory.Length / _rows;
        _start.CopyTo(background, row * _start.Length);
        memory.AsSpan(row * length, length).Clear();
    }

    // Held where no gradient goes back, so that one row that a young network drives off does not end the training of all with numbers that are none.
    private Tensor Forecast(TorchAlgebra ops, Tensor state, int members, int cycle, ParameterValues<Tensor> parameters)
    {
        var (least, largest) = (Import(_least, _least.Length), Import(_largest, _largest.Length));
        for (var step = 0; step < _setup.Fit.Every; step++)
        {
            var held = state.maximum(least).minimum(largest);
            state = _setup.Simulator.Advance(ops, held, Over(((long)cycle * _setup.Fit.Every) + step, parameters, (int)state.shape[0], members));
        }

        return state.maximum(least).minimum(largest);
    }

    // The forcing over a step: of each row's members, or of rows of cycle after cycle.
    private ParameterValues<Tensor> Over(long step, ParameterValues<Tensor> parameters, int rows, int members)
    {
        if (_setup.Forcing is not { } forcing)
        {
            return parameters;
        }

        var (length, values) = (2 * forcing.Channels, new float[rows * 2 * forcing.Channels]);
        for (var row = 0; row < rows; row++)
        {
            var (trajectory, first) = Drawn.Places[row / members % _rows];
            forcing.Fill(trajectory, first + step + ((long)(row / members / _rows) * _setup.Fit.Every), values.AsSpan(row * length, length));
        }

        return parameters.Forced(_setup.Simulator.System.Forcing, Import(values, rows, 2, forcing.Channels));
    }

    private (Tensor Misfit, Tensor Likelihood) AgainstStates(TorchAlgebra ops, CycleBatch drawn, Tensor analyses, Tensor spread)
    {
        var (shape, size) = (analyses.shape, analyses.shape[2]);
        var states = Import(drawn.States, shape);
        var weights = Import(drawn.Weights, shape[0], shape[1], 1);
        var error = analyses - states;
        var units = Import([.. Enumerable.Range(0, (int)size).Select(i => (float)(1 / (_setup.Sigma * (_setup.Scales?[i] ?? 1))))], size);
        error = error * units;
        weights = weights * Trust((error * error).mean([2], keepdim: true));
        var misfit = (error * error * weights).sum().Over(Math.Max(1, Counts[0]));
        var precisions = (weights.Times(1e6) * units * units).expand(shape).reshape(-1, size); // states count as exact
        return (misfit, SpreadLikelihood.Sum(
            ops, _setup.WholeState, analyses.detach().reshape(-1, size), spread, states.reshape(-1, size), precisions).Over(shape[0] * shape[1] * size));
    }

    private (Tensor Misfit, Tensor Likelihood) AgainstObservations(
        TorchAlgebra ops, CycleBatch drawn, Tensor analyses, Tensor forecasts, Tensor spread, ParameterValues<Tensor> parameters)
    {
        var (cycles, size, sites) = ((int)analyses.shape[0], analyses.shape[2], _setup.Operator.SiteCount);
        var values = Import(drawn.Values, cycles + _setup.Ahead, _rows, sites);
        var precisions = Import(drawn.Precisions, cycles + _setup.Ahead, _rows, sites);
        var withheld = Import(drawn.Withheld, cycles, _rows, sites);
        var weights = Import(drawn.Weights, cycles, _rows, 1);
        var sum = Misfit(analyses, 0, withheld);
        var ahead = forecasts.reshape(-1, size); // all cycles at once
        for (var lead = 1; lead <= _setup.Ahead; lead++)
        {
            ahead = lead == 1 ? ahead : Forecast(ops, ahead, 1, lead - 1, parameters);
            sum = sum.Plus(Misfit(ahead.reshape(cycles, _rows, size), lead, precisions.narrow(0, lead, cycles)));
        }

        var likelihood = SpreadLikelihood.Sum(
            ops, _setup.Operator, analyses.detach().reshape(-1, size), spread, values.narrow(0, 0, cycles).reshape(-1, sites),
            withheld.reshape(-1, sites));
        return (sum.Over(Math.Max(1, Counts[0])), likelihood.Over(Math.Max(1, Counts[1])));

        Tensor Misfit(Tensor states, int lead, Tensor counted)
        {
            var innovation = values.narrow(0, lead, cycles) - _setup.Operator.Apply(ops.Field(states)).Value;
            var squares = innovation * innovation * counted;
            return (squares * weights * Trust(squares.mean([2], keepdim: true))).sum();
        }
    }

    // In training a row whose error is much more than σ counts less, 1 / (1 + m) of a mean square m over σ²: a few that a young network drives off would else
    // decide the step of all.
    private Tensor Trust(Tensor squares) => _isHeldOut ? ones_like(squares) : squares.detach().Plus(1).reciprocal();

    private Tensor Import(float[] values, params long[] shape)
    {
        var inner = shape.Where(axis => axis > 0).Aggregate(1L, (product, axis) => product * axis);
        return TorchArrays.Of(values, [.. shape.Select(axis => axis > 0 ? axis : values.Length / inner)]).to(_device);
    }
}
