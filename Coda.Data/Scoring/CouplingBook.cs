namespace Coda.Data.Scoring;

/// <summary>Collects corrections beside the coupling that they stand for.</summary>
/// <param name="request">How to compare.</param>
internal sealed class CouplingBook(CouplingRequest request)
{
    private readonly ScoreSum _residuals = new();
    private readonly ScoreSum _couplings = new();
    private readonly PolynomialRegression _regression = new(request.Degrees.DefaultIfEmpty().Max());
    private readonly SortedDictionary<long, CouplingBinSum> _bins = [];

    /// <summary>Adds the values of one true state.</summary>
    /// <param name="trajectory">Its trajectory.</param>
    /// <param name="state">The true x. [space]</param>
    /// <param name="coupling">Its coupling. [space]</param>
    /// <param name="correction">The correction at it. [space]</param>
    public void Add(int trajectory, ReadOnlySpan<float> state, ReadOnlySpan<double> coupling, ReadOnlySpan<float> correction)
    {
        for (var i = 0; i < state.Length; i++)
        {
            _residuals.Add(trajectory, correction[i] - coupling[i]);
            _couplings.Add(trajectory, coupling[i]);
            _regression.Add(state[i], coupling[i]);
            BinOf(state[i]).Add(coupling[i], correction[i]);
        }
    }

    /// <summary>Adds the correction at an analysis, where the truth is another state.</summary>
    /// <param name="truth">The true value.</param>
    /// <param name="correction">The correction at the analysis.</param>
    public void AddAnalysis(double truth, double correction) => BinOf(truth).AddAnalysis(correction);

    /// <summary>What was collected.</summary>
    /// <exception cref="ArgumentException">Nothing was.</exception>
    public CouplingScore Result()
    {
        if (_residuals.Count == 0)
        {
            throw new ArgumentException("Expected at least one true state within the margins, got none; take a smaller margin.");
        }

        var ((mean, _), (square, _)) = (_couplings.Mean(), _couplings.RootMeanSquare());
        var (residual, deviation) = _residuals.RootMeanSquare();
        return new CouplingScore(
            _residuals.Count, mean, Math.Sqrt(Math.Max(0, (square * square) - (mean * mean))), _residuals.Mean().Value, residual, deviation,
            [.. request.Degrees.Select(_regression.Fit)],
            [.. _bins.Select(b => b.Value.Result(b.Key * request.BinWidth, (b.Key + 1) * request.BinWidth))]);
    }

    private CouplingBinSum BinOf(double x)
    {
        var index = (long)Math.Floor(x / request.BinWidth);
        Bins.Require(_bins.Count, request.BinWidth);
        return _bins.TryGetValue(index, out var bin) ? bin : _bins[index] = new CouplingBinSum();
    }
}
