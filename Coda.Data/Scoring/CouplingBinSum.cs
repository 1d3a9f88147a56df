namespace Coda.Data.Scoring;

/// <summary>The sums of one bin of the true x.</summary>
internal sealed class CouplingBinSum
{
    private long _count;
    private double _coupling;
    private double _squares;
    private double _correction;
    private long _analysisCount;
    private double _correctionOfAnalyses;

    public void Add(double coupling, double correction)
    {
        _count++;
        _coupling += coupling;
        _squares += coupling * coupling;
        _correction += correction;
    }

    public void AddAnalysis(double correction)
    {
        _analysisCount++;
        _correctionOfAnalyses += correction;
    }

    public CouplingBin Result(double from, double to)
    {
        var mean = _coupling / _count;
        return new CouplingBin(
            from, to, _count, mean, Math.Sqrt(Math.Max(0, (_squares / _count) - (mean * mean))), _correction / _count,
            _analysisCount, _analysisCount > 0 ? _correctionOfAnalyses / _analysisCount : null);
    }
}
