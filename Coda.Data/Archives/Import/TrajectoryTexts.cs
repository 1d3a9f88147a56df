using System.Text;
using System.Text.Unicode;

namespace Coda.Data.Archives.Import;

/// <summary>The texts that stand for trajectories: integers from 0, or names, numbered as they come. The first says which all are.</summary>
internal sealed class TrajectoryTexts
{
    private const int Most = 1 << 20;

    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _numbers = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private bool? _areNames;

    /// <summary>Makes a table without texts.</summary>
    /// <param name="mayBeNames">Whether they may be names.</param>
    public TrajectoryTexts(bool mayBeNames = true) =>
        (_lookup, _areNames) = (_numbers.GetAlternateLookup<ReadOnlySpan<char>>(), mayBeNames ? null : false);

    /// <summary>What a text must be, in words.</summary>
    public string Expected => _areNames == true ? $"a name of at most {MostLetters} letters, of at most {Most} in all" : "an integer from 0";

    /// <summary>The names in the order of their number; <see langword="null"/> where trajectories are numbers.</summary>
    public IReadOnlyList<string>? Names => _areNames == true ? _names : null;

    /// <summary>The number of the trajectory that a text stands for.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="format">How numbers are written.</param>
    /// <param name="trajectory">The number.</param>
    /// <returns>Whether the text stands for one.</returns>
    public bool TryRead(ReadOnlySpan<byte> text, NumberFormat format, out int trajectory)
    {
        _areNames ??= text.Length > 0 && !format.TryParse(text, out _);
        return _areNames.Value ? TryName(text, out trajectory) : format.TryParseInteger(text, out trajectory) && trajectory >= 0;
    }

    private const int MostLetters = 200;

    private bool TryName(ReadOnlySpan<byte> text, out int trajectory)
    {
        trajectory = 0;
        if (text.Length is 0 or > MostLetters || !Utf8.IsValid(text))
        {
            return false;
        }

        Span<char> letters = stackalloc char[MostLetters];
        var name = letters[..Encoding.UTF8.GetChars(text, letters)];
        if (_lookup.TryGetValue(name, out trajectory))
        {
            return true;
        }

        if (_names.Count == Most || name.ContainsAnyInRange('\0', '\u001F'))
        {
            return false;
        }

        trajectory = _names.Count;
        _names.Add(name.ToString());
        _numbers.Add(_names[^1], trajectory);
        return true;
    }
}
