using System.Text.RegularExpressions;

namespace Coda.Tests.Architecture;

/// <summary>One source file of the repository.</summary>
/// <param name="Project">Its project, for example <c>Coda.Data</c>.</param>
/// <param name="Path">Its path within the project, with forward slashes.</param>
/// <param name="Lines">Its lines.</param>
internal sealed partial record SourceFile(string Project, string Path, string[] Lines)
{
    public static string Root { get; } = Repository.Root;

    public static IReadOnlyList<SourceFile> Libraries { get; } = 
    [
        .. new[] { "Coda.Data", "Coda.Training", "Coda.Inference", "Coda.Classical", "Coda.Pipelines", "Coda.Workflows", "Coda.Service", "Coda.Figures", "Coda.Reports", "Coda.Clusters", "Coda.Stores", "Coda.Feeds" }.SelectMany(Of),
    ];

    public static IReadOnlyList<SourceFile> Product { get; } = [.. Libraries, .. Of("Coda.Cli")];

    public static IReadOnlyList<SourceFile> All { get; } = [.. Product, .. Of("Coda.Tests"), .. Of("Coda.Benchmarks")];

    public string Name => $"{Project}/{Path}";

    public string[] Folders => Path.Split('/')[..^1];

    /// <summary>The file without its comments.</summary>
    public string Code => string.Join('\n', Lines.Select(line => Comment().Replace(line, "")));

    public static IEnumerable<SourceFile> Of(string project)
    {
        var folder = System.IO.Path.Combine(Root, project);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(path => !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(project, path, File.ReadAllLines(System.IO.Path.Combine(folder, path))));
    }

    public static void None(IEnumerable<string> faults) => Assert.AreEqual("", string.Join('\n', faults));

    [GeneratedRegex("""(?<![:"])//.*$""")]
    private static partial Regex Comment();
}
