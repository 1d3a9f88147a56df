using Coda.Data.Dynamics;

namespace Coda.Inference.Classical;

/// <summary>Stops a filter that has lost the truth, by what its innovations say.</summary>
/// <remarks>
/// Over about the last 500 observations, a filter has diverged when its innovations are larger than the observations' departures from their own climate, and far
/// larger than its spread allows: mean d² > 1.2 climatological variance, and mean d² / (H P Hᵀ + R) > 2. Nothing is said before there were 50 observations for each
/// state entry, in which a filter that starts from climatology may still look for the truth.
/// </remarks>
/// <param name="method">The method's name.</param>
/// <param name="climate">The observations' climate.</param>
/// <param name="size">The length of one state.</param>
/// <param name="cure">What a user may try, a sentence.</param>
internal sealed class InnovationWatch(string method, ObservedClimate climate, int size, string cure)
{
    private const double Memory = 500;
    private const double Enough = 200;
    private const double Grace = 50;
    private const double WorseThanClimate = 1.2;
    private const double WorseThanSpread = 2;

    private double _seen;
    private double _weight;
    private double _consistency;
    private double _climatology;
    private double _square;
    private double _spread;
    private int _count;

    /// <summary>Begins a step.</summary>
    /// <param name="count">Its number of observations.</param>
    public void Begin(int count)
    {
        var keep = Math.Max(0, 1 - (count / Memory));
        (_weight, _consistency, _climatology, _square) = (keep * _weight, keep * _consistency, keep * _climatology, keep * _square);
        (_seen, _spread, _count) = (_seen + count, 0, count);
    }

    /// <summary>Takes an observation of the step in.</summary>
    /// <param name="site">Its site.</param>
    /// <param name="innovation">d, its departure from the forecast.</param>
    /// <param name="spread">H P Hᵀ, the forecast's variance there.</param>
    /// <param name="error">R, the variance of its error.</param>
    public void Add(int site, double innovation, double spread, double error)
    {
        var square = innovation * innovation;
        _weight++;
        _consistency += square / (spread + error);
        _square += square;
        _climatology += square / climate.Variance[site];
        _spread += spread / _count;
    }

    /// <summary>Judges the filter after a step.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The model step.</param>
    /// <exception cref="DivergenceException">The filter has lost the truth.</exception>
    public void Judge(int trajectory, long step)
    {
        if (_weight >= Enough && _seen >= Grace * size && _consistency > WorseThanSpread * _weight && _climatology > WorseThanClimate * _weight)
        {
            throw new DivergenceException(FormattableString.Invariant($"{method}: trajectory {trajectory} diverged at step {step}: spread {Math.Sqrt(_spread):G3}. {this} {cure}"));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _weight == 0 ? "No innovations yet." : FormattableString.Invariant(
        $"Innovations: root mean square {Math.Sqrt(_square / _weight):G3}, {Math.Sqrt(_consistency / _weight):G3} times what spread and observation error allow (expected about 1), {Math.Sqrt(_climatology / _weight):G3} times the observations' climatological deviation.");
}
