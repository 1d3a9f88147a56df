using Coda.Data.Foundation;
using Coda.Training.Experiments;

namespace Coda.Workflows.Studying;

/// <summary>The cells of a study.</summary>
internal static class StudyGrid
{
    /// <summary>Every cell with its seed and its point, in the order in which they are run: all points for the first seed, then for the next.</summary>
    /// <param name="study">The study.</param>
    /// <param name="settings">What the user sets in every cell, members of <see cref="StudyCell"/>.</param>
    public static IEnumerable<(StudyCell Cell, ulong Seed, IReadOnlyList<double> Point)> Of(Study study, IReadOnlyList<string> settings)
    {
        foreach (var seed in study.Seeds)
        {
            foreach (var points in Combinations(study.Axes))
            {
                var cell = MemberSettings.Apply(study.Base, [.. points.SelectMany(p => p.Settings), .. settings]);
                cell = cell with { Experiment = cell.Experiment with { Seed = seed, Parameters = Started(study, cell.Experiment, seed) } };
                cell = study.HasRecordOfEachSeed ? WithRecordOf(cell, seed) : cell;
                yield return (cell, seed, [.. points.Select(p => p.Value)]);
            }
        }
    }

    private static StudyCell WithRecordOf(StudyCell cell, ulong seed)
    {
        var drawn = cell.Training.Seed + seed - 1;
        return drawn != cell.Test.Seed
            ? cell with { Training = cell.Training with { Seed = drawn } }
            : throw new ArgumentException(
                $"--seeds: expected seeds whose training records are not the test's (training.seed + seed - 1 is not {cell.Test.Seed}), got {seed}; "
                    + "leave it out.");
    }

    private static IReadOnlyList<TrainedParameter> Started(Study study, Experiment experiment, ulong seed) =>
        [.. experiment.Parameters.Select(p => p with { Start = study.StartOf(p, seed) })];

    private static IEnumerable<StudyPoint[]> Combinations(IReadOnlyList<StudyAxis> axes)
    {
        IEnumerable<StudyPoint[]> all = [[]];
        foreach (var axis in axes)
        {
            all = all.SelectMany(chosen => axis.Points.Select(point => (StudyPoint[])[.. chosen, point]));
        }

        return all;
    }
}
