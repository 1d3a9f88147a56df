using Coda.Data.Algebra;
using Coda.Training.Networks;

namespace Coda.Tests.Additions;

/// <summary>The exact score of trajectories whose entries are independent and Gaussian, correlated along time by cosines: what it takes to add one is one
/// file.</summary>
public sealed class GaussianScore(AssimilationContext context, GaussianScore.Options options) : ScoreNetwork
{
    public override IReadOnlyList<WeightDefinition> WeightDefinitions => [];

    public override int Blanket => options.Blanket;

    public override T Denoise<T>(IAlgebra<T> ops, Weights<T> weights, T segment, T noise)
    {
        var (cosines, variances) = Prior(SegmentLength, options.Decay);
        var (mean, deviation) = (ops.Constant(context.Climatology.Mean), ops.Constant(context.Climatology.Deviation));
        var modes = ops.MatrixProduct(cosines, ops.Divide(ops.Subtract(segment, mean), deviation), -2);
        var (of, level) = (ops.InsertAxis(ops.Constant(variances), -1), ops.InsertAxis(noise, -1)); // [time, 1], [batch, 1, 1]
        var kept = ops.Multiply(modes, ops.Divide(of, ops.Add(of, ops.Multiply(level, level)))); // λ / (λ + σ²)
        return ops.Add(ops.Multiply(ops.MatrixProduct(cosines.Transposed, kept, -2), deviation), mean);
    }

    /// <summary>The prior's covariance in deviations of the climatology: orthonormal cosines, by row, and the variance of each.</summary>
    public static (ConstantMatrix Cosines, double[] Variances) Prior(int length, double decay)
    {
        var (cosines, variances) = (new double[length, length], new double[length]);
        for (var mode = 0; mode < length; mode++)
        {
            variances[mode] = Math.Pow(decay, mode);
            for (var time = 0; time < length; time++)
            {
                cosines[mode, time] = Math.Sqrt((mode == 0 ? 1.0 : 2.0) / length) * Math.Cos(Math.PI * mode * (time + 0.5) / length);
            }
        }

        return (new ConstantMatrix(cosines), variances);
    }

    public sealed record Options
    {
        public int Blanket { get; init; } = 2;

        public double Decay { get; init; } = 0.4;
    }
}
