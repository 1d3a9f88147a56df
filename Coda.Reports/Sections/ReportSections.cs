namespace Coda.Reports.Sections;

/// <summary>The sections of a report, in their order; the warnings stand before all of them.</summary>
internal static class ReportSections
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IReportSection> All { get; } =
    [
        new WhatThisIs(),
        new Trainings(),
        new StatesShown(),
        new Scores(),
        new ErrorsInTime(),
        new ErrorsByLead(),
        new Scorecards(),
        new ErrorsByPart(),
        new Calibrations(),
        new BandsHeld(),
        new Convergence(),
        new Corrections(),
        new Gains(),
        new Spectra(),
        new Costs(),
        new StudyResults(),
    ];
}
