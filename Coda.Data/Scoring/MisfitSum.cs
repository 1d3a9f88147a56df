using System.Runtime.InteropServices;
using MathNet.Numerics.Distributions;

namespace Coda.Data.Scoring;

/// <summary>Collects misfits against observations, with the variances of the observations' errors, in memory that does not grow with the record.</summary>
/// <param name="blockLength">The steps of a block, at least 1; see <see cref="BlockLength"/>.</param>
internal sealed class MisfitSum(long blockLength)
{
    private const int EnoughTrajectories = 8;
    private const int MostBlocks = 40;
    private const int UsualLength = 50;
    private const double Confidence = 0.95;

    private readonly ScoreSum _misfits = new();
    private readonly Dictionary<(int Trajectory, long Block), Block> _blocks = [];

    /// <summary>The steps of a block: as few blocks as leave their ends little weight, but eight even of a short record.</summary>
    /// <param name="steps">The steps that are scored, of all trajectories.</param>
    public static long BlockLength(long steps) =>
        Math.Max(1, Math.Max((steps + MostBlocks - 1) / MostBlocks, Math.Min(UsualLength, steps / EnoughTrajectories)));

    /// <summary>The number of observations.</summary>
    public long Count => _misfits.Count;

    /// <summary>The number of trajectories.</summary>
    public int Trajectories => _misfits.Trajectories;

    /// <summary>The mean misfit, and the standard deviation over trajectories of their means.</summary>
    public (double Value, double? Deviation) Mean => _misfits.Mean();

    /// <summary>The root mean square misfit, the observations' errors included; and its standard deviation over trajectories.</summary>
    public (double Value, double? Deviation) RootMeanSquare => _misfits.RootMeanSquare();

    /// <summary>The root of the mean variance of the observations' errors.</summary>
    public double Sigma => Math.Sqrt(_blocks.Values.Sum(b => b.Variances) / Count);

    /// <summary>Adds a misfit.</summary>
    /// <param name="trajectory">Its trajectory.</param>
    /// <param name="step">Its step.</param>
    /// <param name="misfit">Estimate less observation.</param>
    /// <param name="variance">The variance of the observation's error.</param>
    public void Add(int trajectory, long step, double misfit, double variance)
    {
        _misfits.Add(trajectory, misfit);
        ref var block = ref CollectionsMarshal.GetValueRefOrAddDefault(_blocks, (trajectory, (long)Math.Floor((double)step / blockLength)), out _);
        block = block.Plus(new Block((misfit * misfit) - variance, variance, 1));
    }

    /// <summary>The error that the misfits tell of.</summary>
    public ErrorEstimate Error()
    {
        var isByTrajectory = Trajectories >= EnoughTrajectories;
        Block[] blocks = isByTrajectory
            ? [.. _blocks.GroupBy(b => b.Key.Trajectory).Select(g => g.Aggregate(default(Block), (sum, b) => sum.Plus(b.Value)))]
            : [.. _blocks.Values];
        var difference = blocks.Sum(b => b.Differences) / Count;
        if (blocks.Length < 2)
        {
            return new ErrorEstimate(difference, null, null, "none, of one block");
        }

        var (scatter, freedom) = RatioOfSums.Variance([.. blocks.Select(b => b.Differences - (difference * b.Count))]);
        var half = StudentT.InvCDF(0, 1, freedom, (1 + Confidence) / 2) * Math.Sqrt(scatter) / Count;
        return new ErrorEstimate(
            difference, difference - half, difference + half, isByTrajectory
                ? $"95 %, by {blocks.Length} trajectories" : $"95 %, by {blocks.Length} blocks of {blockLength} steps");
    }

    private readonly record struct Block(double Differences, double Variances, long Count)
    {
        public Block Plus(Block other) => new(Differences + other.Differences, Variances + other.Variances, Count + other.Count);
    }
}
