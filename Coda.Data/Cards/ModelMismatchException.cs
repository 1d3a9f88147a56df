namespace Coda.Data.Cards;

/// <summary>A model's files disagree with its card, or its card with the archive it is asked to read; the message says both values.</summary>
/// <param name="message">Expected, got, cure.</param>
public sealed class ModelMismatchException(string message) : InvalidOperationException(message);
