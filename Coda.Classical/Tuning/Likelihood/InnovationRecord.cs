using Coda.Classical.Observed;

namespace Coda.Classical.Tuning.Likelihood;

/// <summary>The innovations of one window's filter and their variances, in the order of its observations.</summary>
internal sealed class InnovationRecord : IInnovations
{
    private readonly List<double> _innovations = [];
    private readonly List<double> _variances = [];

    /// <summary>Whether what comes counts; not in the steps in which a filter still looks for the truth.</summary>
    public bool IsCounting { get; set; }

    /// <summary>The number that count.</summary>
    public int Count => _innovations.Count;

    /// <summary>d, an observation's departure from the forecast that knows those before it.</summary>
    /// <param name="i">The observation.</param>
    public double Innovation(int i) => _innovations[i];

    /// <summary>s = H P Hᵀ + R, the variance that d is said to have.</summary>
    /// <param name="i">The observation.</param>
    public double Variance(int i) => _variances[i];

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _innovations.Clear();
        _variances.Clear();
    }

    /// <inheritdoc/>
    public void Begin(int count)
    {
    }

    /// <inheritdoc/>
    public void Add(int site, double value, double innovation, double spread, double error)
    {
        if (IsCounting)
        {
            _innovations.Add(innovation);
            _variances.Add(spread + error);
        }
    }

    /// <summary>Sums up what came.</summary>
    public InnovationSum Sum()
    {
        var (squares, logarithms) = (0.0, 0.0);
        for (var i = 0; i < Count; i++)
        {
            squares += _innovations[i] * _innovations[i] / _variances[i];
            logarithms += Math.Log(_variances[i]);
        }

        return new InnovationSum(Count, squares, logarithms);
    }
}
