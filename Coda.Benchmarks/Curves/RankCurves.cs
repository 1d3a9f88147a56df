using Coda.Benchmarks.Training;
using Coda.Training.Algebra;

namespace Coda.Benchmarks.Curves;

/// <summary>A training step of the demo's network, its batch divided among ranks of one thread: what all of them work, without what they wait.</summary>
internal static class RankCurves
{
    /// <summary>The cases.</summary>
    public static IEnumerable<CurveCase> Cases()
    {
        yield return new("training, all ranks' own work", CurveAxis.Ranks, "training step", [1, 2, 4, 8], 0,
            "a batch is cut, not repeated; what no rank shares is the optimizer",
            ranks => CurveWork.Timed(() => RanksBenchmark.WorkOfAll(ranks, ConvolutionPrecision.Float32)))
        {
            Lacks = () => RanksBenchmark.Lacks,
        };
    }
}
