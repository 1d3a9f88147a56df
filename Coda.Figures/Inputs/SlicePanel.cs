using Coda.Data.Archives;
using Coda.Data.Time;
using Coda.Figures.Drawing;

namespace Coda.Figures.Inputs;

/// <summary>Values at times and sites, one panel of a Hovmoeller diagram.</summary>
/// <param name="Quantity">What they are; errors are drawn centred at zero, spreads from zero, and all others in one range.</param>
/// <param name="Values">By time and site; NaN where there is none.</param>
public sealed record SlicePanel(Quantity Quantity, double[,] Values)
{
    /// <summary>What the panel is called; the quantity's name where nothing else is given.</summary>
    public string Title { get; init; } = Quantity.ToString().ToLowerInvariant();

    /// <summary>The states of a trajectory, or their spreads where the quantity is <see cref="Quantity.Spread"/>.</summary>
    /// <param name="quantity">What they are.</param>
    /// <param name="states">Truth, analyses or forecasts at one lead; other trajectories and steps than those asked for are passed over.</param>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="steps">The steps.</param>
    /// <exception cref="ArgumentException">There is no state of the trajectory at these steps, or states have no spread.</exception>
    public static SlicePanel Of(Quantity quantity, IEnumerable<StateBlock> states, int trajectory, StepRange steps)
    {
        double[,]? values = null;
        foreach (var block in states.Where(b => b.Trajectory == trajectory))
        {
            var from = quantity != Quantity.Spread ? block.States
                : block.Spread ?? throw new ArgumentException("Expected states with a spread, got some without.", nameof(states));
            values ??= Nothing(steps, block.StateSize);
            for (var row = 0; row < block.Count; row++)
            {
                if (steps.Contains(block.FirstStep + row))
                {
                    Copy(from.Span.Slice(row * block.StateSize, block.StateSize), values, (int)(block.FirstStep + row - steps.Start));
                }
            }
        }

        return new(quantity, values ?? throw new ArgumentException(
            FormattableString.Invariant($"Expected states of trajectory {trajectory}, got none."), nameof(states)));
    }

    /// <summary>Observations.</summary>
    /// <param name="observations">The observations of a trajectory's steps.</param>
    public static SlicePanel Of(ObservationStretch observations)
    {
        var values = Nothing(observations.Steps, observations.SiteCount);
        for (var i = 0; i < observations.Values.Length; i++)
        {
            if (observations.Mask[i] != 0)
            {
                values[i / observations.SiteCount, i % observations.SiteCount] = observations.Values[i];
            }
        }

        return new(Quantity.Observations, values);
    }

    /// <summary>The errors of these values.</summary>
    /// <param name="truth">What they should be, of the same shape.</param>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public SlicePanel Less(SlicePanel truth)
    {
        var (times, sites) = (Values.GetLength(0), Values.GetLength(1));
        if (truth.Values.GetLength(0) != times || truth.Values.GetLength(1) != sites)
        {
            var got = FormattableString.Invariant($"{truth.Values.GetLength(0)} x {truth.Values.GetLength(1)}");
            throw new ArgumentException(FormattableString.Invariant($"Expected {times} x {sites} values, got {got}."), nameof(truth));
        }

        var errors = new double[times, sites];
        for (var time = 0; time < times; time++)
        {
            for (var site = 0; site < sites; site++)
            {
                errors[time, site] = Values[time, site] - truth.Values[time, site];
            }
        }

        return new(Quantity.Error, errors);
    }

    private static void Copy(ReadOnlySpan<float> state, double[,] values, int time)
    {
        for (var site = 0; site < state.Length; site++)
        {
            values[time, site] = state[site];
        }
    }

    private static double[,] Nothing(StepRange steps, int sites)
    {
        var values = new double[(int)(steps.End - steps.Start), sites];
        for (var time = 0; time < values.GetLength(0); time++)
        {
            for (var site = 0; site < sites; site++)
            {
                values[time, site] = double.NaN;
            }
        }

        return values;
    }
}
