using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Inference;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Progress;
using Coda.Workflows.Proving;
using Coda.Workflows.Simulating;

namespace Coda.Tests.Workflows;

/// <summary>Archives that prove what they are, and such that are something else.</summary>
[TestClass]
public sealed class ProveWorkflowTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void MakeArchives(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SimulateWorkflow.Run(new(ExampleTwins.Lorenz96(steps: 60, trajectories: 6, fraction: 0.5), Folder.File("twin")), new SilentProgress());
        Analyze("etkf", new("etkf", new() { ["members"] = 8 }));
        Analyze("strict", new("etkf", new() { ["members"] = 8 }), grossCheck: 3);
        Analyze("some", new("etkf", new() { ["members"] = 8 }), range: new(1, 4, new(7, 42)) { Every = 5 });
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    [DataRow("etkf")]
    [DataRow("strict")]
    public void AnArchiveThatIsWhatItSaysIsProven(string name)
    {
        var proof = Prove(name);
        Assert.IsTrue(proof.IsProven, string.Join("; ", proof.Doubts()));
        Assert.AreEqual((6, 2), (proof.Parts, proof.Again.Count));
        CollectionAssert.AreEqual(
            new[] { "a flipped bit", "the second half gone", "the file gone", "a member edited", "a checksum edited, and no digest" },
            proof.Faults.Take(5).Select(f => f.Fault).ToArray());
        Assert.Contains("the bytes of analyses/", proof.Faults[5].Fault);
        Assert.AreEqual("cut in the middle", proof.Faults[6].Fault);
        Assert.IsTrue(proof.Faults.Take(7).All(f => f.Refusal is { Length: > 10 } && f.IsIgnored is null));
        Assert.HasCount(3, proof.Faults.Skip(7).Where(f => f is { Refusal: null, IsIgnored: true }).ToList(), "What killed writers leave is ignored.");
        Assert.IsGreaterThanOrEqualTo(4, proof.Faults.Count(f => f.Refusal?.Contains(f.File, StringComparison.Ordinal) == true), "Refusals name the file.");
        Assert.IsNotEmpty(proof.Scores);
        Assert.IsEmpty(proof.DifferencesTo(Prove(name)));
        using var still = ParquetArchive.Open(Folder.File(name));
        still.Verify();
    }

    [TestMethod]
    public void SoIsOneOfAPartOfTheRecord()
    {
        var proof = Prove("some");
        Assert.IsTrue(proof.IsProven, string.Join("; ", proof.Doubts()));
        Assert.Contains("multiples of 5", proof.Origin["range"]);
    }

    [TestMethod]
    public void TheSeedChoosesTheParts()
    {
        var chosen = Enumerable.Range(1, 8).Select(seed => string.Join(' ', Prove("etkf", (ulong)seed).Again.Select(a => a.Name))).Distinct().Count();
        Assert.IsGreaterThan(1, chosen);
        Assert.AreEqual(6, ProveWorkflow.Run(Job("etkf") with { Share = 1 }, new SilentProgress()).Again.Count);
    }

    // Analyses of other numbers, whose checksums agree: what a forger, or a version that computes otherwise, would leave.
    [TestMethod]
    public void AnalysesThatDoNotComeOutAgainAreNotProven()
    {
        using (var honest = ParquetArchive.Open(Folder.File("etkf")))
        using (var forged = ParquetArchive.Create(Folder.File("forged"), honest.Description with { Checksums = new(StringComparer.Ordinal) }))
        {
            forged.WriteStates(ArchiveTable.Analyses, honest.ReadStates(ArchiveTable.Analyses).Select(
                b => b with { States = Array.ConvertAll(b.States.ToArray(), x => x + 1e-6f) }));
        }

        var path = Path.Combine(Folder.File("forged"), "archive.json");
        var description = CodaJson.Read<ArchiveDescription>(path);
        var origins = CodaJson.Read<ArchiveDescription>(Path.Combine(Folder.File("etkf"), "archive.json")).Origins;
        CodaJson.WriteWithDigest(path, description with { Origins = origins });
        var proof = Prove("forged");
        Assert.IsFalse(proof.IsProven);
        Assert.Contains("came out as", string.Join("; ", proof.Doubts()));
        Assert.IsNotEmpty(proof.DifferencesTo(Prove("etkf")));
    }

    [TestMethod]
    public void AnalysesWithBandsAreProvenWithThem()
    {
        using (var calibrated = ParquetArchive.Open(Folder.File("etkf")))
        {
            var origin = calibrated.Description.Origins!["analyses"];
            var bands = new CoverageBands
            {
                Table = ArchiveTable.Analyses, Levels = [0.5, 0.9], StateSize = calibrated.Description.Layout.Size, Origin = origin,
                Groups = [.. Enum.GetValues<CoveredSites>().Select(sites => new CoverageGroup
                {
                    Lead = 0, Sites = sites, Count = 100, Separated = 50, Scale = new(1, 0.1, 0, 100), StateFactors = [1, 2], ObservationFactors = [1, 2],
                })],
                Correlations = [], Measured = [],
            };
            bands.Write(Folder.File("bands.json"));
        }

        using (var twin = ParquetArchive.Open(Folder.File("twin")))
        {
            var job = new AnalyzeJob(new("etkf", new() { ["members"] = 8 }), twin)
            {
                Output = Folder.File("banded"), PartSize = 60, Bands = BandChoice.Read(Folder.File("bands.json"), 0.9),
            };
            AnalyzeWorkflow.Run(job, new SilentProgress());
        }

        Assert.Contains("--bands", Assert.Throws<ArgumentException>(() => Prove("banded")).Message);
        var proof = ProveWorkflow.Run(Job("banded") with { Bands = Folder.File("bands.json") }, new SilentProgress());
        Assert.IsTrue(proof.IsProven, string.Join("; ", proof.Doubts()));
        Assert.Contains("--bands", Assert.Throws<ArgumentException>(
            () => ProveWorkflow.Run(Job("etkf") with { Bands = Folder.File("bands.json") }, new SilentProgress())).Message);
    }

    [TestMethod]
    public void WhatIsNotUnderstoodIsNotProven()
    {
        foreach (var file in Directory.GetFiles(Folder.File("etkf"), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(Folder.File("newer"), Path.GetRelativePath(Folder.File("etkf"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        var path = Path.Combine(Folder.File("newer"), "archive.json");
        var description = CodaJson.Read<ArchiveDescription>(path);
        description.Origins!["analyses"]["moonlight"] = "full";
        CodaJson.WriteWithDigest(path, description);
        Assert.Contains("moonlight", Assert.Throws<ArchiveFormatException>(() => Prove("newer")).Message);
    }

    // Whatever one of two proofs has, and the other has not.
    [TestMethod]
    public void ProofsDifferWhicheverIsAskedOfThem()
    {
        var proof = Prove("etkf");
        Proof[] others =
        [
            proof with { Scores = [] }, proof with { Files = 1 }, proof with { Origin = new Dictionary<string, string>() },
            proof with { Faults = [proof.Faults[0] with { Refusal = null }] }, proof with { Faults = [proof.Faults[9] with { IsIgnored = false }] },
        ];
        foreach (var other in others)
        {
            Assert.IsNotEmpty(proof.DifferencesTo(other));
            Assert.IsNotEmpty(other.DifferencesTo(proof));
        }

        Assert.IsEmpty(proof.DifferencesTo(proof with
        {
            Version = "another", Faults = [.. proof.Faults.Select(f => f with { Refusal = f.Refusal is null ? null : "otherwise" })],
        }));
    }

    [TestMethod]
    public void WhatItWasMadeFromMustBeNamed()
    {
        Assert.Contains("Name what it was made from", Assert.Throws<ArgumentException>(() => Prove("etkf", observations: "etkf")).Message);
        Assert.Contains("coda analyze", Assert.Throws<ArchiveFormatException>(() => Prove("twin")).Message);
        Assert.Contains("Share", Assert.Throws<ArgumentException>(() => ProveWorkflow.Run(Job("etkf") with { Share = 0 }, new SilentProgress())).Message);
    }

    [TestMethod]
    public void AModelIsNamedAndIsTheSameOne()
    {
        foreach (var name in new[] { "model", "other" })
        {
            ExampleModels.Write(Directory.CreateDirectory(Folder.File(name)).FullName);
        }

        using (var model = OnnxModel.Open(Folder.File("model")))
        {
            Analyze("network", new("network"), model);
            var proof = ProveWorkflow.Run(Job("network") with { Model = model }, new SilentProgress());
            Assert.IsTrue(proof.IsProven, string.Join("; ", proof.Doubts()));
            Assert.Contains("model", proof.Origin.Keys);
        }

        Assert.Contains("--model", Assert.Throws<ArgumentException>(() => Prove("network")).Message);
    }

    [TestMethod]
    public void TheCommandWritesAProofThatAnotherChecks()
    {
        var file = Folder.File("proof.json");
        string[] command = ["prove", Folder.File("etkf"), "--observations", Folder.File("twin")];
        CommandRun.InProcess([.. command, "--output", Folder.File("proof.md")]).Failed(ExitCodes.Usage, "Name it with .json");
        CommandRun.InProcess([.. command, "--output", file, "--seed", "3"]).Succeeded();
        Assert.DoesNotContain("any machine", File.ReadAllText(Folder.File("proof.md")));
        Assert.Contains($"prove {Folder.File("etkf")} --observations {Folder.File("twin")} --check {file}", File.ReadAllText(Folder.File("proof.md")));
        Assert.Contains("\"isProven\": true", CommandRun.InProcess([.. command, "--check", file, "--json"]).Succeeded().Output);
        CommandRun.InProcess(["prove", Folder.File("strict"), "--observations", Folder.File("twin"), "--check", file])
            .Failed(ExitCodes.BadData, "archive.json has the SHA-256");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"seed\": 3", "\"seed\": 4", StringComparison.Ordinal));
        CommandRun.InProcess([.. command, "--check", file]).Failed(ExitCodes.BadData, "digest");
    }

    private static void Analyze(
        string name, Component method, OnnxModel? model = null, double grossCheck = PlausibleObservations.DefaultDeviations, RecordRange? range = null)
    {
        using var twin = ParquetArchive.Open(Folder.File("twin"));
        AnalyzeWorkflow.Run(
            new(method, twin) { Output = Folder.File(name), Model = model, GrossCheck = grossCheck, Range = range, PartSize = 60, Provenance = "a test" },
            new SilentProgress());
    }

    private static ProveJob Job(string name, string observations = "twin") => new(Folder.File(name)) { Observations = Folder.File(observations), Share = 0.34 };

    private static Proof Prove(string name, ulong seed = 1, string observations = "twin") =>
        ProveWorkflow.Run(Job(name, observations) with { Seed = seed }, new SilentProgress());
}
