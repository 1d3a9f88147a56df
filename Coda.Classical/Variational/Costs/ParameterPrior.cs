using Coda.Classical.Variational.Tangents;
using Coda.Data.Dynamics;

namespace Coda.Classical.Variational.Costs;

/// <summary>What is known of the parameters in a state (<see cref="AugmentedSystem"/>) before anything is observed: the system's own values, and how far they
/// may be off. A first guess may have seen the observations, and is no prior of what stands still.</summary>
internal sealed class ParameterPrior
{
    private readonly (int Entry, double Mean, double Deviation)[] _entries;

    private ParameterPrior((int Entry, double Mean, double Deviation)[] entries) => _entries = entries;

    /// <summary>The prior of a model's parameters.</summary>
    /// <param name="model">The model, with the units that its states are in.</param>
    /// <param name="deviations">Standard deviations in the parameters' units and order; where there are none .3 of each value.</param>
    /// <returns>Nothing where the state holds no parameters, or none of known values.</returns>
    /// <exception cref="ArgumentException">Another number of deviations than of parameters.</exception>
    public static ParameterPrior? Of(LinearizedModel model, IReadOnlyList<double> deviations)
    {
        int[] entries = [.. model.Layout.Fields.Where(IsParameters).SelectMany(f => Enumerable.Range(model.Layout.OffsetOf(f.Name), f.Size))];
        new Data.Foundation.Faults("a state with parameters")
            .Require(deviations.Count == 0 || deviations.Count == entries.Length, nameof(deviations),
                $"none, or one for each of {entries.Length} parameters in the state (system 'augmented')", deviations.Count)
            .ThrowIfAny();
        return entries.Length == 0 || model.ReferenceState is not { } values ? null : new([.. entries.Select((entry, i) => (entry, values[entry],
            deviations.Count > 0 ? deviations[i] / (model.Scales.Entries?[entry] ?? 1) : TrajectoryPrior.ParameterDeviation(values[entry])))]);
    }

    /// <summary>Whether a field holds parameters.</summary>
    /// <param name="field">The field.</param>
    public static bool IsParameters(StateField field) =>
        field.Name == AugmentedSystem.Field || field.Name.StartsWith($"{AugmentedSystem.Field}.", StringComparison.Ordinal);

    /// <summary>Puts what is known of parameters in its place in a prior.</summary>
    /// <param name="mean">The prior's mean. [space]</param>
    /// <param name="variances">Its variances. [space]</param>
    public void Fill(double[] mean, double[] variances)
    {
        foreach (var (entry, value, deviation) in _entries)
        {
            (mean[entry], variances[entry]) = (value, deviation * deviation);
        }
    }
}
