namespace Coda.Data.Archives;

/// <summary>A store of archives did not do what it was asked for: it cannot be reached, refuses, or lacks something that archives need.</summary>
/// <param name="message">Expected, got, cure; without credentials.</param>
/// <param name="inner">The cause, where there is one.</param>
public sealed class StoreException(string message, Exception? inner = null) : IOException(message, inner);
