using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Feeds;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;
using Coda.Workflows.Following;
using Coda.Workflows.Progress;

namespace Coda.Tests.Following;

/// <summary>Analyses of observations as they arrive.</summary>
[TestClass]
public sealed class FollowWorkflowTests
{
    [TestMethod]
    [DynamicData(nameof(FollowExamples.Kinds), typeof(FollowExamples))]
    public void ARunThatWasKilledWhereverGoesOnToTheSameFiles(string kind)
    {
        using var example = FollowExamples.Of(kind);
        var feed = example.ArriveAll("feed", stepsOfAFile: 6);
        FollowExamples.Follow(example.Job(feed, "whole") with { SealEvery = 12 });
        var (expected, moments) = (example.Files("whole"), new List<string>());
        for (var wasKilled = true; wasKilled;)
        {
            var (output, left, moment) = ($"killed-{moments.Count}", moments.Count, "none");
            wasKilled = IsKilled(example.Job(feed, output) with { SealEvery = 12, Wrote = what => Kill(left-- == 0, moment = what) });
            if (File.Exists(example.File(output, "archive.json")))
            {
                using var archive = ParquetArchive.Open(example.File(output));
                archive.Verify(); // whoever reads it meanwhile
            }

            FollowExamples.Follow(example.Job(feed, output) with { SealEvery = 12 });
            CollectionAssert.AreEqual(expected.ToArray(), example.Files(output).ToArray(), $"{kind}, killed at moment {moments.Count}: {moment}");
            moments.Add(moment);
        }

        CollectionAssert.IsSubsetOf(new[] { "part", "position", "archive", "newest" }, moments);

        static bool IsKilled(FollowJob job)
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
    }

    [TestMethod]
    public void ARunThatWasKilledBetweenBatchesGoesOnToTheSameFiles()
    {
        using var example = FollowExamples.Of("nowcast");
        var feed = example.ArriveAll("feed");
        FollowExamples.Follow(example.Job(feed, "whole"));
        for (var at = 0; at < FollowExamples.Steps / 3; at++)
        {
            var (job, left) = (example.Job(feed, $"killed-{at}"), at);
            Assert.ThrowsExactly<KilledException>(() => FollowExamples.Follow(job with
            {
                Feed = context => new InterruptedFeed(job.Feed(context), () => Kill(left-- == 0)),
            }));
            FollowExamples.Follow(job);
            CollectionAssert.AreEqual(example.Files("whole").ToArray(), example.Files($"killed-{at}").ToArray());
        }
    }

    [TestMethod]
    [DynamicData(nameof(FollowExamples.Kinds), typeof(FollowExamples))]
    public void ARunThatWasStoppedHasAllOfItInTheArchiveAndGoesOnToTheSameAnalyses(string kind)
    {
        using var example = FollowExamples.Of(kind);
        var feed = example.ArriveAll("feed");
        FollowExamples.Follow(example.Job(feed, "whole"));
        using (var stop = new CancellationTokenSource())
        {
            var (job, left) = (example.Job(feed, "stopped"), 4);
            Assert.ThrowsExactly<OperationCanceledException>(() => FollowWorkflow.Run(job with
            {
                Feed = context => new InterruptedFeed(job.Feed(context), () => StopAt(left-- == 0, stop)),
            }, new SilentProgress(), stop.Token));
        }

        Assert.AreEqual(12, Analyses("stopped").Count / 2);
        FollowExamples.Follow(example.Job(feed, "stopped"));
        CollectionAssert.AreEqual(Analyses("whole"), Analyses("stopped"));
        Assert.AreEqual(File.ReadAllText(example.File("whole", "newest.json")), File.ReadAllText(example.File("stopped", "newest.json")));

        List<string> Analyses(string output)
        {
            using var archive = ParquetArchive.Open(example.File(output));
            return [.. archive.ReadAnalyses().Select(a => $"{a.Trajectory} {a.Step} {string.Join(' ', a.State)} {string.Join(' ', a.Spread ?? [])}")];
        }
    }

