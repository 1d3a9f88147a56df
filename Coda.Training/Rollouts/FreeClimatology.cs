using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Training.Networks;

namespace Coda.Training.Rollouts;

/// <summary>Mean and deviation of fields of which nothing is observed, from a free run of the simulator: no observation tells them, and no truth is
/// asked.</summary>
public static class FreeClimatology
{
    private const int SpinUp = 500;
    private const int Steps = 1000;
    private const int Every = 10; // from which states are taken

    /// <summary>Replaces what a climatology says of fields on a grid without any observed site.</summary>
    /// <param name="climatology">What observations tell.</param>
    /// <param name="locations">For every observed site, its state entry.</param>
    /// <param name="simulator">The simulator.</param>
    /// <param name="parameters">The values of all its parameters.</param>
    /// <param name="forcing">The record's forcing, where the system has one.</param>
    /// <exception cref="InvalidDataException">The free run does not stay finite.</exception>
    public static Climatology Complete(
        Climatology climatology, IReadOnlyList<int> locations, Simulator simulator, IReadOnlyDictionary<string, double> parameters, ForcingSeries? forcing)
    {
        ArgumentNullException.ThrowIfNull(climatology);
        ArgumentNullException.ThrowIfNull(simulator);
        var layout = simulator.System.Layout;
        var observed = locations.Select(layout.FieldAt).ToHashSet();
        if (layout.SharedGrid is not { HasDistance: true } grid || observed.Count == layout.Fields.Count)
        {
            return climatology;
        }

        var (sum, squares, count) = Run(simulator, parameters, forcing);
        var (mean, deviation, start) = (climatology.Mean.ToArray(), climatology.Deviation.ToArray(), 0);
        foreach (var field in layout.Fields)
        {
            for (var entry = start; !observed.Contains(field) && entry < start + field.Size; entry++)
            {
                var of = grid.IsTranslationInvariant ? new Range(start, start + field.Size) : new Range(entry, entry + 1);
                var seen = (double)count * (of.End.Value - of.Start.Value);
                mean[entry] = sum[of].Sum() / seen;
                deviation[entry] = Math.Sqrt(Math.Max((squares[of].Sum() / seen) - (mean[entry] * mean[entry]), 1e-12));
            }

            start += field.Size;
        }

        return new Climatology(mean, deviation);
    }

    private static (double[] Sum, double[] Squares, int Count) Run(
        Simulator simulator, IReadOnlyDictionary<string, double> parameters, ForcingSeries? forcing)
    {
        var (ops, layout) = (new BufferAlgebra<double>(), simulator.System.Layout);
        var (sum, squares, count) = (new double[layout.Size], new double[layout.Size], 0);
        var state = ops.From(layout.IsBounded ? layout.ToWorking(simulator.System.ReferenceState()) : simulator.System.ReferenceState(), 1, layout.Size);
        for (var step = 0; step < SpinUp + Steps; step++)
        {
            var values = ParameterValues<NdArray<double>>.Constants(ops, parameters);
            state = simulator.Advance(
                ops, state, forcing is null ? values : values.Forced(simulator.System.Forcing, RolloutProbe.Over(ops, forcing, simulator, step)));
            ops.Recycle(state);
            if (step >= SpinUp && step % Every == 0)
            {
                count++;
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += state.Span[i];
                    squares[i] += state.Span[i] * state.Span[i];
                }
            }
        }

        return squares.All(double.IsFinite) ? (sum, squares, count) : throw new InvalidDataException(
            $"Expected a free run of {SpinUp + Steps} finite steps, from which fields that are never observed get their climatology, got one that goes astray. "
            + "Import the observations with a shorter --step-length, or start the parameters elsewhere.");
    }
}
