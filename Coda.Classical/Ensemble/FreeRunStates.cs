using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Ensemble;

/// <summary>States of one long free run of a model, as far apart as it takes the model to forget one for the next.</summary>
/// <param name="name">The method's name.</param>
/// <param name="options">The method's options.</param>
/// <param name="model">The forecast model.</param>
internal sealed class FreeRunStates(string name, EnsembleOptions options, ForecastModel model)
{
    private const int MostSampled = 64; // entries whose autocorrelation is looked at
    private const int FirstLength = 128;
    private const int MostLength = 1 << 14;
    private const int LeastTimes = 8; // decorrelation times in a run that tells them
    private const int Apart = 3; // decorrelation times from state to state, whose correlation is then a twentieth

    /// <summary>Draws as many as there are members.</summary>
    /// <param name="bind">Starts the model.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>The states. [member, space]</returns>
    /// <exception cref="DivergenceException">The run diverged.</exception>
    public double[] Draw(Func<IStateMap> bind, CancellationToken cancellation)
    {
        using var map = bind();
        var (state, step) = (model.TypicalState((int)(options.Seed % int.MaxValue)), 0L);
        Run(options.SpinUpSteps, static _ => { });
        var apart = options.SnapshotSteps ?? (Apart * DecorrelationSteps());
        var ensemble = new double[options.Members * state.Length];
        for (var member = 0; member < options.Members; member++)
        {
            Run(apart, static _ => { });
            state.CopyTo(ensemble, member * state.Length);
        }

        return ensemble;

        void Run(int steps, Action<double[]> look)
        {
            for (var i = 0; i < steps; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                map.Apply(state, state, 1);
                step++;
                if (!double.IsFinite(state.Sum()))
                {
                    throw new DivergenceException(
                        $"{name}: the free run that the first ensemble is drawn from diverged at step {step}: it is no longer finite. "
                            + FormattableString.Invariant($"Take another start (option start), another seed, or a model whose time step is shorter than ")
                            + FormattableString.Invariant($"{model.StepLength}."));
                }

                look(state);
            }
        }

        int DecorrelationSteps()
        {
            var count = Math.Min(MostSampled, state.Length);
            var (values, found) = (new List<float>(), (int?)null);
            for (var length = FirstLength; length <= MostLength; length *= 2)
            {
                Run(length - (values.Count / count), x => values.AddRange(Enumerable.Range(0, count).Select(i => (float)x[(long)i * x.Length / count])));
                var record = new ObservationStretch(0, new StepRange(0, length), count);
                values.CopyTo(record.Values);
                record.Mask.AsSpan().Fill(1);
                found = DecorrelationTime.InSteps([record], 0);
                if (found * LeastTimes <= length)
                {
                    break;
                }
            }

            return found ?? MostLength / LeastTimes;
        }
    }
}
