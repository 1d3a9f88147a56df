namespace Coda.Classical.Numerics;

/// <summary>Residuals whose sum of squares is to be least.</summary>
internal interface ILeastSquares
{
    /// <summary>The residuals at a point; one that is not finite rules the point out. [residual]</summary>
    /// <param name="point">The point. [unknown]</param>
    double[] Residuals(double[] point);

    /// <summary>Their derivatives at a point. [residual, unknown]</summary>
    /// <param name="point">The point. [unknown]</param>
    /// <param name="residuals">The residuals there.</param>
    double[,] Derivatives(double[] point, double[] residuals);
}
