namespace Coda.Data.Archives;

/// <summary>An archive's files do not hold what their description promises; the message names file, row, expected and got.</summary>
/// <param name="message">Expected, got, cure.</param>
/// <param name="inner">The cause, where there is one.</param>
public sealed class ArchiveFormatException(string message, Exception? inner = null) : IOException(message, inner);
