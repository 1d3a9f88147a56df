using Coda.Classical.Tuning;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Workflows.Estimating;

/// <summary>What estimates of parameters say against themselves.</summary>
internal static class EstimateWarnings
{
    /// <summary>Warns of parameters that the observations do not determine.</summary>
    /// <param name="warnings">Where to.</param>
    /// <param name="parameters">The estimates.</param>
    /// <param name="cure">What helps for one of that name.</param>
    public static void AddUndetermined(ResultWarnings warnings, IEnumerable<FittedNumber> parameters, Func<string, string> cure)
    {
        foreach (var number in parameters.Where(p => !p.IsDetermined))
        {
            warnings.Add("undetermined-parameter", FormattableString.Invariant(
                $"The observations do not determine {number.Name}: {100 * number.ShareOfPrior:F0} % of the prior's deviation is left. ") + cure(number.Name));
        }
    }

    /// <summary>Warns of parameters that have left the range that the system declares.</summary>
    /// <param name="warnings">Where to.</param>
    /// <param name="parameters">The estimates.</param>
    /// <param name="definitions">The ranges.</param>
    public static void AddOutOfRange(ResultWarnings warnings, IEnumerable<FittedNumber> parameters, IReadOnlyList<ParameterDefinition> definitions)
    {
        foreach (var (number, range) in parameters.Join(definitions, p => p.Name, d => d.Name, (p, d) => (p, d)))
        {
            if (!(number.Value >= range.Lower && number.Value <= range.Upper))
            {
                warnings.Add("parameter-out-of-range", FormattableString.Invariant(
                    $"Parameter {number.Name}: expected a value in [{range.Lower:G6}, {range.Upper:G6}], the range that the system declares, got ")
                    + FormattableString.Invariant($"{number.Value:G6} ± {number.StandardError:G2}. Is the system the one that was observed? ")
                    + "Start from another value, or estimate fewer parameters at once.");
            }
        }
    }
}
