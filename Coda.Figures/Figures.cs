using Coda.Data.Archives;
using Coda.Data.Scoring;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using Coda.Figures.Kinds;

namespace Coda.Figures;

/// <summary>The pictures of assimilation: each method makes one, from numbers that are at hand, whoever computed them.</summary>
/// <remarks>
/// A <see cref="Figure"/> shows itself in a notebook, writes PNG and SVG files, and gives its plots of ScottPlot to be changed. All have axes with
/// units, name archive, model and seed, and carry the numbers behind them. The same quantity has the same colour in all (<see cref="Theme"/>).
/// </remarks>
public static class Figures
{
    /// <summary>Values by time and site as colours (Hovmöller, 1949): truth, observations, analysis, error, spread below each other; gaps are grey.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="slice">The times and sites. For a handful of entries prefer <see cref="Series"/>.</param>
    /// <param name="panels">What is shown, from above; each of as many times as the slice has steps.</param>
    /// <exception cref="ArgumentException">A panel of another size.</exception>
    public static Figure Hovmoeller(FigureSource source, Slice slice, IReadOnlyList<SlicePanel> panels) =>
        HovmoellerFigure.Of(source, slice, panels);

    /// <summary>A panel an entry of the state, over time: truth, observations, analysis and its spread as a band.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="scale">The axis, on which the curves' places stand.</param>
    /// <param name="panels">The entries; for more than a dozen prefer <see cref="Hovmoeller"/>.</param>
    public static Figure Series(FigureSource source, TimeScale scale, IReadOnlyList<SeriesPanel> panels) =>
        SeriesFigure.Of("series", "States by time", source, scale.Label, panels, 1, scale.Apply);

    /// <summary>Errors and spreads against time; logarithmic where some are more than ten times others.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="scale">The axis, on which the curves' places stand.</param>
    /// <param name="unit">The values' unit; 1 where there is none.</param>
    /// <param name="curves">The errors and spreads.</param>
    /// <param name="measure">What they are called on the axis.</param>
    public static Figure ErrorInTime(
        FigureSource source, TimeScale scale, string unit, IReadOnlyList<Curve> curves, string measure = "RMSE, spread") => CurvesFigure.Of(
        "error-in-time", "Error and spread in time", source, scale.Label, Labels.WithUnit(measure, unit), curves, CurvesFigure.SpanDecades(curves),
        scale.Apply);

    /// <summary>The errors of forecasts by lead, with their deviations over trajectories as bands.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="scale">The unit of leads; the curves' places are lead times in it.</param>
    /// <param name="measure">The score, such as RMSE.</param>
    /// <param name="unit">The values' unit; 1 where there is none.</param>
    /// <param name="curves">The forecasts, and what they are compared with.</param>
    public static Figure ErrorByLead(FigureSource source, TimeScale scale, string measure, string unit, IReadOnlyList<Curve> curves) =>
        CurvesFigure.Of("error-by-lead", $"{measure} of forecasts by lead", source, scale.LeadLabel, Labels.WithUnit(measure, unit), curves);

    /// <summary>The errors at each site, or of each field.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="part">What the parts are: field or site.</param>
    /// <param name="measure">What is measured, with its unit.</param>
    /// <param name="errors">The errors of each estimate, by its name; all of the same parts in the same order.</param>
    /// <param name="series">The number of each estimate, whose colour it takes (<see cref="Curve.Series"/>); their order by default.</param>
    public static Figure ErrorByPart(
        FigureSource source,
        string part,
        string measure,
        IReadOnlyDictionary<string, IReadOnlyList<PartError>> errors,
        IReadOnlyDictionary<string, int>? series = null) => PartsFigure.Of(source, part, measure, errors, series);

    /// <summary>Where the truth falls in what estimates and their spreads say.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="calibrations">The calibration of each estimate, by its name.</param>
    public static Figure RankHistogram(FigureSource source, IReadOnlyDictionary<string, Calibration> calibrations) =>
        RankHistogramFigure.Of(source, calibrations);

    /// <summary>Errors where the spread is small and where it is large.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="unit">The values' unit; 1 where there is none.</param>
    /// <param name="calibrations">The calibration of each estimate, by its name.</param>
    /// <param name="series">The number of each estimate, whose colour it takes (<see cref="Curve.Series"/>); their order by default.</param>
    public static Figure ErrorAgainstSpread(
        FigureSource source, string unit, IReadOnlyDictionary<string, Calibration> calibrations, IReadOnlyDictionary<string, int>? series = null) =>
        SpreadErrorFigure.Of(source, unit, calibrations, series);

    /// <summary>The terms of a training's loss by step, logarithmic.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="curves">The terms and the validation; their places are steps.</param>
    public static Figure TrainingCurves(FigureSource source, IReadOnlyList<Curve> curves) =>
        CurvesFigure.Of("training", "Loss by training step", source, "training step", "loss", curves, isLogarithmic: true);

