using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Twins;
using Coda.Tests.Data;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Stages;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>States are turned round the axes on which no place is special, whatever grids they lie on, and round no other.</summary>
[TestClass]
public sealed class StatesTurnedTests
{
    private const int Rows = 24;

    public static IEnumerable<string> Symmetric => DynamicalSystem.Catalog.Names.Where(name => SmallSystem.Make(name).SymmetricAxes.Count > 0);

    [TestMethod]
    [DynamicData(nameof(Symmetric))]
    public void EveryPlaceOfASegmentIsMovedByTheSameSharesOfItsAxes(string name)
    {
        var (system, seen) = (SmallSystem.Make(name), new HashSet<string>());
        var drawn = Drawn(name);
        foreach (var segment in drawn.Chunk(3 * system.Layout.Size))
        {
            var states = segment.Chunk(system.Layout.Size).ToList();
            CollectionAssert.AreEqual(states[0], states[1], "states of a segment are turned as one");
            CollectionAssert.AreEqual(states[0], states[2], "states of a segment are turned as one");
            seen.Add(Shares(system, states[0]));
        }

        Assert.IsGreaterThan(2, seen.Count, "turned at random");
    }

    // What a score is shown of a record whose entries are their own numbers. [row, time, space]
    private static float[] Drawn(string system)
    {
        var twin = new TwinExperiment
        {
            System = SmallSystem.Component(system), StepLength = 0.001, StepCount = 12, TrajectoryCount = 12, Sigma = 0.1,
            ObservingNetwork = new Component("random-fraction", new() { ["fraction"] = 1 }),
        };
        var (archive, size) = (twin.Archive(), twin.Describe().Layout.Size);
        float[] numbers = [.. Enumerable.Range(0, 12).SelectMany(_ => Enumerable.Range(0, size)).Select(i => (float)i)];
        var states = new Reanalysis(archive.Description, size, Enumerable.Range(0, 12).Select(t => new StateBlock(t, 0, size, numbers)));
        var stage = new ScoreStage(
            ScoreExamples.Experiment with
            {
                System = twin.System, BatchSize = Rows, Score = new ScoreFit { Network = new Component("gaussian-score", new() { ["blanket"] = 1 }) },
            },
            archive, states);
        using var weights = new WeightStore([], 0, CPU);
        var share = (ScoreShare)stage.Share([weights.View()], ..Rows, CPU);
        share.Draw(5, heldOut: false);
        return [.. share.Drawn];
    }

    // By how much every entry was moved along each axis, as a share of its length; fails where entries were moved by different ones.
    private static string Shares(DynamicalSystem system, float[] state)
    {
        var (offset, shares) = (0, new HashSet<string>());
        foreach (var grid in system.Layout.Fields.Select(f => f.Grid))
        {
            for (var site = 0; site < grid.Size; site++)
            {
                var from = (int)state[offset + site] - offset;
                Assert.IsTrue(from >= 0 && from < grid.Size, "a field's entries stay its own");
                shares.Add(string.Join(" ", Places(grid, site).Zip(Places(grid, from), grid.Shape).Select((at, axis) =>
                {
                    var (to, of, length) = at;
                    Assert.IsTrue(to == of || system.SymmetricAxes.Contains(axis), $"moved along axis {axis}");
                    return (double)((to - of + length) % length) / length;
                })));
            }

            offset += grid.Size;
        }

        Assert.HasCount(1, shares);
        return shares.Single();
    }

    private static int[] Places(Grid grid, int site)
    {
        var places = new int[grid.Shape.Count];
        for (var axis = places.Length - 1; axis >= 0; axis--)
        {
            (places[axis], site) = (site % grid.Shape[axis], site / grid.Shape[axis]);
        }

        return places;
    }
}
