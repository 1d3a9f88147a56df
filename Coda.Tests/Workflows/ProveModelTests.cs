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
        Assert.IsEmpty(proof.DifferencesTo(Prove(Job() with { Other = proof, Seed = 9, Records = 3 })));
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
        Assert.Contains("proven", CommandRun.InProcess([.. command, "--records", "4", "--output", file]).Succeeded().Output);
        var words = File.ReadAllText(Folder.File("proof.md"));
        Assert.Contains($"prove {Model} --archive {Folder.File("archive")} --check {file}", words);
        Assert.Contains("stopped half-way | the same", words);
        Assert.Contains("\"isProven\": true", CommandRun.InProcess([.. command, "--check", file, "--json"]).Succeeded().Output);
        CommandRun.InProcess("prove", Model, "--check", file).Failed(ExitCodes.BadData, "training went on to nothing");
        CommandRun.InProcess("prove", Model, "--share", "0.5").Failed(ExitCodes.Usage, "--share: expected none for a model");
        CommandRun.InProcess("prove", Folder.File("analyses"), "--records", "3").Failed(ExitCodes.Usage, "--records: expected none for an archive");
        CommandRun.InProcess("prove", Model, "--records", "1").Failed(ExitCodes.Usage, "at least 2");
    }

    // Ten records of mean 4 and deviation 1: t of 9 degrees of freedom is 3.2498 at 99.5 %.
    [TestMethod]
    public void TheIntervalIsThatOfAnotherMean()
    {
        var (low, high) = RepeatedMean.Interval(4, 1, 10, 0.99);
        Assert.AreEqual(4 - (3.2498 * Math.Sqrt(0.2)), low, 1e-4);
        Assert.AreEqual(8, low + high, 1e-12);
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
