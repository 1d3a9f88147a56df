using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Forecasting;

namespace Coda.Benchmarks.Inference;

/// <summary>Milliseconds of one model step on one core: forward, with its tangent, with its gradient; the fastest of many.</summary>
internal static class StepBenchmark
{
    private const int Repetitions = 100;

    public static void Run(TextWriter output)
    {
        output.WriteLine($"ms per step, one core, the fastest of {Repetitions}: forward | tangent and forward | gradient and forward");
        Time(output, "quasi-geostrophic", 1.25, "forward at most 3 (1.4 aimed at), gradient at most 8 (3.2)");
        Time(output, "lorenz96", 0.01, "K = 40");
    }

    private static void Time(TextWriter output, string name, double stepLength, string note)
    {
        var simulator = new Simulator(DynamicalSystem.Catalog.Create(new Component(name)), new RungeKutta4(new()), stepLength);
        Time<float>(output, simulator, $"{name}, single", note);
        Time<double>(output, simulator, $"{name}, double", note);
    }

    private static void Time<F>(TextWriter output, Simulator simulator, string name, string note)
        where F : unmanaged, IBinaryFloatingPointIeee754<F>
    {
        var (size, numbers) = (simulator.System.Layout.Size, simulator.System.ParameterNumbers);
        using var map = new AlgebraMap<F>(
            size, size,
            (ops, x) => simulator.Advance(ops, x, ParameterValues<NdArray<F>>.Constants(ops, numbers)),
            (ops, x) => simulator.Advance(ops, x, ParameterValues<Dual<NdArray<F>>>.Constants(ops, numbers)),
            (ops, x) => simulator.Advance(ops, x, ParameterValues<Variable<NdArray<F>>>.Constants(ops, numbers)));
        var (x, value, derivative) = (simulator.System.ReferenceState(), new double[size], new double[size]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-28} {Fastest(() => map.Apply(x, value, 1)),8:F4} | {Fastest(() => map.Push(x, x, value, derivative, 1)),8:F4} | "
                + $"{Fastest(() => map.Pull(x, x, value, derivative, 1)),8:F4}   {note}"));
    }

    private static double Fastest(Action step)
    {
        var fastest = double.PositiveInfinity;
        for (var i = 0; i < 2 * Repetitions; i++)
        {
            var start = Stopwatch.GetTimestamp();
            step();
            fastest = i < Repetitions ? fastest : Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalMilliseconds); // the first ones are compiled
        }

        return fastest;
    }
}
