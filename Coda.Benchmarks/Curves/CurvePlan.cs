namespace Coda.Benchmarks.Curves;

/// <summary>Everything whose time is taken at rising sizes.</summary>
internal static class CurvePlan
{
    private const int FewSizes = 4;

    /// <summary>The cases.</summary>
    /// <param name="modelName">A model of a ring with a forecast.</param>
    /// <param name="isQuick">Whether the largest sizes are left out.</param>
    /// <param name="only">Words one of which a case has in its name or axis; all cases where there are none.</param>
    public static IReadOnlyList<CurveCase> Of(string modelName, bool isQuick = false, IReadOnlyList<string>? only = null) =>
    [
        .. NetworkCurves.Cases(modelName).Concat(TrainingCurves.Cases()).Concat(VariationalCurves.Cases()).Concat(EnsembleCurves.Cases())
            .Concat(RankCurves.Cases())
            .Where(c => only is null or [] || only.Any(word => $"{c.Axis} {c.Operation}".Contains(word, StringComparison.OrdinalIgnoreCase)))
            .Select(c => isQuick ? c.Shortened(FewSizes) : c)
            .OrderBy(c => c.Axis),
    ];
}
