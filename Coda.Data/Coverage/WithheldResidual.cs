namespace Coda.Data.Coverage;

/// <summary>What an estimate misses an observation by that it has not seen; all numbers on the scale of the observation's error.</summary>
/// <param name="Trajectory">The trajectory.</param>
/// <param name="Step">The step of the observation.</param>
/// <param name="Site">The operator's index.</param>
/// <param name="Error">The estimate less the observation.</param>
/// <param name="Spread">The estimate's standard deviation s, greater than 0.</param>
/// <param name="Deviation">The standard deviation σ of the observation's error, greater than 0.</param>
public readonly record struct WithheldResidual(int Trajectory, long Step, int Site, double Error, double Spread, double Deviation)
{
    /// <summary>The variance that the residual would have if the spread were right, s² + σ².</summary>
    public double Variance => (Spread * Spread) + (Deviation * Deviation);

    /// <summary>The nonconformity |y - x̂| / √(s² + σ²).</summary>
    public double Nonconformity => Math.Abs(Error) / Math.Sqrt(Variance);
}
