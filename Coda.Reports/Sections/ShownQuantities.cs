using Coda.Data.Dynamics;
using Coda.Figures.Drawing;
using Coda.Reports.Gathering;

namespace Coda.Reports.Sections;

/// <summary>What there is to show of a field: truth, observations, analysis, error, spread.</summary>
internal static class ShownQuantities
{
    /// <summary>What there is, in that order.</summary>
    /// <param name="field">The field.</param>
    /// <param name="truths">The truth by field; empty without one.</param>
    /// <param name="observed">The observations by field.</param>
    /// <param name="states">The analyses by field.</param>
    /// <param name="table">Whose they are.</param>
    public static IEnumerable<(Quantity Quantity, double[,] Values, string Title)> Of(
        StateField field, IReadOnlyDictionary<string, FieldValues> truths, IReadOnlyDictionary<string, FieldValues> observed,
        IReadOnlyDictionary<string, FieldValues> states, ReportedTable? table)
    {
        var (truth, observations) = (truths.GetValueOrDefault(field.Name), observed.GetValueOrDefault(field.Name));
        if (truth is not null)
        {
            yield return (Quantity.Truth, truth.Values, "truth");
        }

        if (observations is not null)
        {
            yield return (Quantity.Observations, observations.Values, "observations");
        }

        if (states.TryGetValue(field.Name, out var analysis))
        {
            yield return (Quantity.Analysis, analysis.Values, $"analysis: {table?.Label}");
            if ((truth ?? observations) is { } known)
            {
                yield return (Quantity.Error, analysis.Less(known), truth is null ? "analysis less observations" : "error");
            }

            if (analysis.Spread is { } spread)
            {
                yield return (Quantity.Spread, spread, "spread");
            }
        }
    }
}