    [TestMethod]
    public void ItsAnalysesAreTheNowcastsOfTheWholeRecord()
    {
        using var example = FollowExamples.Of("nowcast");
        FollowExamples.Follow(example.Job(example.ArriveAll("feed"), "out"));
        var whole = new NetworkMethod(new AnalysisContext(FollowExamples.Archive, example.Model), new() { Nowcast = true, Form = NetworkForm.Window });
        using var archive = ParquetArchive.Open(example.File("out"));
        ExampleTwins.AssertClose(
            whole.Analyze(FollowExamples.Archive).Values(), archive.ReadStates(ArchiveTable.Analyses).Values(), 1e-5);
        Assert.AreEqual(2, archive.Description.TrajectoryCount);
        Assert.AreEqual(0, archive.Description.NoteOf(ArchiveTable.Analyses).LookAhead);
        var newest = JsonNode.Parse(File.ReadAllText(example.File("out", "newest.json")))!;
        Assert.AreEqual((FollowExamples.Steps - 1, "000021.csv"), ((int)newest["trajectories"]![1]!["step"]!, (string)newest["ordinal"]!));
    }

    [TestMethod]
    public void WhatComesInPiecesIsTakenTogetherWhereTheNextStepClosesIt()
    {
        using var example = FollowExamples.Of("nowcast");
        FollowExamples.Follow(example.Job(example.ArriveAll("feed", stepsOfAFile: 1), "whole"));
        foreach (var (i, row) in FollowExamples.Rows(0, FollowExamples.Steps).OrderBy(r => r.Step).ThenBy(r => -r.Site).Index())
        {
            example.Arrive("pieces", $"{i:D6}.csv", [row]);
        }

        var job = example.Job("pieces", "pieced") with { Close = StepClosing.Next };
        var result = FollowExamples.Follow(job);
        Assert.AreEqual((0L, 0L), (result.Newest.Late, result.Newest.Waiting));
        Assert.AreEqual(Trajectories("whole"), Trajectories("pieced"));
        var apart = FollowExamples.Follow(job with { Close = StepClosing.Batch, Output = example.File("apart") });
        Assert.IsGreaterThan(0, apart.Newest.Late, "Of a step that its first file has closed.");

        string Trajectories(string output) => JsonNode.Parse(File.ReadAllText(example.File(output, "newest.json")))!["trajectories"]!.ToJsonString();
    }

    [TestMethod]
    public void TheNewestStepIsAnalyzedAfterTheGraceAndWhatComesThenIsLate()
    {
        using var example = FollowExamples.Of("nowcast");
        example.Arrive("feed", "1.csv", FollowExamples.Rows(0, 2, 0));
        var late = FollowExamples.Rows(1, 2, 0)[0];
        var progress = new SilentProgress();
        FollowWorkflow.Run(example.Job("feed", "out") with
        {
            Close = StepClosing.Next, Grace = TimeSpan.FromMilliseconds(1), Once = false, Until = 3,
            Published = newest =>
            {
                if (newest is { Batches: 1, Trajectories: [{ Step: 1 }] }) // closed by the grace alone
                {
                    example.Arrive("feed", "2.csv", [late, .. FollowExamples.Rows(2, 4, 0)]);
                }
            },
        }, progress);
        var newest = JsonNode.Parse(File.ReadAllText(example.File("out", "newest.json")))!;
        Assert.AreEqual((1, 3), ((int)newest["late"]!, (int)newest["trajectories"]![0]!["step"]!));
        StringAssert.Contains(progress.Warnings.All.Single(w => w.Kind == "late-observations").Message, "1 of ");
    }

