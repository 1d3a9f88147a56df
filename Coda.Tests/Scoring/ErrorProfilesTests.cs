using Coda.Data.Archives;
using Coda.Data.Scoring;
using Coda.Tests.Archives;

namespace Coda.Tests.Scoring;

[TestClass]
public sealed class ErrorProfilesTests
{
    [TestMethod]
    public void MeansOverBlocksAndPlacesAreTheScoresOfTheWhole()
    {
        var description = ArchiveExamples.Description(steps: 1000, trajectories: 2);
        using var folder = new TemporaryDirectory();
        var archive = new MemoryArchive(description, [.. Enumerable.Range(0, 2).Select(t => ArchiveExamples.Stretch(t, description.Steps, 8))]);
        StateBlock[] truth = [.. Enumerable.Range(0, 2).Select(t => ArchiveExamples.Block(t, 0, 1000, 8))];
        StateBlock[] analyses = [.. Enumerable.Range(0, 2).Select(t => ArchiveExamples.Block(t, 0, 900, 8, hasSpread: true, lead: 1) with { Lead = 0 })];
        var request = new ScoreRequest { Margin = 7 };
        var profile = ErrorProfiles.AgainstTruth(analyses, truth, description, request).Single();
        var scores = TruthScoring.Score(analyses, truth, archive, request);
        var (error, spread) = (scores.First(s => s.Score == RootMeanSquareError.Name), scores.First(s => s.Score == Spread.Name));
        var blocks = profile.Blocks.Where(b => b.Count > 0).ToList();
        Assert.AreEqual(error.Count, profile.Count);
        Assert.AreEqual(error.Value, blocks.Sum(b => b.Count * b.Error) / profile.Count, 1e-6);
        Assert.AreEqual(spread.Value, blocks.Sum(b => b.Count * b.Spread) / profile.Count, 1e-6);
        Assert.AreEqual(1000, profile.Blocks.Sum(b => b.Steps.Count));
        Assert.IsTrue(profile.Blocks.All(b => b.Count > 0 || double.IsNaN(b.Error)), "A gap is no number.");

        var bySite = TruthScoring.Score(analyses, truth, archive, request with { By = ScoreBy.Site }).Where(s => s.Score == RootMeanSquareError.Name).ToList();
        Assert.HasCount(8, profile.Places);
        foreach (var (place, site) in profile.Places.Zip(bySite))
        {
            Assert.AreEqual(site.Value, place.Error, 1e-6);
            Assert.AreEqual(site.Deviation!.Value, place.Deviation, 1e-6);
        }
    }

    [TestMethod]
    public void MisfitsAgainstWithheldObservationsAreTheScores()
    {
        var description = ArchiveExamples.Description(steps: 400) with { Withheld = new Withholding(0.3, Seed: 5) };
        var archive = new MemoryArchive(description, [ArchiveExamples.Stretch(0, description.Steps, 8)]);
        StateBlock[] analyses = [ArchiveExamples.Block(0, 0, 400, 8)];
        var profile = ErrorProfiles.AgainstWithheld(analyses, archive).Single();
        var misfit = WithheldScoring.Score(analyses, archive).First(s => s.Score == WithheldScoring.Misfit);
        Assert.AreEqual(misfit.Count, profile.Count);
        Assert.AreEqual(misfit.Value, Math.Sqrt(profile.Blocks.Where(b => b.Count > 0).Sum(b => b.Count * b.Error * b.Error) / profile.Count), 1e-6);
        Assert.AreEqual(misfit.Count, profile.Places.Sum(p => p.Count));
    }
}
