using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Feeds;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Workflows.Following;
using Coda.Workflows.Progress;

namespace Coda.Tests.Following;

/// <summary>Bands of analyses of observations as they arrive.</summary>
[TestClass]
public sealed class FollowBandsTests
{
    private const string Newest = "newest.json";

    [TestMethod]
    [DataRow("nowcast")]
    [DataRow("sequential", 60)]
    [DataRow("windows")]
    public void AnalysesHaveTheirBitsAndBandsBesideAndWhatIsNewIsCompared(string kind, int steps = FollowExamples.Steps)
    {
        using var example = FollowExamples.Of(kind);
        var feed = Arrive(example, steps);
        FollowExamples.Follow(example.Job(feed, "bare"));
        FollowExamples.Follow(example.Banded(example.Job(feed, "banded")));
        using var bare = ParquetArchive.Open(example.File("bare"));
        using var banded = ParquetArchive.Open(example.File("banded"));
        CollectionAssert.AreEqual(bare.ReadStates(ArchiveTable.Analyses).Values(), banded.ReadStates(ArchiveTable.Analyses).Values());
        Assert.AreEqual(0.9, banded.Description.NoteOf(ArchiveTable.Analyses).BandLevel);
        Assert.IsTrue(banded.ReadStates(ArchiveTable.Analyses).All(b => b.Band!.Value.Span.IndexOfAnyInRange(float.NegativeInfinity, 0) < 0));
        var newest = JsonNode.Parse(File.ReadAllText(example.File("banded", Newest)))!["trajectories"]![0]!;
        Assert.AreEqual((0.9, 0.05), ((double)newest["coverage"]!["level"]!, (double)newest["coverage"]!["rate"]!));
        Assert.IsInRange(5, steps - 1, (int)newest["coverage"]!["times"]!);
        Assert.AreEqual(newest["state"]!.AsArray().Count, newest["band"]!.AsArray().Count);
    }

    // The estimate that an observation is held to is that of the stream as it stood before, at a step without it.
    [TestMethod]
    [DynamicData(nameof(FollowExamples.Kinds), typeof(FollowExamples))]
    public void WhatIsComparedHasNotSeenTheObservation(string kind)
    {
        using var example = FollowExamples.Of(kind);
        using var analysis = example.Start();
        var (card, start) = (example.Model.Card, analysis.SettlingSteps + 3);
        var banded = new BandedStream(card, new AdaptiveCoverage(example.Bands(), 0.9, 0.05));
        var before = banded.Advance(analysis, null, null, Observed(0, start, card.SiteCount, 1));
        var without = analysis.Advance(before.To, new ObservationStretch(0, new(start, start + 1), card.SiteCount)).Analyses;
        foreach (var value in new[] { -3f, 4f })
        {
            var step = banded.Advance(analysis, before.To, before.Coverage, Observed(start, 1, card.SiteCount, value));
            double[] expected = [.. Enumerable.Range(0, card.SiteCount).Select(i => Math.Abs(value - without.States.Span[i])
                / (1.7 * Math.Sqrt(Math.Pow(without.Spread!.Value.Span[i], 2) + Math.Pow(card.Sigma, 2)))).Order()];
            CollectionAssert.AreEqual(new double[expected.Length], step.Coverage.Newest[^1].Scores.Zip(expected, (x, y) => Math.Round(x - y, 5)).ToArray());
            Assert.AreEqual((start, card.SiteCount), ((int)step.Coverage.Newest[^1].Step, step.Coverage.Newest[^1].Count));
        }
    }

