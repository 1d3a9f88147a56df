namespace Coda.Classical.Ensemble;

/// <summary>A smoother with a fixed lag: keeps the ensembles of the last steps until no later observations change them.</summary>
internal interface ILagged
{
    /// <summary>The number of states that wait for later updates.</summary>
    int Waiting { get; }

    /// <summary>Takes a step's analyzed ensemble and the update that made it.</summary>
    /// <param name="state">The ensemble.</param>
    /// <param name="update">The update, or nothing where the step had no observations or the update is not one for the whole state.</param>
    /// <param name="mean">Takes the smoothed mean of a lag before, once there is one. [space]</param>
    /// <param name="spread">Takes its spread. [space]</param>
    /// <returns>Whether there is one.</returns>
    bool Push(EnsembleState state, EnsembleTransform? update, Span<double> mean, Span<double> spread);

    /// <summary>Takes the next of the states that wait, at the record's end.</summary>
    /// <param name="mean">Takes the smoothed mean. [space]</param>
    /// <param name="spread">Takes its spread. [space]</param>
    void Flush(Span<double> mean, Span<double> spread);
}
