namespace Coda.Data.Scoring;

/// <summary>Collects spectra of states, in memory that does not grow with them.</summary>
/// <param name="shells">The number of wavelengths.</param>
internal sealed class SpectrumSum(int shells)
{
    private readonly double[] _truth = new double[shells];
    private readonly double[] _estimate = new double[shells];
    private readonly double[] _error = new double[shells];
    private long _count;

    /// <summary>Adds a wave of a state.</summary>
    /// <param name="shell">The number of its wavelength.</param>
    /// <param name="truth">The truth's power.</param>
    /// <param name="estimate">The estimate's.</param>
    /// <param name="error">The error's.</param>
    public void Add(int shell, double truth, double estimate, double error)
    {
        _truth[shell] += truth;
        _estimate[shell] += estimate;
        _error[shell] += error;
    }

    /// <summary>Ends a state.</summary>
    public void Close() => _count++;

    /// <summary>The means over states.</summary>
    /// <param name="field">The field's symbol.</param>
    /// <param name="unit">The unit of its values.</param>
    /// <param name="lead">The lead, in steps.</param>
    /// <param name="leadTime">The lead, in the archive's time unit.</param>
    /// <param name="wavelengths">The wavelengths.</param>
    public ErrorSpectrum Result(string field, string unit, int lead, double leadTime, IReadOnlyList<double> wavelengths) =>
        new(field, unit, lead, leadTime, wavelengths, Means(_truth), Means(_estimate), Means(_error), _count);

    private double[] Means(double[] sums) => [.. sums.Select(sum => sum / _count)];
}
