using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Tests.Archives;

namespace Coda.Tests.Following;

/// <summary>What the positions of every kind of stream must do.</summary>
[TestClass]
public sealed class StreamPositionTests
{
    [TestMethod]
    public void EveryKindIsExamined()
    {
        var kinds = new HashSet<Type>();
        foreach (var kind in FollowExamples.Kinds)
        {
            using var example = FollowExamples.Of((string)kind[0]);
            using var analysis = example.Start();
            kinds.Add(analysis.GetType());
            Assert.AreEqual((string)kind[0], analysis.Form);
        }

        CollectionAssert.AreEquivalent(PlugIns.Classes(typeof(StreamAnalysis)).ToList(), kinds.ToList());
    }

    [TestMethod]
    [DynamicData(nameof(FollowExamples.Kinds), typeof(FollowExamples))]
    public void APositionThatWasKeptInAFileGoesOnToTheSameBits(string kind)
    {
        using var example = FollowExamples.Of(kind);
        using var folder = new TemporaryDirectory();
        using var whole = example.Start();
        using var other = example.Start();
        StreamPosition? at = null, kept = null;
        for (var step = 0; step < FollowExamples.Steps; step++)
        {
            var arrived = FollowExamples.Archive.ReadObservations(1, new StepRange(step, step + 1));
            (var expected, at) = whole.Advance(at, arrived);
            (var got, kept) = other.Advance(kept, arrived);
            CollectionAssert.AreEqual(expected.States.ToArray(), got.States.ToArray(), $"step {step}");
            CollectionAssert.AreEqual(expected.Spread?.ToArray(), got.Spread?.ToArray(), $"step {step}");
            CollectionAssert.AreEqual(at.Corrected.ToList(), kept.Corrected.ToList());
            Assert.AreEqual((at.FirstStep, at.Step, at.Doubt), (kept.FirstStep, kept.Step, kept.Doubt));
            var stored = other.Store(kept);
            TensorFile.Write(folder.File("position"), stored.Arrays, new Dictionary<string, string>());
            kept = other.Restore(stored with { Arrays = TensorFile.Read(folder.File("position")).Arrays });
        }
    }

    [TestMethod]
    public void ErrorsOfTheirOwnAreKeptToo()
    {
        using var example = FollowExamples.Of("nowcast");
        using var analysis = example.Start();
        var arrived = new ObservationStretch(0, new StepRange(5, 7), example.Model.Card.SiteCount) { Sigma = new float[2 * example.Model.Card.SiteCount] };
        arrived.Sigma![3] = 0.25f;
        var (_, at) = analysis.Advance(null, arrived);
        var again = analysis.Store(analysis.Restore(analysis.Store(at)));
        CollectionAssert.AreEqual(arrived.Sigma, again.Arrays["sigma"]);
    }

    [TestMethod]
    [DynamicData(nameof(FollowExamples.Kinds), typeof(FollowExamples))]
    public void APositionOfAnotherKindOrSizeIsRefused(string kind)
    {
        using var example = FollowExamples.Of(kind);
        using var analysis = example.Start();
        var (_, at) = analysis.Advance(null, FollowExamples.Archive.ReadObservations(0, new StepRange(0, 1)));
        var stored = analysis.Store(at);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => analysis.Restore(stored with { Form = "other" })).Message, $"one of a {kind}");
        foreach (var name in stored.Arrays.Where(a => a.Value.Length > 0).Select(a => a.Key))
        {
            var longer = stored.Arrays.ToDictionary(a => a.Key, a => a.Key == name ? [.. a.Value, 0] : a.Value);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => analysis.Restore(stored with { Arrays = longer })).Message, $"'{name}'");
        }
    }
}
