using Coda.Data.Foundation;

namespace Coda.Classical.Ensemble;

/// <summary>Changes an ensemble by one step's observations. For one thread.</summary>
internal abstract class EnsembleAnalysis
{
    /// <summary>Whether the filter finds its own inflation.</summary>
    public bool IsAdaptive { get; init; }

    /// <summary>The deviations of chance by which innovations must exceed what spread and errors allow before the whole prior is inflated.</summary>
    public virtual double Surprise => 1;

    /// <summary>The update that was applied, without inflation, where it is one for the whole state: what it does to earlier states.</summary>
    public abstract EnsembleTransform? Transform { get; }

    /// <summary>Makes the smoother that carries the updates back; none or one for each analysis.</summary>
    /// <param name="lag">The number of steps that updates are carried back, at least 1.</param>
    public abstract ILagged CarryBack(int lag);

    /// <summary>Updates mean and anomalies.</summary>
    /// <param name="state">The ensemble.</param>
    /// <param name="observations">At least one observation.</param>
    /// <param name="random">The step's random numbers.</param>
    public abstract void Analyze(EnsembleState state, EnsembleObservations observations, CounterRandom random);
}
