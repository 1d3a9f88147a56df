namespace Coda.Data.Archives.Stores;

/// <summary>A file of an archive.</summary>
/// <param name="Name">Its name relative to the archive, with forward slashes.</param>
/// <param name="Length">Its length, in bytes.</param>
public sealed record StoredFile(string Name, long Length);
