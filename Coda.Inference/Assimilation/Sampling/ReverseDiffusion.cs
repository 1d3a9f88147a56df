using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation.Sampling;

/// <summary>Takes noise to samples of trajectories, level by level.</summary>
/// <param name="Levels">The number of levels of noise.</param>
/// <param name="LeastNoise">The last.</param>
/// <param name="MostNoise">The first; levels between are even in their logarithm.</param>
/// <param name="Corrections">The Langevin steps at each level.</param>
/// <param name="Step">τ, the size of these in σ².</param>
/// <param name="ResampleBelow">The effective size, as a share of the particles, below which these are resampled; 0 for no weights at all.</param>
internal sealed record ReverseDiffusion(int Levels, double LeastNoise, double MostNoise, int Corrections, double Step, double ResampleBelow)
{
    private const long Stream = 0x5CA;
    private const long SignStream = 0x5CB;
    private const long ResamplingStream = 0x5CC;

    /// <summary>Draws the samples.</summary>
    /// <param name="score">What is expected of trajectories with noise.</param>
    /// <param name="members">The number of samples, at most that of the particles.</param>
    /// <param name="seed">The seed of all draws.</param>
    /// <param name="trajectory">The trajectory, whose draws are its own.</param>
    /// <param name="cancellation">Stops between levels.</param>
    /// <returns>The samples. [member, ...]</returns>
    public float[] Sample(GuidedScore score, int members, ulong seed, int trajectory, CancellationToken cancellation)
    {
        var (count, size, resampling) = (score.Count, score.Size, new CounterRandom(seed, ResamplingStream, trajectory));
        CounterRandom[] draws = [.. Enumerable.Range(0, count).Select(particle => new CounterRandom(seed, Stream, trajectory, particle))];
        var (states, weights) = (new float[count * size], new double[count]); // weights as logarithms
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = (float)(MostNoise * draws[i / size].NextGaussian());
        }

        for (var level = 0; level < Levels; level++)
        {
            cancellation.ThrowIfCancellationRequested();
            var noise = Noise(level);
            score.Evaluate(states, noise);
            if (ResampleBelow > 0)
            {
                Weigh(score, weights, +1);
                Resample(score, states, weights, ref resampling);
            }

            for (var correction = 0; correction < Corrections; correction++)
            {
                ForEach(count, particle => Correct(
                    states.AsSpan(particle * size, size), score.Expected.AsSpan(particle * size, size), noise, ref draws[particle]));
                score.Evaluate(states, noise);
            }

            if (level + 1 < Levels)
            {
                Weigh(score, weights, ResampleBelow > 0 ? -1 : 0);
                Predict(score, states, weights, noise, Noise(level + 1), draws);
            }
        }

        return Members(score, members, weights, ref resampling);
    }

    /// <summary>Draws the probes of derivatives.</summary>
    /// <param name="seed">The seed of all draws.</param>
    /// <param name="trajectory">The trajectory.</param>
    public static CounterRandom Signs(ulong seed, int trajectory) => new(seed, SignStream, trajectory);

    private static void ForEach(int count, Action<int> work)
    {
        for (var particle = 0; particle < count; particle++)
        {
            work(particle);
        }
    }

    private static void Weigh(GuidedScore score, double[] weights, int sign)
    {
        for (var particle = 0; particle < weights.Length; particle++)
        {
            weights[particle] += sign * score.LogLikelihoods[particle];
        }
    }

    private static double[] Normalized(double[] weights)
    {
        var most = weights.Max();
        double[] shares = [.. weights.Select(weight => Math.Exp(weight - most))];
        var sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }

    private void Resample(GuidedScore score, float[] states, double[] weights, ref CounterRandom random)
    {
        var shares = Normalized(weights);
        var uniform = random.NextUniform();
        if (1 / shares.Sum(share => share * share) < ResampleBelow * weights.Length)
        {
            score.Draw(SystematicResampling.Draw(shares, weights.Length, uniform), states);
            Array.Clear(weights);
        }
    }

    // By their weights, or the first ones where there are none.
    private float[] Members(GuidedScore score, int members, double[] weights, ref CounterRandom random)
    {
        int[] drawn = ResampleBelow > 0
            ? SystematicResampling.Draw(Normalized(weights), members, random.NextUniform()) : [.. Enumerable.Range(0, members)];
        return [.. drawn.SelectMany(particle => score.Expected.AsSpan(particle * score.Size, score.Size).ToArray())];
    }

    // With weights, ancestral: a draw, so that its densities with and without the observations have a ratio; else the probability flow.
    private void Predict(GuidedScore score, float[] states, double[] weights, double noise, double next, CounterRandom[] draws)
    {
        var kept = next / noise;
        var (share, deviation) = ResampleBelow > 0 ? (1 - (kept * kept), next * Math.Sqrt(1 - (kept * kept))) : (1 - kept, 0);
        for (var i = 0; i < states.Length; i++)
        {
            var moved = states[i] + (share * (score.Expected[i] - states[i]));
            if (deviation > 0)
            {
                var (z, guided) = (draws[i / score.Size].NextGaussian(), share * (score.Expected[i] - score.Denoised[i]) / deviation);
                moved += deviation * z;
                weights[i / score.Size] -= guided * (z + (0.5 * guided));
            }

            states[i] = (float)moved;
        }
    }

    private double Noise(int level) => Levels == 1 ? LeastNoise : MostNoise * Math.Pow(LeastNoise / MostNoise, level / (Levels - 1.0));

    // x + δ s + √(2 δ) z with s = (expected - x) / σ² and δ = τ σ²: no density of what has noise σ on it is narrower than σ, so that the steps are stable in
    // every direction. Rozet and Louppe's δ = τ n / |s|², the mean over directions, widened those that are observed well, their variance 1.4 times.
    private void Correct(Span<float> states, ReadOnlySpan<float> expected, double noise, ref CounterRandom random)
    {
        var deviation = Math.Sqrt(2 * Step) * noise;
        for (var i = 0; i < states.Length; i++)
        {
            states[i] += (float)((Step * (expected[i] - states[i])) + (deviation * random.NextGaussian()));
        }
    }
}
