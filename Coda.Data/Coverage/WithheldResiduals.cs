using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Data.Time;

namespace Coda.Data.Coverage;

/// <summary>Holds estimates to the observations that were withheld from them.</summary>
public static class WithheldResiduals
{
    /// <summary>Reads the residuals of all withheld observations.</summary>
    /// <param name="states">Analyses or forecasts with a spread, sorted by (trajectory, step, lead).</param>
    /// <param name="archive">The observations.</param>
    /// <param name="layout">The layout of the states, where it is not the archive's.</param>
    /// <param name="margin">The steps left out at each end of the record, at least 0.</param>
    /// <returns>The residuals with their lead, in the order of the states; enumerated once.</returns>
    /// <exception cref="ArgumentException">Nothing is withheld, no error is known, the states have no spread, or the operator does more than select entries;
    /// thrown while they are enumerated.</exception>
    public static IEnumerable<(int Lead, WithheldResidual Residual)> Read(
        IEnumerable<StateBlock> states, IObservationArchive archive, StateLayout? layout = null, int margin = 0)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(archive);
        var (description, ops) = (archive.Description, new BufferAlgebra<float>());
        if (description.Withheld.Fraction == 0)
        {
            throw new ArgumentException("Expected an archive with withheld observations, got one without; make or import it with a share withheld.");
        }

        var withheld = new ObservationWindow(WorkingObservations.Of(archive), ObservationSubset.Withheld);
        var (errors, steps) = (description.ErrorModels(), description.Steps.Widen(-margin, -margin));
        (ObservationOperator H, ObservationOperator Selection)? site = null;
        foreach (var block in states)
        {
            var (h, selection) = site ??= Observe(description, layout, block);
            var given = block.Spread ?? throw new ArgumentException(
                "Expected estimates with a spread, got some without: bands are multiples of it. Estimate by a method or model that gives one.");
            var estimates = h.Apply(ops, ops.From(block.States.Span, block.Count, block.StateSize));
            var spread = selection.Apply(ops, ops.From(given.Span, block.Count, block.StateSize));
            WithheldScoring.ToScale(spread.Span, estimates.Span, errors);
            foreach (var residual in Of(block, withheld, [.. estimates.Span], [.. spread.Span], steps, description.Sigma))
            {
                yield return (block.Lead, residual);
            }

            ops.Recycle();
        }
    }

    private static (ObservationOperator H, ObservationOperator Selection) Observe(ArchiveDescription description, StateLayout? layout, StateBlock block)
    {
        var (h, selection) = WithheldScoring.Observe(description, layout, block);
        return (h, selection ?? throw new ArgumentException(
            $"Expected an operator that selects entries of the state, got '{description.Operator.Name}': the spread of what it observes is not known."));
    }

    private static IEnumerable<WithheldResidual> Of(
        StateBlock block, ObservationWindow withheld, float[] estimates, float[] spread, StepRange steps, double? sigma)
    {
        var first = block.FirstStep + block.Lead;
        var (stretch, offset) = withheld.At(block.Trajectory, block.FirstStep, new StepRange(first, first + block.Count));
        for (var i = 0; i < estimates.Length; i++)
        {
            var row = i / stretch.SiteCount;
            if (stretch.Mask[offset + i] != 0 && steps.Contains(block.FirstStep + row))
            {
                var deviation = stretch.Sigma?[offset + i] ?? sigma
                    ?? throw new ArgumentException("Expected an archive with the observations' standard error (sigma), got none; import it with one.");
                yield return new(
                    block.Trajectory, first + row, i % stretch.SiteCount, (double)estimates[i] - stretch.Values[offset + i],
                    spread[i] > 0 ? spread[i] : float.Epsilon, deviation);
            }
        }
    }
}
