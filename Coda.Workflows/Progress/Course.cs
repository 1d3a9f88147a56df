namespace Coda.Workflows.Progress;

/// <summary>How a number went so far, in bounded memory: neighbours become their mean where there are too many values.</summary>
internal sealed class Course
{
    private const int Most = 128;

    private readonly List<double> _means = [];
    private double _sum;
    private int _count;
    private int _share = 1; // of values in a mean

    /// <summary>The means, oldest first; new memory.</summary>
    public IReadOnlyList<double> Means => [.. _means];

    /// <summary>Adds the next value.</summary>
    /// <param name="value">The value.</param>
    public void Add(double value)
    {
        (_sum, _count) = (_sum + value, _count + 1);
        if (_count < _share)
        {
            return;
        }

        _means.Add(_sum / _count);
        (_sum, _count) = (0, 0);
        if (_means.Count == Most)
        {
            for (var i = 0; i < Most / 2; i++)
            {
                _means[i] = (_means[2 * i] + _means[(2 * i) + 1]) / 2;
            }

            _means.RemoveRange(Most / 2, Most / 2);
            _share *= 2;
        }
    }
}
