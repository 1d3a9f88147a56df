using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Tests.Archives;

namespace Coda.Tests.Inference;

/// <summary>Whoever warns of a stretch tells which, and its part keeps what lies in it.</summary>
[TestClass]
public sealed class UnsoundStretchTests
{
    private static readonly AnalysisWarning Warning = new(0, new(20, 70), "the spread says too little");

    [TestMethod]
    public void AWarningOfATrajectorysStepsIsAnUnsoundStretch()
    {
        var (told, warnings) = (new List<UnsoundStretch>(), new ResultWarnings());
        new AnalysisRequest { Warnings = warnings, Unsound = told.Add }.Warn(Warning);
        Assert.AreEqual(new UnsoundStretch(0, new(20, 70), StretchFault.Inconsistent), told.Single());
        Assert.HasCount(1, warnings.All);
        new AnalysisRequest { Unsound = told.Add, Doubtful = _ => { } }.Warn(Warning);
        Assert.HasCount(1, told, "Who takes the warnings themselves needs nothing else.");
    }

    [TestMethod]
    public void OfAFilterThatComesFromTheRecordsStartAPartKeepsItsOwnSteps()
    {
        using var folder = new TemporaryDirectory();
        RunPart[] parts = [.. Enumerable.Range(0, 4).Select(i => new RunPart(i, new(0, 1, new(25 * i, 25 * (i + 1)))))];
        using var run = TableRun.Open(folder.Path, ArchiveTable.Analyses, new(ArchiveExamples.Description(), new() { ["method"] = "example" }, parts));
        Assert.IsTrue(ArchiveAnalysis.Run(run, Filter, new AnalysisRequest { Warnings = new ResultWarnings() }));
        Assert.AreEqual(new UnsoundStretch(0, new(20, 70), StretchFault.Inconsistent), run.Note!.Unsound!.Stretches.Single());

        // It judges every step up to the part's last.
        static IEnumerable<StateBlock> Filter(AnalysisRequest request)
        {
            var steps = request.Steps!.Value;
            yield return ArchiveExamples.Block(0, steps.Start, (int)steps.Count, 8);
            if (steps.End > Warning.Steps.Start)
            {
                request.Warn(Warning with { Steps = new(Warning.Steps.Start, Math.Min(Warning.Steps.End, steps.End)) });
            }
        }
    }
}
