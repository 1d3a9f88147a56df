namespace Coda.Data.Archives.Import;

/// <summary>A row of a file of series.</summary>
/// <param name="Row">Its number in the file, from 1.</param>
/// <param name="Time">In microseconds since 1970 where times are dates, else in the time unit.</param>
/// <param name="Values">The values. [column]</param>
internal readonly record struct SeriesRow(long Row, double Time, float[] Values);
