using System.Globalization;
using System.Text;

namespace Coda.Data.Archives.Import;

/// <summary>Values that stand for none. Numbers are compared in single precision, which is what an archive keeps.</summary>
internal sealed class MissingValues
{
    private readonly byte[][] _texts;
    private readonly float[] _numbers;

    /// <summary>Takes them as text.</summary>
    /// <param name="missing">The values.</param>
    public MissingValues(IReadOnlyList<string> missing)
    {
        _texts = [.. missing.Select(m => Encoding.UTF8.GetBytes(m.Trim())).OrderBy(m => m.Length)];
        _numbers = [.. missing.Select(m => float.TryParse(m, CultureInfo.InvariantCulture, out var number) ? number : float.NaN).Where(n => !float.IsNaN(n))];
    }

    /// <summary>Whether a text is one of them.</summary>
    /// <param name="text">UTF-8, without blanks around it.</param>
    public bool Contains(ReadOnlySpan<byte> text)
    {
        foreach (var missing in _texts)
        {
            if (text.SequenceEqual(missing))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a number is one of them.</summary>
    /// <param name="number">The number.</param>
    public bool Contains(float number) => _numbers.AsSpan().Contains(number);
}
