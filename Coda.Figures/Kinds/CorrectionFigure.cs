using Coda.Data.Scoring;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;

namespace Coda.Figures.Kinds;

/// <summary>A learned correction beside the coupling that the simulator lacks (<see cref="CouplingScore"/>).</summary>
internal static class CorrectionFigure
{
    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="unit">The unit of the state; 1 where there is none.</param>
    /// <param name="score">The correction's score.</param>
    public static Figure Of(FigureSource source, string unit, CouplingScore score)
    {
        double[] places = [.. score.Bins.Select(b => (b.From + b.To) / 2)];
        List<Curve> curves =
        [
            new("true coupling ± its deviation", places, [.. score.Bins.Select(b => b.Coupling)])
            {
                Quantity = Quantity.Truth, Deviation = [.. score.Bins.Select(b => b.CouplingDeviation)],
            },
            new("correction at true states", places, [.. score.Bins.Select(b => b.Correction)]) { Quantity = Quantity.Analysis },
        ];
        if (score.Bins.Any(b => b.CorrectionOfAnalyses is not null))
        {
            double[] seen = [.. score.Bins.Select(b => b.CorrectionOfAnalyses ?? double.NaN)];
            curves.Add(new("correction at analyses", places, seen) { Quantity = Quantity.Forecast });
        }

        return CurvesFigure.Of(
            "correction", "Learned correction against the truth's coupling", source, Labels.WithUnit("true state at the site", unit), "tendency", curves);
    }
}
