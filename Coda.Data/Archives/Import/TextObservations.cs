using Coda.Data.Time;

namespace Coda.Data.Archives.Import;

/// <summary>Observations read from text.</summary>
/// <param name="Rows">The rows, sorted by trajectory and step.</param>
/// <param name="Calendar">What steps are in dates; <see langword="null"/> where that is not known.</param>
public sealed record TextObservations(IReadOnlyList<ObservationRow> Rows, StepCalendar? Calendar);
