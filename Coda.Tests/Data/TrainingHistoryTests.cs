using Coda.Data.Cards;
using Coda.Tests.Archives;

namespace Coda.Tests.Data;

/// <summary>The history of a training: the same rows however often it was stopped, small, and known to be damaged where it is.</summary>
[TestClass]
public sealed class TrainingHistoryTests
{
    private static readonly IReadOnlyDictionary<string, double> Truths = new Dictionary<string, double> { ["F"] = 8, ["absent"] = 1 };

    [TestMethod]
    public void ALongRunKeepsEvenlySpacedRowsInASmallFile()
    {
        using var folder = new TemporaryDirectory();
        var writer = new TrainingHistoryWriter(folder.Path, Truths);
        writer.Begin("joint", 0);
        Add(writer, 1, 40_001, columns: 30);
        writer.Write();
        var history = TrainingHistory.Read(folder.Path)!;
        CollectionAssert.AreEqual(Enumerable.Range(1, 1250).Select(i => 32L * i).Append(40_001).ToArray(), history.Steps.ToArray());
        Assert.IsLessThan(1_000_000, new FileInfo(folder.File(ModelFolder.History)).Length);
        CollectionAssert.AreEqual(history.Steps.Select(step => 8 - (1.0 / step)).ToArray(), history.Column("parameter.F"));
        CollectionAssert.AreEqual(new[] { "loss.data-misfit", "validation", "parameter.F" }, history.Columns.Take(3).ToArray());
        Assert.AreEqual("seconds", history.Columns[^1]);
        Assert.AreEqual(("F", 8), (history.Truths.Single().Key, history.Truths.Single().Value));
        Assert.IsTrue(history.Column("none").All(double.IsNaN) && double.IsNaN(history.Column("validation")[0]) && history.Column("validation")[^1] == 0.5);
    }

    [TestMethod]
    public void WhateverWasStoppedLeavesTheRowsOfARunAtOneGo()
    {
        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder.File("once"));
        Directory.CreateDirectory(folder.File("often"));
        var once = new TrainingHistoryWriter(folder.File("once"), Truths);
        once.Begin("joint", 0);
        Add(once, 1, 5000);
        once.Begin("reanalysis", 0);
        Add(once, 1, 10);
        once.Write();

        // Killed after more steps than its checkpoint has, begun anew, ended early and taken further; its second stage goes with what it was made from.
        foreach (var (stage, from, to) in new[]
        {
            ("joint", 0, 900), ("joint", 700, 2111), ("joint", 2111, 3000), ("reanalysis", 0, 10), ("joint", 3000, 3500), ("joint", 3200, 5000),
            ("reanalysis", 0, 6), ("joint", 5000, 5000), ("reanalysis", 4, 10),
        })
        {
            var often = new TrainingHistoryWriter(folder.File("often"), Truths);
            often.Begin(stage, from);
            Assert.AreEqual(from, often.Seconds, stage == "joint" ? 2 : 5000, "the stage's last row, one in two steps or more");
            Add(often, from + 1, to);
            often.Write();
        }

        Same(TrainingHistory.Read(folder.File("once"))!, TrainingHistory.Read(folder.File("often"))!);
    }

    [TestMethod]
    public void AModelsHistoryIsTheBeginningOfThatOfOneTrainedFurther()
    {
        using var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder.File("model"));
        Directory.CreateDirectory(folder.File("further"));
        var model = new TrainingHistoryWriter(folder.File("model"), Truths);
        model.Begin("joint", 0);
        Add(model, 1, 5);
        model.Write();
        for (var run = 0; run < 2; run++)
        {
            var further = new TrainingHistoryWriter(folder.File("further"), Truths, folder.File("model"));
            further.Begin("joint", 2 * run);
            Add(further, (2 * run) + 1, 2 * (run + 1));
            further.Write();
        }

        var history = TrainingHistory.Read(folder.File("further"))!;
        CollectionAssert.AreEqual(Enumerable.Range(1, 9).Select(i => (long)i).ToArray(), history.Steps.ToArray());
        CollectionAssert.AreEqual(Enumerable.Repeat("joint", 5).Concat(Enumerable.Repeat("joint-2", 4)).ToArray(), history.Stages.ToArray());
    }

    [TestMethod]
    public void ADamagedHistoryIsAnErrorWithACure()
    {
        using var folder = new TemporaryDirectory();
        Assert.IsNull(TrainingHistory.Read(folder.Path));
        var writer = new TrainingHistoryWriter(folder.Path, Truths);
        writer.Begin("joint", 0);
        Assert.IsNull(TrainingHistory.Read(folder.Path), "no row, no file");
        Add(writer, 1, 20);
        writer.Write();
        var (path, whole) = (folder.File(ModelFolder.History), File.ReadAllBytes(folder.File(ModelFolder.History)));
        var expected = TrainingHistory.Read(folder.Path)!;
        for (var at = 0; at < whole.Length; at += 7)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            Refused(at);
        }

        foreach (var length in new[] { 0, 4, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Refused(length);
        }

        void Refused(int at)
        {
            try
            {
                Same(expected, TrainingHistory.Read(folder.Path)!); // a byte that says nothing
            }
            catch (InvalidDataException fault)
            {
                Assert.Contains(path, fault.Message, $"{at}");
                Assert.Contains("delete it", fault.Message, $"{at}");
            }
        }
    }

    internal static void Same(TrainingHistory expected, TrainingHistory got, string? but = null)
    {
        CollectionAssert.AreEqual(expected.Steps.ToArray(), got.Steps.ToArray());
        CollectionAssert.AreEqual(expected.Stages.ToArray(), got.Stages.ToArray());
        CollectionAssert.AreEqual(expected.Columns.ToArray(), got.Columns.ToArray());
        foreach (var column in expected.Columns.Where(name => name != but))
        {
            CollectionAssert.AreEqual(expected.Column(column), got.Column(column), column);
        }
    }

    // As the loop does: the steps that have a row, and the last one.
    private static void Add(TrainingHistoryWriter writer, long first, long last, int columns = 4)
    {
        for (var step = first; step <= last; step++)
        {
            if (TrainingHistoryWriter.Takes(step) || step == last)
            {
                var values = new Dictionary<string, double> { ["seconds"] = step, ["parameter.F"] = 8 - (1.0 / step), ["loss.data-misfit"] = 1 / (1.0 + step) };
                foreach (var i in Enumerable.Range(0, columns - 3))
                {
                    values[$"gradient.{i}"] = Math.Sin(step + i);
                }

                if (step > 1000)
                {
                    values["validation"] = 0.5;
                }

                writer.Add(step, values);
            }
        }
    }
}