    // A row knows nothing of an observation after it: its band is the one that it had if no more had come.
    [TestMethod]
    [DataRow("nowcast")]
    [DataRow("sequential")]
    public void BandsHaveTheSameBitsHoweverStepsAreDivided(string kind)
    {
        using var example = FollowExamples.Of(kind);
        using var analysis = example.Start();
        var (card, start) = (example.Model.Card, analysis.SettlingSteps + 3);
        var banded = new BandedStream(card, new AdaptiveCoverage(example.Bands(), 0.9, 0.05));
        var all = Observed(0, start + 12, card.SiteCount, 2);
        for (var step = start; step < start + 12; step++)
        {
            Array.Fill(all.Mask, step % 5 == 4 ? 1 : 0, step * card.SiteCount, card.SiteCount);
            Array.Fill(all.Values, step % 5 == 4 ? step : 0, step * card.SiteCount, card.SiteCount);
        }

        var whole = banded.Advance(analysis, null, null, all);
        Assert.AreNotEqual(1, whole.Coverage.Factor);
        foreach (var size in new[] { 1, 4, 7 })
        {
            var (position, known, bands) = ((StreamPosition?)null, (AdaptiveState?)null, new List<float>());
            for (var step = 0; step < start + 12; step += size)
            {
                var made = banded.Advance(analysis, position, known, Part(all, step, Math.Min(step + size, start + 12)));
                (position, known) = (made.To, made.Coverage);
                bands.AddRange(made.Analyses.Band!.Value.ToArray());
            }

            CollectionAssert.AreEqual(whole.Analyses.Band!.Value.ToArray(), bands, $"{size} steps at once");
            CollectionAssert.AreEqual(whole.Coverage.ToNumbers(), known!.ToNumbers());
        }
    }

    [TestMethod]
    [DynamicData(nameof(FollowExamples.Kinds), typeof(FollowExamples))]
    public void ARunThatWasKilledWhereverGoesOnToTheSameFiles(string kind)
    {
        using var example = FollowExamples.Of(kind);
        var feed = Arrive(example, kind == "sequential" ? 48 : FollowExamples.Steps);
        FollowJob Job(string output) => example.Banded(example.Job(feed, output)) with { SealEvery = 12 };
        FollowExamples.Follow(Job("whole"));
        var (expected, moments) = (example.Files("whole"), 0);
        for (var wasKilled = true; wasKilled; moments++)
        {
            var (output, left) = ($"killed-{moments}", moments);
            wasKilled = IsKilled(Job(output) with { Wrote = _ => Kill(left-- == 0) });
            FollowExamples.Follow(Job(output));
            CollectionAssert.AreEqual(expected.ToArray(), example.Files(output).ToArray(), $"{kind}, killed at moment {moments}");
        }

        Assert.IsGreaterThan(4, moments);
        for (var at = 0; at < 4; at++)
        {
            var (job, left) = (Job($"between-{at}"), at);
            Assert.IsTrue(IsKilled(job with { Feed = context => new InterruptedFeed(job.Feed(context), () => Kill(left-- == 0)) }));
            FollowExamples.Follow(job);
            CollectionAssert.AreEqual(expected.ToArray(), example.Files($"between-{at}").ToArray());
        }
    }

    [TestMethod]
    public void AnAlarmIsSaidWhenItBeginsAndWhenItEnds()
    {
        using var example = FollowExamples.Of("nowcast");
        for (var (step, random) = (0, new CounterRandom(1)); step < 300; step++)
        {
            var scale = step is >= 200 and < 220 ? 9 : 1.2;
            example.Arrive("feed", $"{step:D4}.csv", [.. Enumerable.Range(0, 3).Select(i =>
                new ObservationRow(0, step, i, (float)(scale * random.NextGaussian())))]);
        }

        // With the factor that the first 200 steps ask for.
        var job = example.Banded(example.Job("feed", "out"), rate: null) with { GrossCheck = double.PositiveInfinity };
        FollowExamples.Follow(job with { Output = example.File("first"), Until = 199 });
        var (arrays, _) = TensorFile.Read(example.File("first", "follow.safetensors"));
        var known = AdaptiveState.Of(MemoryMarshal.Cast<float, double>(arrays["0.coverage"]));
        var factor = 1.7 * ConformalQuantile.OfClusters([.. known.Newest.Select(time => time.Scores.ToArray())], 0.9);
        var progress = new SilentProgress();
        FollowWorkflow.Run(job with { Bands = new("bands.json", example.Bands(factor), 0.9) }, progress);
        var kinds = progress.Warnings.All.Select(w => w.Kind).Where(k => k.StartsWith("coverage", StringComparison.Ordinal)).ToList();
        CollectionAssert.AreEqual(new[] { AdaptiveCoverage.Missed, AdaptiveCoverage.Regained }, kinds);
        StringAssert.Contains(progress.Warnings.All.First(w => w.Kind == AdaptiveCoverage.Missed).Message, "Trajectory 0: Since step 2");
    }

