namespace Coda.Service.Bodies;

/// <summary>The observations of one stretch, and the steps to analyze.</summary>
internal sealed record AnalysisBody : ObservationBody;
