using Coda.Data.Archives;
using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>Observations that are read far ahead and kept, for states that are scored one after another.</summary>
/// <param name="archive">Where the observations are.</param>
/// <param name="which">Which of them.</param>
internal sealed class ObservationWindow(IObservationArchive archive, ObservationSubset which)
{
    private const int Ahead = 4096;

    private ObservationStretch? _stretch;

    /// <summary>The stretch that holds what was observed at some steps, and the place of the first of them in its arrays.</summary>
    /// <param name="trajectory">The trajectory.</param>
    /// <param name="earliest">The earliest step that will be asked for from now on; at most the first of <paramref name="steps"/>.</param>
    /// <param name="steps">The steps.</param>
    public (ObservationStretch Stretch, int Offset) At(int trajectory, long earliest, StepRange steps)
    {
        if (_stretch is null || _stretch.Trajectory != trajectory || _stretch.Steps.Intersect(steps) != steps)
        {
            _stretch = archive.ReadObservations(trajectory, new StepRange(earliest, steps.End + Ahead), which);
        }

        return (_stretch, checked((int)(steps.Start - _stretch.Steps.Start) * _stretch.SiteCount));
    }
}
