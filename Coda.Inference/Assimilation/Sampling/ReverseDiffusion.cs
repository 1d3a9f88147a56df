using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation.Sampling;

/// <summary>Takes noise to samples of trajectories, level by level.</summary>
/// <param name="Levels">The number of levels of noise.</param>
/// <param name="LeastNoise">The last.</param>
/// <param name="MostNoise">The first; levels between are even in their logarithm.</param>
/// <param name="Corrections">The Langevin steps at each level.</param>
/// <param name="Step">τ, the size of these.</param>
internal sealed record ReverseDiffusion(int Levels, double LeastNoise, double MostNoise, int Corrections, double Step)
{
    private const long Stream = 0x5CA;

    /// <summary>Draws the samples.</summary>
    /// <param name="score">What is expected of trajectories with noise.</param>
    /// <param name="members">The number of samples.</param>
    /// <param name="size">The length of each.</param>
    /// <param name="random">Gives the generator of a member's draws, each a pure function of its key.</param>
    /// <param name="cancellation">Stops between levels.</param>
    /// <returns>The samples. [member, ...]</returns>
    public float[] Sample(GuidedScore score, int members, int size, Func<int, CounterRandom> random, CancellationToken cancellation)
    {
        CounterRandom[] draws = [.. Enumerable.Range(0, members).Select(random)];
        var (states, expected) = (new float[members * size], new float[members * size]);
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = (float)(MostNoise * draws[i / size].NextGaussian());
        }

        for (var level = 0; level < Levels; level++)
        {
            cancellation.ThrowIfCancellationRequested();
            var noise = Noise(level);
            for (var correction = 0; correction < Corrections; correction++)
            {
                score.Expect(states, noise, expected);
                for (var member = 0; member < members; member++)
                {
                    Correct(states.AsSpan(member * size, size), expected.AsSpan(member * size, size), noise, ref draws[member]);
                }
            }

            score.Expect(states, noise, expected);
            var kept = level + 1 < Levels ? (float)(Noise(level + 1) / noise) : 0; // of what is taken for noise; none is left at the end
            for (var i = 0; i < states.Length; i++)
            {
                states[i] = expected[i] + (kept * (states[i] - expected[i]));
            }
        }

        return states;
    }

    /// <summary>The key of a member's draws.</summary>
    /// <param name="seed">The seed of all.</param>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="member">The member.</param>
    public static CounterRandom Draws(ulong seed, int trajectory, int member) => new(seed, Stream, trajectory, member);

    private double Noise(int level) => Levels == 1 ? LeastNoise : MostNoise * Math.Pow(LeastNoise / MostNoise, level / (Levels - 1.0));

    // x + δ s + √(2 δ) z with s = (expected - x) / σ² and δ = τ size / |s|².
    private void Correct(Span<float> states, ReadOnlySpan<float> expected, double noise, ref CounterRandom random)
    {
        var (variance, squares) = (noise * noise, 0.0);
        for (var i = 0; i < states.Length; i++)
        {
            squares += Math.Pow((expected[i] - states[i]) / variance, 2);
        }

        var step = Step * states.Length / squares;
        for (var i = 0; i < states.Length; i++)
        {
            states[i] += (float)((step * (expected[i] - states[i]) / variance) + (Math.Sqrt(2 * step) * random.NextGaussian()));
        }
    }
}