    [TestMethod]
    public void StepsLeftOutAreForecastAndTwoValuesAreRefusedOrTheirMean()
    {
        using var example = FollowExamples.Of("sequential");
        ObservationRow[] twice = [new(0, 3, 1, 2), new(0, 3, 1, 4)];
        example.Arrive("feed", "1.csv", FollowExamples.Rows(0, 1, 0));
        example.Arrive("feed", "2.csv", twice);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => FollowExamples.Follow(example.Job("feed", "out")));
        StringAssert.Contains(fault.Message, "2.csv: trajectory 0, step 3, site 1: expected one value, got a second one");
        FollowExamples.Follow(example.Job("feed", "mean") with { Duplicates = DuplicateRule.Mean });
        example.Arrive("one", "1.csv", FollowExamples.Rows(0, 1, 0));
        example.Arrive("one", "2.csv", [new(0, 3, 1, 3)]);
        FollowExamples.Follow(example.Job("one", "one-out"));
        using var archive = ParquetArchive.Open(example.File("mean"));
        using var one = ParquetArchive.Open(example.File("one-out"));
        CollectionAssert.AreEqual(one.ReadStates(ArchiveTable.Analyses).Values(), archive.ReadStates(ArchiveTable.Analyses).Values());
        Assert.AreEqual(4, archive.RowCount(ArchiveTable.Analyses));
    }

    [TestMethod]
    [DataRow("0,5,8,1", "expected a site in [0, 8), got 8")]
    [DataRow("-1,5,0,1", "trajectory: expected an integer from 0")]
    [DataRow("buoy,5,0,1", "trajectory: expected an integer from 0")]
    [DataRow("0,5,0,1e9", "near the site's climatology, got 1E+09")]
    [DataRow("0,5,0,abc", "value: expected a finite number")]
    [DataRow("0,20000,0,1", "expected at most 10000 steps without observations after step 4, got 19995")]
    [DataRow("0,2000000000000000,0,1", "expected a step within")]
    [DataRow("3000,5,0,1", "expected a trajectory in [0, 2147)")]
    public void ABatchThatCannotBeTakenIsRefusedAndNothingIsLost(string row, string expected)
    {
        using var example = FollowExamples.Of("nowcast");
        example.Arrive("feed", "1.csv", FollowExamples.Rows(0, 4, 0));
        var bad = example.Arrive("feed", "2.csv", []);
        File.WriteAllText(bad, $"trajectory,step,site,value\n0,4,2,1\n{row}\n");
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => FollowExamples.Follow(example.Job("feed", "out")));
        StringAssert.Contains(fault.Message, "2.csv");
        StringAssert.Contains(fault.Message, expected);
        using (var archive = ParquetArchive.Open(example.File("out")))
        {
            Assert.AreEqual(4, archive.RowCount(ArchiveTable.Analyses), "What came before it is kept.");
        }

        File.WriteAllText(bad, "trajectory,step,site,value\n0,4,2,1\n");
        Assert.AreEqual((1L, 1L), Counts(FollowExamples.Follow(example.Job("feed", "out"))));
        static (long, long) Counts(FollowOutcome outcome) => (outcome.Batches, outcome.Analyses);
    }

    [TestMethod]
    public void APositionOfAnotherModelFeedOrRuleIsRefused()
    {
        using var example = FollowExamples.Of("nowcast");
        using var other = FollowExamples.Of("sequential");
        var job = example.Job(example.ArriveAll("feed"), "out");
        FollowExamples.Follow(job);
        Refused(job with { Model = other.Model, Start = other.Start }, "method nowcast");
        Refused(job with { Feed = context => new FolderFeed(context, new() { Path = example.File(example.ArriveAll("again")) }) }, "again");
        Refused(job with { Close = StepClosing.Next }, "close Next");
        Refused(job with { Output = example.File("foreign") }, "expected no archive", () =>
        {
            FollowExamples.Follow(job with { Output = example.File("foreign") });
            File.Delete(example.File("foreign", "follow.safetensors"));
        });

        var position = example.File("out", "follow.safetensors");
        var bytes = File.ReadAllBytes(position);
        bytes[^1] ^= 1;
        File.WriteAllBytes(position, bytes);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => FollowExamples.Follow(job)).Message, "SHA-256");

        static void Refused(FollowJob job, string expected, Action? before = null)
        {
            before?.Invoke();
            var fault = Assert.ThrowsExactly<IOException>(() => FollowExamples.Follow(job));
            StringAssert.Contains(fault.Message, expected);
            Assert.AreEqual(ExitCodes.BadData, ErrorHandling.Describe(fault).ExitCode);
        }
    }

    [TestMethod]
    public void DatesAreStepsFromTheFirstOneAfterARestartToo()
    {
        using var example = FollowExamples.Of("nowcast");
        var job = example.Job("feed", "out");
        // The model's unit of time has no known length, so that a date is no time of its observations.
        Directory.CreateDirectory(example.File("feed"));
        File.WriteAllText(example.File("feed", "1.csv"), "time,site,value\n2020-01-01,0,1\n");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => FollowExamples.Follow(job)).Message, "time: expected a number of '1'");
        File.WriteAllText(example.File("feed", "1.csv"), "time,site,value\n0.05,0,1\n");
        Assert.AreEqual(5, FollowExamples.Follow(job).Newest.Trajectories[0].Step);
    }

    private static void Kill(bool isNow, string moment = "")
    {
        if (isNow)
        {
            throw new KilledException();
        }
    }

    private static void StopAt(bool isNow, CancellationTokenSource stop)
    {
        if (isNow)
        {
            stop.Cancel();
        }
    }

    private sealed class KilledException : Exception;
}
