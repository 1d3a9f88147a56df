using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Filters;

/// <summary>Runs a filter over an archive, each trajectory from its first step.</summary>
internal static class StepByStep
{
    private const int MostSteps = 1024;

    /// <summary>The steps that are read at a time.</summary>
    /// <param name="model">The model.</param>
    public static int Length(LinearizedModel model) => PieceMemory.Length(Math.Max(model.Layout.Size, model.SiteCount), MostSteps);

    /// <summary>Filters the steps that are asked for, and those before them. Each step needs the one before, so that one worker does it all.</summary>
    /// <param name="archive">Where the observations are.</param>
    /// <param name="request">Which steps.</param>
    /// <param name="noise">The variance of the errors.</param>
    /// <param name="model">The model, whose forcing is read.</param>
    /// <param name="make">Makes the filter.</param>
    /// <param name="watching">Makes a trajectory's watch.</param>
    /// <exception cref="DivergenceException">The filter's state is no longer finite, or it has lost the truth.</exception>
    public static IEnumerable<StateBlock> Analyze(
        IObservationArchive archive, AnalysisRequest request, ErrorVariance noise, LinearizedModel model, Func<IStepFilter> make,
        Func<InnovationWatch> watching)
    {
        archive = PlausibleObservations.Of(archive);
        var (stateSize, length, forcing) = (model.Layout.Size, Length(model), model.ForcingOf(archive));
        var record = archive.Description.Steps;
        var wanted = request.Steps ?? record;
        var trajectories = request.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)];
        var (done, total) = (0L, (double)trajectories.Count * (wanted.End - record.Start));
        using var filter = make();
        foreach (var trajectory in trajectories)
        {
            foreach (var block in Survivors.Of(Run(trajectory), trajectory, wanted, request))
            {
                yield return block;
            }
        }

        IEnumerable<StateBlock> Run(int trajectory)
        {
            filter.Start();
            var watch = watching();
            for (var start = record.Start; start < wanted.End; start += length)
            {
                request.Cancellation.ThrowIfCancellationRequested();
                var steps = new StepRange(start, Math.Min(start + length, wanted.End));
                var observations = new ObservationTerms(archive.ReadObservations(trajectory, steps), steps, noise, forcing);
                var block = Filter(filter, observations, trajectory, steps, stateSize, watch, request.Cancellation);
                done += steps.Count;
                request.Progress?.Report(done / total);
                var kept = steps.Intersect(wanted);
                if (kept.Count > 0)
                {
                    var (first, entries) = ((int)(kept.Start - start) * stateSize, (int)kept.Count * stateSize);
                    yield return block with { FirstStep = kept.Start, States = block.States.Slice(first, entries),
                        Spread = block.Spread?.Slice(first, entries) };
                }
            }

            if (watch.Warning() is { } warning)
            {
                request.Warn(warning);
            }
        }
    }

    private static StateBlock Filter(
        IStepFilter filter, ObservationTerms observations, int trajectory, StepRange steps, int size, InnovationWatch watch, CancellationToken cancellation)
    {
        var (states, spread) = (new float[steps.Count * size], new float[steps.Count * size]);
        for (var row = 0; row < steps.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (state, deviation) = (states.AsMemory(row * size, size), spread.AsMemory(row * size, size));
            watch.At(trajectory, steps.Start + row);
            filter.Step(observations, row, state.Span, deviation.Span, watch);
            if (!float.IsFinite(System.Numerics.Tensors.TensorPrimitives.SumOfMagnitudes<float>(state.Span))
                || !float.IsFinite(System.Numerics.Tensors.TensorPrimitives.SumOfMagnitudes<float>(deviation.Span)))
            {
                throw new DivergenceException(
                    $"The filter diverged at trajectory {trajectory}, step {steps.Start + row}: "
                        + $"expected a finite state, got one that is not; {watch} {watch.Cure()}");
            }

            watch.Judge();
        }

        return new StateBlock(trajectory, steps.Start, size, states, filter.HasSpread ? spread : default(ReadOnlyMemory<float>?));
    }
}
