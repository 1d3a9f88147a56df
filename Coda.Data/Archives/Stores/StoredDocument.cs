namespace Coda.Data.Archives.Stores;

/// <summary>A small file, read whole.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Version">What tells it from any other content under its name, before and after.</param>
public sealed record StoredDocument(byte[] Content, string Version);
