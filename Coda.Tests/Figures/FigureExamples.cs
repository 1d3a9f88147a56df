using Coda.Data.Archives;
using Coda.Data.Scoring;
using Coda.Data.Scoring.Differences;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Tests.Archives;

namespace Coda.Tests.Figures;

/// <summary>One figure of each kind that <see cref="Coda.Figures.Figures"/> offers, by the name of its method.</summary>
internal static class FigureExamples
{
    public static readonly FigureSource Source = new("buoys <b>&\"", "etkf", 7);

    public static readonly TimeScale Scale = new(0.25, "d");

    private static readonly double[] Places = [0, 0.5, 1, 2, 4];

    public static IReadOnlyDictionary<string, Func<Figure>> ByMethod { get; } = new Dictionary<string, Func<Figure>>
    {
        ["Hovmoeller"] = () => Hovmoeller(Values((t, s) => Math.Sin(t + s))),
        ["Series"] = () => Coda.Figures.Figures.Series(Source, Scale, [new("x0", "m", Lines()), new("x1", "1", Lines())]),
        ["ErrorInTime"] = () => Coda.Figures.Figures.ErrorInTime(Source, Scale, "m", Lines()),
        ["ErrorByLead"] = () => Coda.Figures.Figures.ErrorByLead(Source, Scale, "RMSE", "m", Lines()),
        ["ErrorByPart"] = () => Coda.Figures.Figures.ErrorByPart(Source, "site", "RMSE (m)", Errors()),
        ["RankHistogram"] = () => Coda.Figures.Figures.RankHistogram(Source, Calibrations()),
        ["ErrorAgainstSpread"] = () => Coda.Figures.Figures.ErrorAgainstSpread(Source, "m", Calibrations()),
        ["TrainingCurves"] = () => Coda.Figures.Figures.TrainingCurves(Source, Lines()),
        ["Parameters"] = () => Coda.Figures.Figures.Parameters(Source, [new("F", "1", Lines())]),
        ["Correction"] = () => Coda.Figures.Figures.Correction(
            Source, "1", new(30, 0, 1, 0.1, 0.2, null, [], [new(-1, 0, 10, -0.5, 0.1, -0.4, 0, null), new(0, 1, 20, 0.5, 0.1, 0.6, 20, 0.7)])),
        ["ScoreAgainstCost"] = () => Coda.Figures.Figures.ScoreAgainstCost(
            Source, "ms a step", "RMSE", [new("etkf", 0.02, 0.18, false), new("enks", 0.04, 0.08, true)]),
        ["Scorecard"] = () => Coda.Figures.Figures.Scorecard(Source, "RMSE", "etkf", "lead (d)", Cells()),
        ["UnsoundStretches"] = () => Unsound(new(0, new(20, 40), StretchFault.Failed), new(2, new(10, 12), StretchFault.Relaxed)),
        ["Map"] = () => Coda.Figures.Figures.Map(
            Source, "h", "m", [new("truth", Quantity.Truth, Values((t, s) => t * s)), new("error", Quantity.Error, Values((t, s) => t - s))]),
        ["MovingMap"] = () => Coda.Figures.Figures.MovingMap(
            Source, "h", "m", [.. Enumerable.Range(0, 3).Select(time => (IReadOnlyList<MapPanel>)
                [new($"truth, {time}", Quantity.Truth, Values((t, s) => t * s * time))])]),
        ["Spectra"] = () => Coda.Figures.Figures.Spectra(
            Source, "m", [new("truth", [0.1, 0.2, 0.5], [10, 1, 0]) { Quantity = Quantity.Truth }, new("error", [0.1, 0.2, 0.5], [0.1, 1, 2])],
            [new("resolved", 7)]),
        ["Scaling"] = () => Coda.Figures.Figures.Scaling(
            Source, "Time against members", "members", "µs",
            [new("etkf: 2.1 ± .1", [10, 20, 40], [5, 21, 90], 3), new("eakf: 1.0 ± .1", [10, 20, 40], [5, 10, 21], 1)]),
        ["OfCurves"] = () => Coda.Figures.Figures.OfCurves("own", "Own curves", Source, "step", "value", Lines()),
    };

    private static ScorecardCell[] Cells() =>
    [
        .. from row in new[] { "enks", "<b>3d</b>" }
           from lead in Places
           let verdict = (DifferenceVerdict)((int)(2 * lead) % 3)
           select new ScorecardCell(row, FormattableString.Invariant($"{lead}"), lead - 1, new(lead - 1, 1, lead - 2, lead, 0.1, 20, 10, 2, "") { Verdict = verdict }),
    ];

    public static Figure Unsound(params UnsoundStretch[] stretches) => Coda.Figures.Figures.UnsoundStretches(
        Source, ArchiveExamples.Description(trajectories: 3) with { TrajectoryNames = ["spring", "<b>a name that is longer than its room</b>", "autumn"] },
        new(stretches) { Others = 7 });

    public static Figure Hovmoeller(double[,] values, Quantity quantity = Quantity.Truth) => Coda.Figures.Figures.Hovmoeller(
        Source, new([.. Enumerable.Range(0, values.GetLength(0)).Select(i => (long)i)], Scale, "x", "m"), [new(quantity, values)]);

    public static double[,] Values(Func<int, int, double> value)
    {
        var values = new double[30, 20];
        foreach (var (time, site) in from t in Enumerable.Range(0, 30) from s in Enumerable.Range(0, 20) select (t, s))
        {
            values[time, site] = value(time, site);
        }

        return values;
    }

    private static Curve[] Lines() =>
    [
        new("analysis", Places, [0.2, 0.4, double.NaN, 1.6, 3.2]) { Quantity = Quantity.Analysis, Deviation = [0.01, 0.02, 0.05, 0.1, 0.3] },
        new("observations", Places, [0.3, double.NaN, 0.5, 1.2, 3]) { Quantity = Quantity.Observations, IsPoints = true },
        new("persistence", Places, [0.2, 2, 3.5, 4.6, 5.2]) { Quantity = Quantity.Persistence, IsReference = true },
        new("other", Places, [0.2, 1, 1.5, 2.6, 4.2]),
    ];

    private static Dictionary<string, Calibration> Calibrations() => new()
    {
        ["etkf"] = new(default, 0, 0, 0.2, 0.25, 0.8, [new(0.1, 0.12, 100), new(0.2, 0.3, 100)], [0.2, 0.1, 0.1, 0.1, 0, 0.1, 0.1, 0.1, 0.1, 0.1], 0.2, 1000),
    };

    private static Dictionary<string, IReadOnlyList<PartError>> Errors() => new()
    {
        ["etkf"] = [new("x0", 0.2, 0.02), new("x1", 0.3, double.NaN), new("x2", double.NaN, double.NaN)],
        ["enks"] = [new("x0", 0.1, 0.02), new("x1", 0.2, 0.01), new("x2", 0.2, double.NaN)],
    };
}