    /// <summary>A training's parameters by step, beside their truth where it is known.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="panels">A panel a parameter; its curves' places are steps.</param>
    public static Figure Parameters(FigureSource source, IReadOnlyList<SeriesPanel> panels) =>
        SeriesFigure.Of("parameters", "Parameters by training step", source, "training step", panels, Math.Min(2, panels.Count));

    /// <summary>A learned correction beside the coupling that the simulator lacks.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="unit">The unit of the state; 1 where there is none.</param>
    /// <param name="score">The correction's score.</param>
    public static Figure Correction(FigureSource source, string unit, CouplingScore score) => CorrectionFigure.Of(source, unit, score);

    /// <summary>What methods reach against what they cost, filters and smoothers apart.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="cost">What is paid, with its unit.</param>
    /// <param name="score">What is reached, with its unit.</param>
    /// <param name="points">The methods.</param>
    /// <exception cref="ArgumentException">No method, or a cost that is not greater than 0.</exception>
    public static Figure ScoreAgainstCost(FigureSource source, string cost, string score, IReadOnlyList<CostPoint> points) =>
        CostFigure.Of(source, cost, score, points);

    /// <summary>What estimates differ by from one of them: a row an estimate, a column a lead, a colour and a sign for better or worse.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="measure">What is compared; of it less is better.</param>
    /// <param name="reference">What the estimates are compared with.</param>
    /// <param name="columns">What the columns are, with the unit; empty for analyses.</param>
    /// <param name="cells">The cells, row by row. Of more than two dozen rows the first are drawn; the table has all.</param>
    /// <exception cref="ArgumentException">No cell.</exception>
    public static Figure Scorecard(FigureSource source, string measure, string reference, string columns, IReadOnlyList<ScorecardCell> cells) =>
        ScorecardFigure.Of(source, measure, reference, columns, cells);

    /// <summary>Where in a record analyses are not what was asked for: a row a trajectory over time, a bar a stretch.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="record">What the record holds: its steps and trajectories. Of more than two dozen trajectories those without such a stretch have no
    /// row.</param>
    /// <param name="unsound">The stretches.</param>
    /// <exception cref="ArgumentException">No stretch.</exception>
    public static Figure UnsoundStretches(FigureSource source, ArchiveDescription record, UnsoundStretches unsound) =>
        UnsoundFigure.Of(source, record, unsound);

    /// <summary>Fields of two dimensions as maps beside each other.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="unit">Its unit; 1 where it has none.</param>
    /// <param name="panels">The maps; cells are drawn as wide as they are high.</param>
    /// <param name="columns">The number of maps in a row; at most three by default.</param>
    public static Figure Map(FigureSource source, string field, string unit, IReadOnlyList<MapPanel> panels, int? columns = null) =>
        MapFigure.Of(source, field, unit, panels, columns);

    /// <summary>Fields of two dimensions as maps that move through several times, all in one range of colours.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="unit">Its unit; 1 where it has none.</param>
    /// <param name="times">The maps of each time, as many at each; the last time is what pictures that stand still show.</param>
    /// <param name="columns">The number of maps in a row; at most three by default.</param>
    /// <exception cref="ArgumentException">No time, or another number of maps at some.</exception>
    public static Figure MovingMap(
        FigureSource source, string field, string unit, IReadOnlyList<IReadOnlyList<MapPanel>> times, int? columns = null) =>
        MapFigure.Moving(source, field, unit, times, columns);

    /// <summary>How power is spread over wavelengths, both logarithmic: of fields, their estimates and errors.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="unit">The unit of the field's values; 1 where there is none.</param>
    /// <param name="curves">The spectra; their places are wavenumbers, in waves a grid length, greater than 0.</param>
    /// <param name="scales">The scales that are marked, such as resolved ones.</param>
    /// <exception cref="ArgumentException">No spectrum, or a wavenumber or marked wavelength that is not greater than 0.</exception>
    public static Figure Spectra(FigureSource source, string unit, IReadOnlyList<Curve> curves, IReadOnlyList<ScaleMark> scales) =>
        SpectraFigure.Of(source, unit, curves, scales);

    /// <summary>What operations cost against size, both in powers of ten, a panel an operation, beside the power that each may grow with.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="size">What rises.</param>
    /// <param name="cost">What is paid, with its unit.</param>
    /// <param name="panels">The operations.</param>
    /// <exception cref="ArgumentException">No operation, one of unequal lengths or fewer than two sizes, or a number that is not greater than 0.</exception>
    public static Figure Scaling(FigureSource source, string title, string size, string cost, IReadOnlyList<ScalingPanel> panels) =>
        ScalingFigure.Of(source, title, size, cost, panels);

    /// <summary>Curves of any kind.</summary>
    /// <param name="name">A short name for files: lower-case words with hyphens.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="source">Of what.</param>
    /// <param name="x">The label of the x-axis, with its unit.</param>
    /// <param name="y">The label of the y-axis, with its unit.</param>
    /// <param name="curves">The curves.</param>
    public static Figure OfCurves(string name, string title, FigureSource source, string x, string y, IReadOnlyList<Curve> curves) =>
        CurvesFigure.Of(name, title, source, x, y, curves);
}
