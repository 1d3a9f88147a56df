using Coda.Benchmarks.Faults;
using Coda.Tests.Archives;

namespace Coda.Tests.Damage;

/// <summary>Damaged files of every kind: refused in our own words, or without a trace in the outputs. The benchmark <c>faults</c> tries many more.</summary>
[TestClass]
public sealed class FaultRunTests
{
    private const ulong Seed = 1;

    private static readonly TemporaryDirectory Folder = new();

    // Those that train a network or smooth a record with one take longest; the benchmark has them.
    private static readonly string[] Slow = ["train", "train-start", "train-resume", "polish"];

    private static FaultBed _bed = null!;
    private static FaultRunner _runner = null!;

    [ClassInitialize]
    public static void MakeBed(TestContext context)
    {
        _ = context;
        _bed = FaultBed.Make(Folder.File("bed"));
        _runner = new FaultRunner(_bed, new FaultSandbox(_bed.Folder, Folder.File("run")), FaultWorker.Limit);
    }

    [ClassCleanup]
    public static void Remove()
    {
        _bed.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    [TestCategory("Damage")]
    public void ADamagedFileIsRefusedOrLeavesTheOutputsAsTheyWere()
    {
        var all = FaultPlan.Of(FaultKinds.All.Where(k => k.Probes.Except(Slow).Any()), 1, Seed).Where(fault => fault.Seed == Seed);
        var cases = all.Where((_, i) => i % 5 != 4); // as many as fit into ten seconds
        var results = cases.SelectMany((fault, i) => _runner.Run(fault, One(FaultBed.Kind(fault.Kind), i))).ToList();
        Assert.IsGreaterThan(250, results.Count);
        using var text = new StringWriter();
        FaultReport.List(text, results);
        Assert.AreEqual("", text.ToString());
    }

    [TestMethod]
    public void EveryKindOfFileIsReadByWhatProbesIt()
    {
        foreach (var kind in FaultKinds.All)
        {
            var gone = _runner.Run(new FaultCase(kind.Name, "empty", Seed), kind.Probes[0]).ToList();
            Assert.IsNotEmpty(gone, kind.Name);
            var isNoticed = !gone.Exists(r => r.Verdict is FaultVerdict.Same or FaultVerdict.Warned);
            Assert.IsTrue(isNoticed, $"{kind.Name}: expected an empty file to be noticed, got {gone[0]}.");
        }
    }

    [TestMethod]
    public void ACaseIsAFunctionOfItsSeed()
    {
        var kind = FaultBed.Kind("csv");
        var intact = File.ReadAllBytes(Path.Combine(_bed.Folder, kind.Path));
        foreach (var mutation in FaultMutations.Of(kind.Format).Where(FaultMutations.IsSeeded))
        {
            var fault = new FaultCase(kind.Name, mutation, 7);
            CollectionAssert.AreEqual(FaultMutations.Apply(kind, intact, fault), FaultMutations.Apply(kind, intact, FaultCase.Parse($"{fault}")));
        }
    }

    // A quick probe of the kind's, another from case to case.
    private static string One(FaultKind kind, int index)
    {
        var quick = kind.Probes.Except(Slow).ToList();
        return quick.Count == 0 ? kind.Probes[0] : quick[index % quick.Count];
    }
}
