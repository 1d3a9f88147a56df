using System.Text.Json.Nodes;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Forecasting;

namespace Coda.Benchmarks.Classical;

/// <summary>A two-level Lorenz-96 whose coupling h jumps: what is observed of the slow variables, their truth and the coupling that they feel.</summary>
internal sealed class RegimeRecord
{
    public const int Size = 36;
    private const double Fraction = 0.25;
    private const int SpinUpSteps = 2000;

    private readonly List<float[]> _truth = [];    // [step][site]
    private readonly List<double[]> _coupling = []; // the same
    private readonly ObservationStretch _observed;

    /// <summary>Simulates.</summary>
    /// <param name="seed">Tells records apart.</param>
    /// <param name="regimes">The couplings, each with its steps, one after another.</param>
    public RegimeRecord(ulong seed, params (double Coupling, int Steps)[] regimes)
    {
        _observed = new ObservationStretch(0, new StepRange(0, regimes.Sum(r => r.Steps)), Size);
        var random = new CounterRandom(seed);
        var state = Of(regimes[0].Coupling).ReferenceState().Select(x => (float)(x + (0.1 * random.NextGaussian()))).ToArray();
        Run(regimes[0].Coupling, SpinUpSteps, (_, _) => { });
        foreach (var (coupling, steps) in regimes)
        {
            Run(coupling, steps, Add);
        }

        for (var i = 0; i < _observed.Mask.Length; i++)
        {
            if (random.NextUniform() < Fraction)
            {
                (_observed.Mask[i], _observed.Values[i]) = (1, _truth[i / Size][i % Size] + (float)random.NextGaussian());
            }
        }

        void Run(double coupling, int steps, Action<DynamicalSystem, float[]> look)
        {
            var system = Of(coupling);
            var model = new SimulatorModel(new Simulator(system, new RungeKutta4(new()), 0.01));
            for (var k = 0; k < steps; k++)
            {
                look(system, state);
                model.Advance(state, state, 1);
            }
        }
    }

    /// <summary>The observations of some steps, as a record of their own.</summary>
    public MemoryArchive Archive(StepRange steps)
    {
        var part = new ObservationStretch(0, new StepRange(0, steps.Count), Size);
        _observed.Values.AsSpan((int)steps.Start * Size, part.Values.Length).CopyTo(part.Values);
        _observed.Mask.AsSpan((int)steps.Start * Size, part.Mask.Length).CopyTo(part.Mask);
        var named = new TwinExperiment { System = new Component("lorenz96", new JsonObject { ["size"] = Size }), StepCount = steps.Count };
        return new MemoryArchive(named.Describe(), [part]);
    }

    /// <summary>The true slow variables at a step. [site]</summary>
    public ReadOnlySpan<float> Truth(long step) => _truth[(int)step];

    /// <summary>The pairs of x and the coupling that it feels, at some steps.</summary>
    public IEnumerable<(double X, double Coupling)> Pairs(StepRange steps) => Enumerable.Range((int)steps.Start, (int)steps.Count)
        .SelectMany(k => _truth[k].Zip(_coupling[k], (x, c) => ((double)x, c)));

    /// <summary>What the best linear combination of some functions of the past of the true x leaves of the coupling.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="features">The functions at a step and site, given x at a lag and a distance along the ring.</param>
    public double Residual(StepRange steps, Func<Func<int, int, double>, double[]> features)
    {
        var rows = (from step in Enumerable.Range((int)steps.Start, (int)steps.Count)
                    from site in Enumerable.Range(0, Size)
                    select (Known: features((lag, distance) => _truth[step - lag][(site + distance + Size) % Size]), Coupling: _coupling[step][site])).ToArray();
        var known = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowArrays(rows.Select(r => r.Known));
        var coupling = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.DenseOfEnumerable(rows.Select(r => r.Coupling));
        var weights = MathNet.Numerics.LinearRegression.MultipleRegression.QR(known, coupling);
        return (coupling - (known * weights)).L2Norm() / Math.Sqrt(rows.Length);
    }

    private void Add(DynamicalSystem system, float[] state)
    {
        var ops = new BufferAlgebra<double>();
        var whole = ops.Field(ops.From(Array.ConvertAll(state, x => (double)x), 1, state.Length));
        _truth.Add(state[..Size]);
        _coupling.Add(
        [
            .. ((ICoupledSystem)system).Coupling(whole, ParameterValues<NdArray<double>>.Constants(ops, system.ParameterNumbers)).Value.Span,
        ]);
    }

    private static DynamicalSystem Of(double coupling) =>
        DynamicalSystem.Catalog.Create(new Component("lorenz96-two-level", new JsonObject { ["coupling"] = coupling }));
}
