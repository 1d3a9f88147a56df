namespace Coda.Classical.Variational.Smoothing;

/// <summary>What one Gauss-Newton pass did.</summary>
/// <param name="Change">The root mean square of the change; not a number where the passes diverge.</param>
/// <param name="IsSolved">Whether the linear equations were solved to their tolerance; always, where they are solved directly.</param>
/// <param name="Iterations">Iterations of conjugate gradients; 0 where the equations are solved directly.</param>
/// <param name="Decrease">What the pass lowers twice the cost by, if the model is as linear as it takes it to be, over the number of observations; nothing
/// where it is not known.</param>
internal readonly record struct Pass(double Change, bool IsSolved = true, int Iterations = 0, double? Decrease = null);
