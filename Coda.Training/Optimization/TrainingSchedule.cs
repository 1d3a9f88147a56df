namespace Coda.Training.Optimization;

/// <summary>The learning rate's course over a run, a pure function of the step.</summary>
public static class TrainingSchedule
{
    /// <summary>The share of the full rate at a step: a linear rise, then half a cosine to 0 (Loshchilov and Hutter, 2017).</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="warmUp">The number of steps of the rise.</param>
    /// <param name="steps">The number of steps of the run.</param>
    public static double Rate(int step, int warmUp, int steps) => step < warmUp
        ? (step + 1.0) / warmUp
        : 0.5 * (1 + Math.Cos(Math.PI * (step - warmUp) / Math.Max(1, steps - warmUp)));
}
