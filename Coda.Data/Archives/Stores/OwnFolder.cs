namespace Coda.Data.Archives.Stores;

/// <summary>Folders that Coda made, which go with their last file.</summary>
internal static class OwnFolder
{
    /// <summary>Removes a folder unless something is in it; one that is not there is none.</summary>
    /// <param name="path">The folder.</param>
    public static void RemoveIfEmpty(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (IOException) when (!Directory.Exists(path) || Directory.EnumerateFileSystemEntries(path).Any())
        {
            // Somebody's own file, or another process that begins here.
        }
    }
}
