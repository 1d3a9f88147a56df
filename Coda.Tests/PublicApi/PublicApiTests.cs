using Coda.Classical.OptimalInterpolation;
using Coda.Cli.Commands;
using Coda.Clusters.Ranks;
using Coda.Data.Foundation;
using Coda.Feeds.Nats;
using Coda.Inference.Sessions;
using Coda.Pipelines;
using Coda.Service.Hosting;
using Coda.Stores.S3;
using Coda.Training.Optimization;
using Coda.Workflows.Training;

namespace Coda.Tests.PublicApi;

/// <summary>The public API of each package is what the text files beside this one say, so that no change to it goes unseen.</summary>
[TestClass]
public sealed class PublicApiTests
{
    [TestMethod]
    public void CodaDataIsAsPinned() => Compare("Coda.Data", typeof(Component).Assembly.GetTypes());

    [TestMethod]
    public void CodaTrainingIsAsPinned() => Compare("Coda.Training", typeof(TrainingLoop).Assembly.GetTypes());

    [TestMethod]
    public void CodaInferenceIsAsPinned() => Compare("Coda.Inference", typeof(OnnxModel).Assembly.GetTypes());

    [TestMethod]
    public void CodaWorkflowsIsAsPinned() => Compare("Coda.Workflows", typeof(TrainWorkflow).Assembly.GetTypes());

    [TestMethod]
    public void CodaServiceIsAsPinned() => Compare("Coda.Service", typeof(CodaService).Assembly.GetTypes());

    [TestMethod]
    public void CodaClassicalIsAsPinned() => Compare("Coda.Classical", typeof(ClimatologyMethod).Assembly.GetTypes());

    [TestMethod]
    public void CodaPipelinesIsAsPinned() => Compare("Coda.Pipelines", typeof(CodaCatalog).Assembly.GetTypes());

    [TestMethod]
    public void CodaClustersIsAsPinned() => Compare("Coda.Clusters", typeof(MpiRanks).Assembly.GetTypes());

    [TestMethod]
    public void CodaStoresIsAsPinned() => Compare("Coda.Stores", typeof(S3Stores).Assembly.GetTypes());

    [TestMethod]
    public void CodaFeedsIsAsPinned() => Compare("Coda.Feeds", typeof(NatsFeed).Assembly.GetTypes());

    [TestMethod]
    public void CodaReportsIsAsPinned() => Compare("Coda.Reports", typeof(Coda.Reports.Pages.ReportWorkflow).Assembly.GetTypes());

    [TestMethod]
    public void CodaFiguresIsAsPinned() => Compare("Coda.Figures", typeof(Coda.Figures.Figures).Assembly.GetTypes());

    [TestMethod]
    public void WhatCommandsOfOthersBuildOnIsAsPinned() => Compare("Coda.Cli", typeof(CodaCommand).Assembly.GetTypes());

    [TestMethod]
    public void EveryPinIsOfAProject() => Assert.AreEqual("", string.Join(
        '\n',
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "Coda.Tests", "PublicApi"), "*.txt").Select(Path.GetFileNameWithoutExtension)
            .Where(name => !Directory.Exists(Path.Combine(Repository.Root, name!)))));

    [TestMethod]
    public void EveryKindOfMemberIsWrittenDown()
    {
        // So that the tests above cannot pass by reading nothing.
        var lines = ApiText.Of([typeof(Example<>), typeof(Example<>.Choice), typeof(Example<>.Point), typeof(Example<>.Change)]).Select(line => line.Trim())
            .ToList();
        foreach (var expected in new[]
        {
            "abstract class Coda.Tests.PublicApi.PublicApiTests.Example<T> : IDisposable where T : struct",
            "protected new(int size = 3)",
            "const string Name = \"x\"",
            "static T[] Make<S>(in S one, out int two, params string[] rest) where S : class, IDisposable",
            "override string ToString()",
            "protected abstract long? this[int index] { get; set; }",
            "required Dictionary<string, List<float>> Names { get; init; }",
            "event EventHandler Changed",
            "const PublicApiTests.Example<T>.Choice Second = 1",
            "readonly record struct Coda.Tests.PublicApi.PublicApiTests.Example<T>.Point : IEquatable<PublicApiTests.Example<T>.Point>",
            "delegate void Coda.Tests.PublicApi.PublicApiTests.Example<T>.Change(T value)",
        })
        {
            CollectionAssert.Contains(lines, expected, string.Join('\n', lines));
        }

        Assert.DoesNotContain("Hidden", string.Join('\n', lines));
        Assert.DoesNotContain("Deconstruct", string.Join('\n', lines));
    }

    private static void Compare(string name, IEnumerable<Type> types)
    {
        var pinned = Path.Combine("Coda.Tests", "PublicApi", name + ".txt");
        var path = Path.Combine(Repository.Root, pinned);
        var (expected, got) = (File.Exists(path) ? File.ReadAllLines(path) : [], ApiText.Of(types).ToArray());
        if (expected.SequenceEqual(got))
        {
            return;
        }

        var proposal = Path.Combine("artifacts", "public-api", name + ".txt");
        Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "public-api"));
        File.WriteAllText(Path.Combine(Repository.Root, proposal), string.Concat(got.Select(line => line + "\n")));
        var (before, after) = (Qualified(expected), Qualified(got));
        var difference = before.Except(after).Select(line => "- " + line).Concat(after.Except(before).Select(line => "+ " + line));
        Assert.Fail($"The public API of {name} is not the pinned one:\n{string.Join('\n', difference)}\nIf that is meant, accept it: cp {proposal} {pinned}");
    }

    /// <summary>Each member behind its type, because many types have a <c>Dispose()</c>.</summary>
    private static List<string> Qualified(string[] lines)
    {
        var type = "";
        return [.. lines.Select(line => char.IsWhiteSpace(line[0]) ? $"{type}: {line.Trim()}" : type = line)];
    }

    public abstract class Example<T> : IDisposable
        where T : struct
    {
        public const string Name = "x";

        protected Example(int size = 3) => Hidden = size;

        public event EventHandler? Changed;

        public enum Choice
        {
            First,
            Second,
        }

        public required Dictionary<string, List<float>> Names { get; init; }

        internal int Hidden { get; set; }

        protected abstract long? this[int index] { get; set; }

        public static T[] Make<S>(in S one, out int two, params string[] rest)
            where S : class, IDisposable
        {
            two = rest.Length;
            return [];
        }

        public override string ToString() => Changed is null ? Name : "";

        public void Dispose() => GC.SuppressFinalize(this);

        public readonly record struct Point(int X);

        public delegate void Change(T value);
    }
}
