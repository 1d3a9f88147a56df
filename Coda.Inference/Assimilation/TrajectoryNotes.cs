using Coda.Data.Archives;

namespace Coda.Inference.Assimilation;

/// <summary>Collects what a run says of its trajectories, from several threads.</summary>
public sealed class TrajectoryNotes
{
    private readonly List<AnalysisWarning> _notes = [];

    /// <summary>Takes a note; for <see cref="AnalysisRequest.Doubtful"/> or <see cref="AnalysisRequest.Diverged"/>.</summary>
    /// <param name="note">The note.</param>
    public void Add(AnalysisWarning note)
    {
        lock (_notes)
        {
            _notes.Add(note);
        }
    }

    /// <summary>The notes so far, by trajectory and step.</summary>
    public IReadOnlyList<AnalysisWarning> All()
    {
        lock (_notes)
        {
            return [.. _notes.OrderBy(n => n.Trajectory).ThenBy(n => n.Steps.Start)];
        }
    }

    /// <summary>Analyses less those of the trajectories in these notes, which are known when the trajectory ends; holds one trajectory at a time.</summary>
    /// <param name="analyses">The analyses, sorted by trajectory.</param>
    public IEnumerable<StateBlock> WithoutThem(IEnumerable<StateBlock> analyses)
    {
        var held = new List<StateBlock>();
        foreach (var block in analyses)
        {
            if (held.Count > 0 && held[0].Trajectory != block.Trajectory)
            {
                foreach (var sound in Sound(held))
                {
                    yield return sound;
                }

                held.Clear();
            }

            held.Add(block);
        }

        foreach (var sound in Sound(held))
        {
            yield return sound;
        }
    }

    private IReadOnlyList<StateBlock> Sound(List<StateBlock> held)
    {
        lock (_notes)
        {
            return held.Count > 0 && _notes.Any(n => n.Trajectory == held[0].Trajectory) ? [] : [.. held];
        }
    }
}
