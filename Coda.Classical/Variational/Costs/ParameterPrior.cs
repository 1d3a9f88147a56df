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
    /// <returns>Nothing where the state holds no parameters, or the model has no values of them.</returns>
    /// <exception cref="ArgumentException">Another number of deviations than of parameters, or some where values are unknown.</exception>
    public static ParameterPrior? Of(LinearizedModel model, IReadOnlyList<double> deviations)
    {
        int[] entries = [.. model.Layout.Fields.Where(IsParameters).SelectMany(f => Enumerable.Range(model.Layout.OffsetOf(f.Name), f.Size))];
        new Data.Foundation.Faults("a state with parameters")
            .Require(deviations.Count == 0 || deviations.Count == entries.Length, nameof(deviations),
                $"none, or one for each of {entries.Length} parameters in the state (system 'augmented')", deviations.Count)
            .Require(
                deviations.Count == 0 || model.ReferenceState is not null, nameof(deviations), "a model that says its parameters' values", model.Description)
            .ThrowIfAny();
        return entries.Length == 0 || model.ReferenceState is not { } values ? null : new([.. entries.Select((entry, i) => (entry, values[entry],
            deviations.Count > 0 ? deviations[i] / (model.Scales.Entries?[entry] ?? 1) : TrajectoryPrior.ParameterDeviation(values[entry])))]);
    }

    /// <summary>Refuses variances with which parameters wander so little that it is lost in the rounding of what is known of them.</summary>
    /// <param name="errors">The model's errors.</param>
    /// <param name="variance">q.</param>
    /// <exception cref="ArgumentException">One is less than 1e-11 of the parameter's variance before.</exception>
    public void Require(ErrorShares errors, double variance)
    {
        const double Least = 1e-11;
        var (entry, _, deviation) = _entries.MaxBy(e => e.Deviation * e.Deviation * errors.Inverse[e.Entry]);
        var (given, least) = (variance / errors.Inverse[entry], Least * deviation * deviation);
        new Data.Foundation.Faults("a state with parameters")
            .Require(given >= least, "modelErrorVariances",
                FormattableString.Invariant($"at least {Least} of the variance that parameters have before, {least:G3} here"), given)
            .ThrowIfAny();
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
