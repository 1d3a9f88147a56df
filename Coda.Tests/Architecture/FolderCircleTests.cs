using System.Text.RegularExpressions;

namespace Coda.Tests.Architecture;

/// <summary>No two folders of a project use each other, sub-folders included, directly or by way of others.</summary>
[TestClass]
public sealed partial class FolderCircleTests
{
    [TestMethod]
    public void FoldersUseEachOtherInOneDirection() => SourceFile.None(SourceFile.Libraries.GroupBy(file => file.Project).SelectMany(Circles));

    [TestMethod]
    public void TheReadingOfTypesFindsThem()
    {
        // So that the test above cannot pass by reading nothing.
        var edges = Edges(SourceFile.Of("Coda.Inference").ToList());
        Assert.IsTrue(edges.Any(edge => edge is { From: "Assimilation", To: "Sessions" }), string.Join('\n', edges));
    }

    // A file's folder, and one whose type it names, for every pair but a folder with itself.
    private static List<(string From, string To, string Why)> Edges(IReadOnlyList<SourceFile> files)
    {
        var folders = files.SelectMany(file => Declared().Matches(file.Code).Select(m => (Name: m.Groups[1].Value, Folder: Folder(file))))
            .GroupBy(type => type.Name).Where(type => type.Select(t => t.Folder).Distinct().Count() == 1)
                .ToDictionary(type => type.Key, type => type.First().Folder);
        return
        [
            .. from file in files
               from name in Names().Matches(file.Code).Select(m => m.Value).Distinct()
               where folders.TryGetValue(name, out var folder) && folder != Folder(file) && Sees(file, folder)
               select (Folder(file), folders[name], $"{file.Path} names {name}"),
        ];
    }

    // Names of other folders, which a file sees by a using line only, may be those of members.
    private static bool Sees(SourceFile file, string folder)
    {
        var space = string.Join('.', [file.Project, .. folder.Split('/', StringSplitOptions.RemoveEmptyEntries)]);
        return $"{file.Project}.{string.Join('.', file.Folders)}.".StartsWith($"{space}.", StringComparison.Ordinal)
            || file.Code.Contains($"using {space};", StringComparison.Ordinal);
    }

    private static IEnumerable<string> Circles(IGrouping<string, SourceFile> project)
    {
        var edges = Edges([.. project]);
        var reached = edges.Select(e => e.From).Distinct().ToDictionary(from => from, from => Reach(edges, from));
        return from edge in edges
               where reached.TryGetValue(edge.To, out var back) && back.Contains(edge.From)
               group edge by (edge.From, edge.To) into circle
               select $"{project.Key}: {circle.Key.From} uses {circle.Key.To} ({string.Join(", ", circle.Take(3).Select(e => e.Why))}), which uses it in turn";
    }

    private static HashSet<string> Reach(IReadOnlyList<(string From, string To, string Why)> edges, string from)
    {
        var (reached, open) = (new HashSet<string>(), new Stack<string>([from]));
        while (open.TryPop(out var folder))
        {
            foreach (var (_, to, _) in edges.Where(edge => edge.From == folder))
            {
                if (reached.Add(to))
                {
                    open.Push(to);
                }
            }
        }

        return reached;
    }

    private static string Folder(SourceFile file) => string.Join('/', file.Folders);

    [GeneratedRegex(@"^(?:(?:public|internal|sealed|static|abstract|readonly|partial|ref|unsafe) )*(?:class|record struct|record|struct|interface|enum) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w+\b")]
    private static partial Regex Names();
}
