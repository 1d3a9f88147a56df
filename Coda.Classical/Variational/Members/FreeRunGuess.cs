using Coda.Classical.Observed;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Variational.Members;

/// <summary>A free run of the model from the record's start, from a state of the model's climatology: a first guess that has seen no observation.</summary>
/// <param name="model">The model.</param>
/// <param name="seed">The seed of all members.</param>
/// <param name="member">The member, which tells runs apart.</param>
internal sealed class FreeRunGuess(LinearizedModel model, ulong seed, int member) : AssimilationMethod
{
    private const long Stream = 0x9A3;
    private const int BlockSteps = 256;
    private const double SpinUp = 10; // in units of time where a step is .01
    private const int MostSpinUp = 1000;

    /// <inheritdoc/>
    public override string Name => "free-run";

    /// <inheritdoc/>
    public override string Model => model.Description;

    /// <inheritdoc/>
    public override StateLayout Layout => model.Layout;

    /// <inheritdoc/>
    public override int? LookAhead => 0;

    /// <inheritdoc/>
    public override MemoryNeed Memory(ArchiveDescription archive, int workers) =>
        new MemoryNeed("free run").Add("states of a block", sizeof(float), BlockSteps, Layout.Size);

    /// <inheritdoc/>
    public override IEnumerable<StateBlock> Compute(IObservationArchive archive, AnalysisRequest? request = null)
    {
        var (record, forcing) = (archive.Description.Steps, model.ForcingOf(archive));
        var wanted = request?.Steps ?? record;
        foreach (var trajectory in request?.Trajectories ?? [.. Enumerable.Range(0, archive.Description.TrajectoryCount)])
        {
            using var m = model.StartTangent();
            var state = Start(m, trajectory);
            for (var step = record.Start; step < wanted.End;)
            {
                var block = new StepRange(Math.Max(step, wanted.Start), Math.Min(Math.Max(step, wanted.Start) + BlockSteps, wanted.End));
                var states = new List<float>();
                for (; step < block.End; step++)
                {
                    if (step >= block.Start)
                    {
                        states.AddRange(state.Select(x => (float)x));
                    }

                    m.Apply(state, state, 1, ForcingAt(forcing, trajectory, step));
                    RequireFinite(state, trajectory, step + 1);
                }

                yield return model.Scales.Back(new StateBlock(trajectory, block.Start, Layout.Size, states.ToArray()));
            }
        }
    }

    private double[] Start(Inference.Forecasting.ITangentMap m, int trajectory)
    {
        var random = new CounterRandom(seed, Stream, member, trajectory);
        var state = model.TypicalState((int)random.NextInteger(int.MaxValue));
        var steps = (int)Math.Min(MostSpinUp, Math.Ceiling(SpinUp / model.StepLength));
        for (var step = 0; step < steps; step++)
        {
            m.Apply(state, state, 1, model.TypicalForcing(step));
            RequireFinite(state, trajectory, step - steps);
        }

        return state;
    }

    private static ReadOnlySpan<double> ForcingAt(RecordForcing? forcing, int trajectory, long step) =>
        forcing is null ? default : forcing.Over(trajectory, new StepRange(step, step + 1)).AsSpan(forcing.Length);

    private void RequireFinite(double[] state, int trajectory, long step)
    {
        if (!double.IsFinite(state.Sum()))
        {
            throw new DivergenceException($"The free run of member {member} diverged in trajectory {trajectory} at step {step}: its state is no longer finite. "
                + FormattableString.Invariant($"Take another seed, or a model whose time step is shorter than {model.StepLength}."));
        }
    }
}
