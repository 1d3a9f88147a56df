namespace Coda.Inference.Assimilation;

/// <summary>Told of an ensemble filter's members before and after an analysis, by any thread.</summary>
public interface IEnsembleReader
{
    /// <summary>Whether the members of a step are wanted; they are copied only then.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The step, one at which something is observed.</param>
    bool Wants(int trajectory, long step);

    /// <summary>Takes the members of a step.</summary>
    /// <param name="update">The members, in the units of the archive.</param>
    void Read(EnsembleStep update);
}
