namespace Coda.Data.Archives.DuckDb;

/// <summary>DuckDB refused a statement or could not carry it out; the message is DuckDB's.</summary>
/// <param name="message">DuckDB's own words.</param>
internal sealed class DuckDbException(string message) : IOException(message);
