using Coda.Cli;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Workflows.Progress;
using Coda.Workflows.Proving;
using Coda.Workflows.Training;

namespace Coda.Tests.Workflows;

/// <summary>Models that prove what they are, and such that are something else.</summary>
[TestClass]
public sealed class ProveModelTests
{
    private const string Score = "analysis RMSE";
    private static readonly TemporaryDirectory Folder = new();

    private static string Model => Folder.File("model");

    [ClassInitialize]
    public static void Train(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CommandRun.InProcess(Tiny.Simulate(Folder.File("archive"))).Succeeded();
        CommandRun.InProcess(Tiny.Simulate(Folder.File("other"), "--seed", "5")).Succeeded();
        CommandRun.InProcess(Tiny.Train(Folder.File("archive"), Model, "--steps", "30")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", Folder.File("other"), "--model", Model, "--output", Folder.File("analyses")).Succeeded();
        CommandRun.InProcess(
            "score", "--archive", Folder.File("other"), "--analyses", Folder.File("analyses"), "--margin", "5", "--record", Model).Succeeded();
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void AModelThatIsWhatItSaysIsProven()
    {
        var before = ModelFolder.Hash(Path.Combine(Model, TrainFolder.Checkpoint));
        var proof = Prove(Job());
        Assert.IsTrue(proof.IsProven, string.Join("; ", proof.Doubts()));
        Assert.AreEqual(before, proof.Files[TrainFolder.Checkpoint], "Training went on in copies.");
        Assert.AreEqual(before, ModelFolder.Hash(Path.Combine(Model, TrainFolder.Checkpoint)));
        string[] named = [ModelFolder.Card, ModelFolder.Reference, ModelFolder.Weights, .. proof.Named];
        CollectionAssert.IsSubsetOf(named, proof.Files.Keys);
        CollectionAssert.AreEquivalent(proof.Named.ToArray(), proof.References.Keys);
        Assert.IsGreaterThan(0, proof.References.Values.Max(), "Nothing is so close by chance.");
        var score = proof.Scores.Single();
        Assert.AreEqual((Score, ModelFolder.ReadCard(Model).Scores[Score], 8), (score.Name, score.Card, score.Records));
        Assert.IsTrue(score.Low < score.Fresh && score.Fresh < score.High);
        Assert.Contains("validation", proof.NotMeasured.Keys);
        Assert.AreEqual((30, 50, true), (proof.Resumed!.Step, proof.Resumed.Steps, proof.Resumed.IsSame));
        Assert.AreNotEqual(before, proof.Resumed.AtOnce);
        Assert.IsEmpty(proof.DifferencesTo(Prove(Job() with { Other = proof, Seed = 9, Records = 9 })));
        Assert.AreEqual("proven but for validation", proof.Verdict);
        var others = Prove(Job() with { Seed = 2 });
        Assert.AreNotEqual(proof.FreshSeed, others.FreshSeed);
        Assert.IsNotEmpty(proof.DifferencesTo(others));
    }

    [TestMethod]
    public void ACardThatPraisesItselfIsNotProven()
    {
        var card = ModelFolder.ReadCard(Copy("praised"));
        card.Scores[Score] *= 0.8;
        CodaJson.WriteWithDigest(Folder.File("praised", ModelFolder.Card), card);
        var proof = Prove(new(Folder.File("praised")));
        Assert.IsFalse(proof.IsProven);
        Assert.Contains($"the card's {Score}", string.Join("; ", proof.Doubts()));
        Assert.Contains("--archive", proof.NotResumed!);
    }

    // A card that says less is praised as easily, unless what cannot be measured is no proof.
    [TestMethod]
    public void ACardWhoseScoresCannotBeMeasuredIsNotProven()
    {
        var card = ModelFolder.ReadCard(Copy("quiet"));
        card.Scores[Score] = 1e-4;
        CodaJson.WriteWithDigest(Folder.File("quiet", ModelFolder.Card), card with { ScoredOn = null });
        var proof = Prove(new(Folder.File("quiet")));
        Assert.Contains("none of its scores could be measured again", string.Join("; ", proof.Doubts()));
        Assert.AreEqual("not proven", proof.Verdict);
    }

    [TestMethod]
    public void TheIntervalKnowsHowManyRecordsTheCardWasMeasuredOn()
    {
        var proof = Prove(new(Model));
        var on = ModelFolder.ReadCard(Model).ScoredOn!;
        Assert.AreEqual((12, 90.0, true), (on.Records!.Value, on.Steps!.Value, proof.IsSizeKnown));
        var card = ModelFolder.ReadCard(Copy("old"));
        CodaJson.WriteWithDigest(Folder.File("old", ModelFolder.Card), card with { ScoredOn = on with { Records = null, Steps = null } });
        var old = Prove(new(Folder.File("old")));
        Assert.IsFalse(old.IsSizeKnown);
        Assert.AreEqual(proof.Scores.Single().Fresh, old.Scores.Single().Fresh);

        // Eight of 60 steps against 12 of 90, and against eight of 60.
        Assert.AreEqual(Math.Sqrt((1 / 8.0) + (60 / (12 * 90.0))) / Math.Sqrt(2 / 8.0), Width(proof) / Width(old), 1e-9);
        Assert.AreEqual(
            "0.1 to 0.2 is too wide an interval to tell of the card's x: take more --records or --steps",
            (proof with { Scores = [new("x", 0.15, 0.15, 0.1, 0.2, 8)] }).Doubts().Single());

        static double Width(ModelProof proof) => Math.Pow(proof.Scores.Single().High, 2) - Math.Pow(proof.Scores.Single().Low, 2);
    }

    [TestMethod]
    public void ACheckpointOfAnotherTrainingIsNotTheModels()
    {
        CommandRun.InProcess(Tiny.Train(Folder.File("archive"), Folder.File("seed"), "--steps", "30", "--seed", "7")).Succeeded();
        File.Copy(Folder.File("seed", TrainFolder.Checkpoint), Path.Combine(Copy("mixed"), TrainFolder.Checkpoint), overwrite: true);
        var proof = Prove(Job() with { Model = Folder.File("mixed") });
        Assert.Contains("from seed 7", proof.Doubts().Single());
        CommandRun.InProcess(Tiny.Train(Folder.File("archive"), Folder.File("longer"), "--steps", "60")).Succeeded();
        File.Copy(Folder.File("longer", TrainFolder.Checkpoint), Folder.File("mixed", TrainFolder.Checkpoint), overwrite: true);
        Assert.Contains("of its best look are not those of weights.safetensors", Prove(Job() with { Model = Folder.File("mixed") }).Doubts().Single());
    }

    [TestMethod]
    public void WhatIsInFoldersWithinAndWhatWasNotMeasuredIsCompared()
    {
        var proof = Prove(new(Model));
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Copy("within"), TrainFolder.Joint)).FullName, "notes.txt"), "mine");
        Assert.AreEqual("joint/notes.txt has the SHA-256", Prove(new(Folder.File("within"))).DifferencesTo(proof).Single()[..31]);
        var other = proof with { NotMeasured = new(proof.NotMeasured) { ["validation"] = "nobody knows" } };
        Assert.HasCount(2, proof.DifferencesTo(other).ToList());
    }

    [TestMethod]
    public void FilesThatWereChangedAreRefusedOrDoubted()
    {
        File.AppendAllText(Path.Combine(Copy("changed"), "analysis.onnx"), "x");
        Assert.Contains("analysis.onnx", Assert.ThrowsExactly<ModelMismatchException>(() => Prove(new(Folder.File("changed")))).Message);
        File.Delete(Path.Combine(Copy("silent"), ModelFolder.Reference));
        Assert.Contains("no reference outputs", string.Join("; ", Prove(new(Folder.File("silent"))).Doubts()));
        File.WriteAllText(Path.Combine(Copy("noted"), "README.md"), "mine");
        Assert.Contains("README.md has the SHA-256", string.Join("; ", Prove(new(Folder.File("noted"))).DifferencesTo(Prove(new(Model)))));
    }

    [TestMethod]
    public void TheArchiveIsTheOneThatItWasTrainedOn()
    {
        Assert.Contains("got another", Assert.Throws<ArgumentException>(() => Prove(Job() with { Archive = Folder.File("other") })).Message);
        File.Delete(Path.Combine(Copy("released"), TrainFolder.Checkpoint));
        Assert.Contains("Leave --archive out", Assert.Throws<ArgumentException>(() => Prove(Job() with { Model = Folder.File("released") })).Message);
        Assert.Contains(TrainFolder.Checkpoint, Prove(new(Folder.File("released"))).NotResumed!);
    }

    [TestMethod]
    public void TheCommandWritesAProofThatAnotherChecks()
    {
        var file = Folder.File("proof.json");
        string[] command = ["prove", Model, "--archive", Folder.File("archive")];
        Assert.Contains("proven", CommandRun.InProcess([.. command, "--records", "9", "--output", file]).Succeeded().Output);
        var words = File.ReadAllText(Folder.File("proof.md"));
        Assert.Contains($"prove {Model} --archive {Folder.File("archive")} --check {file}", words);
        Assert.Contains("stopped half-way | the same", words);
        Assert.Contains("\"isProven\": true", CommandRun.InProcess([.. command, "--check", file, "--json"]).Succeeded().Output);
        CommandRun.InProcess("prove", Model, "--check", file).Failed(ExitCodes.BadData, "training went on to nothing");
        CommandRun.InProcess("prove", Model, "--share", "0.5").Failed(ExitCodes.Usage, "--share: expected none for a model");
        CommandRun.InProcess("prove", Folder.File("analyses"), "--records", "3").Failed(ExitCodes.Usage, "--records: expected none for an archive");
        CommandRun.InProcess("prove", Model, "--records", "7").Failed(ExitCodes.Usage, "at least 8");
        CommandRun.InProcess("prove", Model, "--steps", $"{int.MaxValue}").Failed(ExitCodes.Usage, "10000000 at most");
    }

    // Ten records of mean 4 and deviation 1: t of 9 degrees of freedom is 3.2498 at 99.5 %.
    [TestMethod]
    public void TheIntervalIsThatOfAnotherMean()
    {
        var (low, high) = RepeatedMean.Interval(4, 1, 10, 0.99);
        Assert.AreEqual(4 - (3.2498 * Math.Sqrt(0.2)), low, 1e-4);
        Assert.AreEqual(8, low + high, 1e-12);
        var (near, far) = RepeatedMean.Interval(4, 1, 10, 0.99, others: 40);
        Assert.AreEqual(2 * 3.2498 * Math.Sqrt(0.125), far - near, 1e-4);
        Assert.Contains("others: expected", Assert.Throws<ArgumentException>(() => RepeatedMean.Interval(4, 1, 10, 0.99, 0)).Message);
        Assert.Contains("at least 2 records", Assert.Throws<ArgumentException>(() => RepeatedMean.Interval(4, 1, 1, 0.99)).Message);
        var random = new CounterRandom(1, 2);
        var inside = 0;
        for (var trial = 0; trial < 2000; trial++)
        {
            double[] draws = [.. Draws(ref random)];
            var mean = draws.Average();
            var (least, most) = RepeatedMean.Interval(mean, Math.Sqrt(draws.Sum(d => (d - mean) * (d - mean)) / 4), 5, 0.9);
            var other = Draws(ref random).Average();
            inside += other >= least && other <= most ? 1 : 0;
        }

        Assert.AreEqual(0.9, inside / 2000.0, 0.03);

        static double[] Draws(ref CounterRandom random)
        {
            var draws = new double[5];
            for (var i = 0; i < draws.Length; i++)
            {
                draws[i] = random.NextGaussian();
            }

            return draws;
        }
    }

    private static ProveModelJob Job() => new(Model) { Archive = Folder.File("archive"), Steps = 60 };

    private static ModelProof Prove(ProveModelJob job) => ProveModelWorkflow.Run(job with { Steps = 60 }, new SilentProgress());

    private static string Copy(string name)
    {
        Directory.CreateDirectory(Folder.File(name));
        foreach (var file in Directory.GetFiles(Model))
        {
            File.Copy(file, Folder.File(name, Path.GetFileName(file)));
        }

        return Folder.File(name);
    }
}
