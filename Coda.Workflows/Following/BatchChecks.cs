using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Runs;
using Coda.Data.Cards;
using Coda.Data.Feeds;
using Coda.Data.Observations;

namespace Coda.Workflows.Following;

/// <summary>Looks at the observations of batches before anything is made of them.</summary>
/// <param name="card">The model's card.</param>
/// <param name="deviations">The most deviations of the climatology that a value may lie from its site's mean.</param>
/// <param name="duplicates">What to do with several values for one site at one step.</param>
internal sealed class BatchChecks(ModelCard card, double deviations, DuplicateRule duplicates)
{
    private const long FurthestStep = 1_000_000_000_000_000; // further off, sums of steps would overflow

    private readonly CardObservations _taken = new(card, deviations);

    /// <summary>Refuses a batch with an observation that the model cannot take.</summary>
    /// <param name="batch">The batch.</param>
    /// <exception cref="InvalidDataException">There is one; the message says where, expected, got and cure.</exception>
    public void Require(ObservationBatch batch)
    {
        foreach (var row in batch.Rows)
        {
            if (Fault(row) is var (expected, got, cure))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{batch.Name}: trajectory {row.Trajectory}, step {row.Step}, site {row.Site}: expected {expected}, got {got}. {cure} ")
                    + "Nothing of it was taken.");
            }
        }
    }

    /// <summary>Observations with one value for each site and step.</summary>
    /// <param name="rows">Those of a trajectory, in the order in which they came.</param>
    /// <param name="batch">The batch that brought the last ones, for messages.</param>
    /// <returns>The same where there are no two for one site and step.</returns>
    /// <exception cref="InvalidDataException">There are two, and that is an error.</exception>
    public IReadOnlyList<ObservationRow> Single(IReadOnlyList<ObservationRow> rows, ObservationBatch batch)
    {
        var known = new HashSet<(long, int)>(rows.Count);
        var second = rows.FirstOrDefault(row => !known.Add((row.Step, row.Site)), new ObservationRow(-1, 0, 0, 0));
        return second.Trajectory < 0 ? rows
            : duplicates == DuplicateRule.Mean ? [.. rows.GroupBy(row => (row.Step, row.Site)).Select(Mean)]
            : throw new InvalidDataException(
                $"{batch.Name}: trajectory {second.Trajectory}, step {second.Step}, site {second.Site}: expected one value, got a second one. "
                    + "Leave one out, or take their mean with --combine mean. Nothing of it was taken.");
    }

    // As an import's (DuplicateRule.Mean).
    private static ObservationRow Mean(IEnumerable<ObservationRow> group)
    {
        var rows = group.ToList();
        if (rows.Count == 1)
        {
            return rows[0];
        }

        var hasSigma = rows.TrueForAll(row => row.Sigma is not null);
        var weights = rows.ConvertAll(row => hasSigma ? Math.Pow(row.Sigma!.Value, -2) : 1);
        var value = rows.Zip(weights, (row, weight) => weight * row.Value).Sum() / weights.Sum();
        return rows[0] with { Value = (float)value, Sigma = hasSigma ? (float)Math.Sqrt(1 / weights.Sum()) : rows.Find(row => row.Sigma is not null).Sigma };
    }

    private (string Expected, FormattableString Got, string Cure)? Fault(ObservationRow row)
    {
        if (row.Trajectory is < 0 or >= TableAppend.MostTrajectories)
        {
            return ($"a trajectory in [0, {TableAppend.MostTrajectories})", $"{row.Trajectory}", "Number them from 0.");
        }

        if (row.Step is < -FurthestStep or > FurthestStep)
        {
            return ("a step within ±1E15", $"{row.Step}", "Count the steps from a nearer origin.");
        }

        if (row.Site < 0 || row.Site >= card.SiteCount)
        {
            return ($"a site in [0, {card.SiteCount})", $"{row.Site}", "Number the sites as the model does.");
        }

        if (!float.IsFinite(row.Value) || !_taken.ErrorsAt(row.Site).Contains(row.Value))
        {
            return ($"a value {(float.IsFinite(row.Value) ? _taken.ErrorsAt(row.Site).Expected() : "that is finite")}", $"{row.Value:G9}", "Leave it out.");
        }

        var (least, most) = _taken.Plausible(row.Site);
        if (!(row.Value >= least && row.Value <= most))
        {
            return (FormattableString.Invariant($"a value in [{least:G4}, {most:G4}], near the site's climatology"), $"{row.Value:G9}",
                "Leave out fill values and gross errors; where such values are right, allow them (--gross-check none).");
        }

        if (row.Sigma is not { } sigma || (card.ReadsSigma && sigma > 0 && float.IsFinite(sigma)))
        {
            return null;
        }

        return (card.ReadsSigma ? "a sigma that is finite and greater than 0" : "no sigma, for the model reads no errors", $"{sigma}",
            card.ReadsSigma ? "Correct it or leave it out." : $"Leave it out where it is near {card.DescribeSigma()}, that of training.");
    }
}