    [TestMethod]
    public void BandsOfAnotherModelMethodOrRateAreRefused()
    {
        using var example = FollowExamples.Of("nowcast");
        var job = example.Banded(example.Job(example.ArriveAll("feed"), "out"));
        var other = job.Bands!.Bands with { Origin = new(job.Bands.Bands.Origin) { ["method"] = "network" } };
        StringAssert.Contains(
            Assert.ThrowsExactly<ModelMismatchException>(() => FollowExamples.Follow(job with { Bands = job.Bands with { Bands = other } })).Message,
            """expected bands of the method 'network {"nowcast":true}', got those of 'network'""");
        FollowExamples.Follow(job);
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => FollowExamples.Follow(job with { Adapt = null })).Message, "bands");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => FollowExamples.Follow(job with { Bands = null })).Message, "none without bands");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => FollowExamples.Follow(job with { Adapt = 2, Output = example.File("x") })).Message, "at most 1");
    }

    [TestMethod]
    public void OfAModelThatIsCorrectedBandsOfTheMethodAreTakenWhateverItsOptions()
    {
        using var example = FollowExamples.Of("windows");
        var job = example.Banded(example.Job(example.ArriveAll("feed"), "out"));
        FollowJob Calibrated(string method) =>
            job with { Bands = job.Bands! with { Bands = example.Bands() with { Origin = new(example.Bands().Origin) { ["method"] = method } } } };
        StringAssert.Contains(
            Assert.ThrowsExactly<ModelMismatchException>(() => FollowExamples.Follow(Calibrated("""network {"nowcast":true}"""))).Message,
            "expected bands of the method 'cycled-smoother'");
        Assert.AreEqual(2, FollowExamples.Follow(Calibrated("""cycled-smoother {"parameters":["F"]}""")).Newest.Trajectories.Count);
    }

    private static ObservationStretch Observed(long start, int count, int sites, float value)
    {
        var stretch = new ObservationStretch(0, new(start, start + count), sites);
        Array.Fill(stretch.Mask, 1);
        Array.Fill(stretch.Values, value);
        return stretch;
    }

    private static ObservationStretch Part(ObservationStretch all, int start, int end)
    {
        var part = new ObservationStretch(all.Trajectory, new(start, end), all.SiteCount);
        all.Values.AsSpan(start * all.SiteCount, part.Values.Length).CopyTo(part.Values);
        all.Mask.AsSpan(start * all.SiteCount, part.Mask.Length).CopyTo(part.Mask);
        return part;
    }

    // Longer than the record of the examples where a stream settles longer.
    private static string Arrive(FollowExamples example, int steps)
    {
        for (var (step, random) = (0, new CounterRandom(7)); step < steps; step += 4)
        {
            example.Arrive("feed", $"{step:D6}.csv", [.. from s in Enumerable.Range(step, 4)
                from site in Enumerable.Range(0, 3)
                select new ObservationRow(0, s, (s + (2 * site)) % 8, (float)(2 + (2 * random.NextGaussian())))]);
        }

        return "feed";
    }

    private static void Kill(bool isNow)
    {
        if (isNow)
        {
            throw new KilledException();
        }
    }

    private static bool IsKilled(FollowJob job)
    {
        try
        {
            FollowExamples.Follow(job);
            return false;
        }
        catch (KilledException)
        {
            return true;
        }
    }

    private sealed class KilledException : Exception;
}
