using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Tests.Archives;

[TestClass]
public sealed class MemoryArchiveTests
{
    [TestMethod]
    [DataRow(false, 0.0)]
    [DataRow(true, 0.0)]
    [DataRow(true, 0.3)]
    public void ReadsWhatTheFilesHold(bool hasSigma, double withheld)
    {
        using var directory = new TemporaryDirectory();
        var description = ArchiveExamples.Description(trajectories: 2, start: -7) with { Withheld = new(withheld, 9) };
        using var files = ParquetArchive.Create(directory.File("archive"), description);
        files.WriteObservations(ArchiveExamples.Stretches(description, hasSigma: hasSigma));
        var memory = new MemoryArchive(description, files.ReadStretches(1000, 0, ObservationSubset.All));
        foreach (var which in Enum.GetValues<ObservationSubset>())
        {
            foreach (var range in new StepRange[] { new(-7, 93), new(-20, 0), new(90, 120), new(200, 201), new(10, 11) })
            {
                AssertSame(files.ReadObservations(1, range, which), memory.ReadObservations(1, range, which));
            }

            var pairs = files.ReadStretches(30, 5, which).Zip(((IObservationArchive)memory).ReadStretches(30, 5, which)).ToList();
            Assert.AreEqual(8, pairs.Count);
            pairs.ForEach(p => AssertSame(p.First, p.Second));
        }
    }

    [TestMethod]
    public void RefusesWhatAnArchiveRefuses()
    {
        var description = ArchiveExamples.Description();
        var stretch = ArchiveExamples.Stretch(0, new StepRange(10, 20), 8);
        Refused("duplicate", stretch, stretch);
        Refused("expected 8 sites", ArchiveExamples.Stretch(0, new StepRange(10, 20), 9));
        Refused("in the record [0, 100)", ArchiveExamples.Stretch(0, new StepRange(90, 110), 8));
        (stretch.Values[3], stretch.Mask[3]) = (float.NaN, 1);
        Refused("step 10, site 3: expected one finite value", stretch);
        Refused("at least one stretch");
        var memory = new MemoryArchive(description, [ArchiveExamples.Stretch(0, description.Steps, 8)]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => memory.ReadObservations(1, new StepRange(0, 1)));
        Assert.ThrowsExactly<ArgumentException>(() => memory.ReadObservations(0, new StepRange(1, 1)));

        void Refused(string expected, params ObservationStretch[] stretches) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new MemoryArchive(description, stretches)).Message, expected);
    }

    private static void AssertSame(ObservationStretch expected, ObservationStretch got)
    {
        Assert.AreEqual((expected.Trajectory, expected.Steps), (got.Trajectory, got.Steps));
        CollectionAssert.AreEqual(expected.Mask, got.Mask);
        CollectionAssert.AreEqual(expected.Values, got.Values);
        CollectionAssert.AreEqual(expected.Sigma, got.Sigma);
    }
}
