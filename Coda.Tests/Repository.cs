namespace Coda.Tests;

/// <summary>Where the sources are, for tests that read them.</summary>
internal static class Repository
{
    /// <summary>The folder of Coda.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Coda.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Expected the tests to run inside the repository.");
        }

        return folder.FullName;
    }
}
