using Coda.Data.Archives;
using Coda.Data.Dynamics;

namespace Coda.Inference.Forecasting;

/// <summary>Long runs of a model without observations, for the distribution of its states.</summary>
public static class FreeRun
{
    /// <summary>Runs a model on from some states, as one batch.</summary>
    /// <param name="model">What advances the states.</param>
    /// <param name="starts">The states to start from, at least one. [space] each</param>
    /// <param name="steps">The number of steps, at least 1.</param>
    /// <param name="spinUp">The steps at the start that are not given out, at least 0 and fewer than <paramref name="steps"/>.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <param name="forcing">The forcing, where the model has one: that of trajectory 0 from step 0 on, over and over.</param>
    /// <returns>One block for each step and start: all starts of one step, then the next step. <see cref="StateBlock.Trajectory"/> numbers the
    /// starts.</returns>
    /// <exception cref="ArgumentException">Numbers out of range, or states that are not the model's.</exception>
    /// <exception cref="DivergenceException">The run is no longer finite; thrown while enumerating.</exception>
    public static IEnumerable<StateBlock> Run(
        ForecastModel model, IReadOnlyList<ReadOnlyMemory<float>> starts, long steps, long spinUp = 0, CancellationToken cancellation = default,
        ForcingSeries? forcing = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(spinUp);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(spinUp, steps);
        var size = model.StateSize;
        if (starts.Count == 0 || starts.Any(s => s.Length != size))
        {
            throw new ArgumentException(
                $"Free run '{model.Name}': expected at least one state of {size} entries, got {(starts.Count == 0 ? "none" : "others")}.", nameof(starts));
        }

        return Enumerate();

        IEnumerable<StateBlock> Enumerate()
        {
            var batch = new StateBatch(model, starts.Count, starts.Count, row => $"start {row} of free runs", cancellation)
            {
                Forcing = forcing is null ? null : (forcing, (_, lead) => (0, forcing.Recurring(0, lead))),
            };
            for (var row = 0; row < starts.Count; row++)
            {
                new StateBlock(row, 0, size, starts[row]).ToWorking(model.Layout).States.Span.CopyTo(batch.States[(row * size)..]);
            }

            for (var step = spinUp + 1; step <= steps; step++)
            {
                batch.AdvanceTo(step);
                var states = batch.States.ToArray();
                for (var row = 0; row < starts.Count; row++)
                {
                    yield return new StateBlock(row, step, size, states.AsMemory(row * size, size)).ToPhysical(model.Layout);
                }
            }
        }
    }
}
