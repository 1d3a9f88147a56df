using Coda.Data.Foundation;
using Coda.Data.Time;

namespace Coda.Classical.Variational.Costs;

/// <summary>What one member of a randomized posterior draws of the errors of prior and model: a pure function of trajectory, step and entry.</summary>
/// <param name="Seed">The seed of all members.</param>
/// <param name="Member">The member's number.</param>
internal sealed record MemberDraws(ulong Seed, int Member)
{
    private const long PriorStream = 0x9A1;
    private const long ModelStream = 0x9A2;

    /// <summary>The prior that a member takes: its mean plus a draw of its errors, which are independent; and draws of each step's model error.</summary>
    /// <param name="prior">The prior of all members.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="steps">The steps of the stretch.</param>
    public Prior Of(Prior prior, int trajectory, StepRange steps)
    {
        var size = prior.Mean.Length;
        var mean = new double[size];
        Draw(PriorStream, trajectory, steps.Start, mean);
        for (var i = 0; i < size; i++)
        {
            mean[i] = prior.Mean[i] + (Math.Sqrt(prior.Variances[i]) * mean[i]);
        }

        var errors = new double[steps.Count * size];
        for (var k = 0; k < steps.Count; k++)
        {
            Draw(ModelStream, trajectory, steps.Start + k, errors.AsSpan(k * size, size));
        }

        return prior with { Mean = mean, ModelErrorDraws = errors };
    }

    private void Draw(long stream, int trajectory, long step, Span<double> target)
    {
        var random = new CounterRandom(Seed, stream, Member, trajectory, step);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = random.NextGaussian();
        }
    }
}
