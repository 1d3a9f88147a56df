using System.Text.RegularExpressions;
using Coda.Data.Archives;

namespace Coda.Tests.Architecture;

/// <summary>What every source file keeps to.</summary>
[TestClass]
public sealed partial class SourceRuleTests
{
    [TestMethod]
    public void NoFileIsLong() => SourceFile.None(
        from file in SourceFile.All
        where file.Lines.Length > (file.Project == "Coda.Tests" ? 500 : 400)
        select $"{file.Name}: {file.Lines.Length} lines");

    [TestMethod]
    public void AFileHoldsAtMostOnePublicTypeAndHasTheNameOfOneOfItsTypes() => SourceFile.None(
        from file in SourceFile.Product
        let types = file.Lines.Select(line => Declaration().Match(line)).Where(match => match.Success).ToArray()
        let names = types.Select(match => match.Groups["name"].Value).ToArray()
        where types.Length > 0
            && (types.Count(match => match.Value.StartsWith("public", StringComparison.Ordinal)) > 1
                || !names.Contains(Path.GetFileName(file.Path).Split('.')[0]))
        select $"{file.Name}: {string.Join(", ", names)}");

    [TestMethod]
    public void TheReadingOfDeclarationsFindsThem()
    {
        // So that the tests above cannot pass by reading nothing.
        var found = SourceFile.Product.Count(file => file.Lines.Any(line => Declaration().IsMatch(line)));
        Assert.IsGreaterThan(0.9 * SourceFile.Product.Count, found);
        Assert.IsTrue(SourceFile.Product.SelectMany(file => file.Lines).Count(line => Class().IsMatch(line)) > 100);
    }

    [TestMethod]
    public void EveryClassIsSealedStaticOrAbstract() => SourceFile.None(
        from file in SourceFile.Product
        from line in file.Lines
        where Class().IsMatch(line) && !Closed().IsMatch(line)
        select $"{file.Name}: {line.Trim()}");

    [TestMethod]
    public void JsonIsReadInOneWay() => SourceFile.None(
        from file in SourceFile.Product
        where Regex.IsMatch(file.Code, @"\bJson(Node|Document)\.Parse|\bDeserialize(Async)?(<|\()")
            && !Regex.IsMatch(file.Name, "^Coda.Data/Foundation/|^Coda.Service/Bodies/BodyReading.cs$")
        select file.Name);

    [TestMethod]
    public void OnlyTheCommandWritesToTheConsole() => SourceFile.None(
        from file in SourceFile.Libraries
        where Regex.IsMatch(file.Code, @"\bConsole\.")
        select file.Name);

    [TestMethod]
    public void LinesOfTheProductAreShort() => SourceFile.None(
        from file in SourceFile.Product
        from line in file.Lines.Index()
        where line.Item.Length > 160
        select $"{file.Name}:{line.Index + 1}: expected at most 160 characters, got {line.Item.Length}");

    [TestMethod]
    public void NoResultDependsOnTheClockOrOnUnseededNumbers() => SourceFile.None(
        from file in SourceFile.Product
        where Regex.IsMatch(file.Code, @"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b|\bRandom\.Shared\b|\bnew Random\(|\brand\(|\brandn\(|\bmanual_seed\(")
        select file.Name);

    [TestMethod]
    public void OnlyScoresTwinsAndTheCommandReadTheTruth() => SourceFile.None(
        from file in SourceFile.Product
        where Regex.IsMatch(file.Code, @"\bArchiveTable\.Truth\b|\.Truth\(|\bIEnumerable<StateBlock> Truth\(")
            && !Regex.IsMatch(file.Name, "^Coda.Data/(Scoring|Twins|Archives)/|^Coda.Workflows/(Simulating|Weighing|Scoring|Comparing|Studying)/|^Coda.Workflows/(Training/TruthTeacher|Proving/FreshScores)|^Coda.Reports/(Gathering/|Sections/State(sShown|Maps))|^Coda.Cli/")
        select file.Name);

    [TestMethod]
    public void TrainingReadsObservationsOnly() => SourceFile.None(
        from file in SourceFile.Of("Coda.Training")
        where Regex.IsMatch(file.Code, @"\bParquetArchive\b|\bReadStates\b|\bArchiveTable\b|\bTwin\w*\b|ObservationSubset\.(Withheld|All)")
        select file.Name);

    [GeneratedRegex(@"^(public |internal )?((sealed|static|abstract|readonly|partial|unsafe|ref) )*(class|record struct|record class|record|struct|interface|enum|delegate [\w<>?\[\]]+) (?<name>\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^\s*((public|internal|private|protected|sealed|static|abstract|readonly|partial|unsafe) )*(class|record)(?! struct) [A-Z]\w*")]
    private static partial Regex Class();

    [GeneratedRegex(@"\b(sealed|static|abstract)\b")]
    private static partial Regex Closed();
}
