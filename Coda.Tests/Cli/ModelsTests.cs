using Coda.Cli;
using Coda.Data.Cards;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Cli;

/// <summary>Released models, by name.</summary>
[TestClass]
public sealed class ModelsTests
{
    [TestMethod]
    public void EveryReleasedModelIsListedWithItsCardsScores()
    {
        var released = Directory.GetDirectories(Path.Combine(Repository.Root, "models")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray();
        var entries = CommandRun.InProcess("models", "--folder", Path.Combine(Repository.Root, "models"), "--json").Succeeded().Json.AsArray();
        CollectionAssert.AreEqual(released, entries.Select(e => (string)e!["name"]!).ToArray());
        foreach (var entry in entries)
        {
            var card = ModelFolder.ReadCard((string)entry!["folder"]!);
            Assert.AreEqual(card.Description, (string)entry["description"]!);
            Assert.AreEqual((2 * card.HalfWidth) + 1, (int)entry["window"]!);
            Assert.AreEqual(card.Scores["analysis RMSE"], (double)entry["scores"]!["analysis RMSE"]!);
            Assert.Contains($"{card.SiteCount} sites", (string)entry["task"]!);
            Assert.IsGreaterThan(card.Files.Keys.Sum(f => new FileInfo(Path.Combine((string)entry["folder"]!, f)).Length), (long)entry["bytes"]!);
        }
    }

    [TestMethod]
    public void TheTableShowsNameWindowScoresAndSize()
    {
        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder.File("models", "mine"));
        Directory.CreateDirectory(folder.File("models", "no-model"));
        ExampleModels.Write(folder.File("models", "mine"));
        var table = CommandRun.InProcess("models", "--folder", folder.File("models")).Succeeded().Output;
        foreach (var said in new[] { "mine", "7 steps", "8 sites", "MB" })
        {
            Assert.Contains(said, table);
        }

        Assert.DoesNotContain("no-model", table);
    }

    [TestMethod]
    public void AFolderWithoutModelsIsBadDataThatNamesTheCure()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess("models", "--folder", folder.Path).Failed(ExitCodes.BadData, "got none", "coda train");
        CommandRun.InProcess("models", "--folder", folder.File("none")).Failed(ExitCodes.BadData, "no such folder", "./build.sh Models");
    }

    // The tests' assemblies lie below the repository, whose models/ is above them.
    [TestMethod]
    public void AModelIsOpenedByItsName()
    {
        using var model = OnnxModel.Open("lorenz96");
        Assert.AreEqual(Path.Combine(Repository.Root, "models", "lorenz96"), model.Folder);
        Assert.AreEqual("lorenz96", (string)CommandRun.InProcess("inspect", "lorenz96", "--no-verify", "--json").Succeeded().Json["card"]!["name"]!);
    }

    // In a process of its own, whose current folder is another.
    [TestMethod]
    public void TheCommandsTakeNamesFromTheModelsOfTheCurrentFolder()
    {
        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder.File("models", "mine"));
        ExampleModels.Write(folder.File("models", "mine"));
        CommandRun Coda(params string[] arguments) => CommandRun.AsProcess(folder.Path, arguments);
        Coda(Tiny.Simulate("archive", 2, 60, "--set", "system.size=8")).Succeeded();
        Assert.AreEqual(120, (long)Coda("analyze", "--archive", "archive", "--model", "mine", "--json").Succeeded().Json["states"]!);
        Coda("forecast", "--archive", "archive", "--model", "mine", "--leads", "0.1", "--from", "smoothed").Succeeded();
        Coda("models").Succeeded();
        Coda("analyze", "--archive", "archive", "--model", "mnie").Failed(ExitCodes.BadData, "Expected a model's folder", "lorenz96, ", "Did you mean 'mine'?");
    }

    [TestMethod]
    public void WhatIsAtThePathWins()
    {
        using var folder = new TemporaryDirectory();
        Assert.AreEqual(folder.Path, ReleasedModels.Find(folder.Path));
        Assert.AreEqual("nosuch", ReleasedModels.Find("nosuch"));
        Assert.AreEqual("models/lorenz96", ReleasedModels.Find("models/lorenz96"), "A path is no name.");
        Assert.IsEmpty(ReleasedModels.In(folder.File("none")));
    }
}
