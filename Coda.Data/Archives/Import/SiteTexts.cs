using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Coda.Data.Archives.Import;

/// <summary>
/// The texts that stand for sites, numbered as they come (columns of sites as they were named); when all are known, it says which are
/// indices and which are names.
/// </summary>
/// <remarks>
/// Integers from 0 are indices (7.0 is 7) unless one has a leading zero, or all are large for their number, as those of stations are:
/// then all are names. Names and indices do not mix.
/// </remarks>
internal sealed class SiteTexts
{
    private const int Most = 1 << 20;
    private const int AlwaysDense = 1000; // indices below it may have gaps
    private const int LeastDense = 16; // of so many others, one is observed

    private const string CureOfMixtures = "Correct the row; where all are names, give them in the order of their index with --site-names.";

    private readonly ImportOptions _options;
    private readonly Dictionary<byte[], int> _ids;
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<(string Text, string File, long Row)> _texts; // with the place where each stands first

    /// <summary>Makes a table without texts.</summary>
    /// <param name="options">The names, where they are given, and the number of sites.</param>
    public SiteTexts(ImportOptions options)
    {
        _options = options;
        _ids = new(new BytesComparer());
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<byte>>();
        _texts = [.. (options.SiteColumns ?? []).Select(column => (column, options.Files[0], 0L))];
    }

    /// <summary>The number of a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="rows">Where it stands.</param>
    /// <exception cref="InvalidDataException">It is empty or no text, or there are too many.</exception>
    public int IdOf(ReadOnlySpan<byte> text, FieldRows rows)
    {
        if (_lookup.TryGetValue(text, out var id))
        {
            return id;
        }

        var place = $"{rows.Path}, data row {rows.Row}";
        if (!Utf8.IsValid(text))
        {
            throw TextEncodings.Fault(place, text);
        }

        if (text.Length == 0 || _texts.Count == Most)
        {
            throw text.Length == 0
                ? new InvalidDataException($"{place}: site: expected an integer from 0 or a name, got ''. Correct the row or leave it out.")
                : new InvalidDataException($"{place}: site: expected at most {Most} different sites, got more. Check which column has the sites.");
        }

        _texts.Add((Encoding.UTF8.GetString(text), rows.Path, rows.Row));
        return _ids[text.ToArray()] = _texts.Count - 1;
    }

    /// <summary>The sites' indices, once every text is known.</summary>
    /// <returns>The names in the order of their index, where sites have names; and the index of each text.</returns>
    /// <exception cref="InvalidDataException">Names and indices are mixed, or a name is not among those given.</exception>
    public (IReadOnlyList<string>? Names, int[] Indices) Number()
    {
        var integers = _texts.Select(t => IntegerOf(t.Text)).ToArray();
        if ((_options.SiteNames ?? _options.SiteColumns) is { } names)
        {
            return Named(names, integers);
        }

        if (AreIndices(integers))
        {
            RefuseFirst(i => integers[i] is null, "an integer from 0, as other sites are", CureOfMixtures);
            return (null, [.. integers.Select(i => (int)i!.Value)]);
        }

        RefuseFirst(
            i => double.TryParse(_texts[i].Text, CultureInfo.InvariantCulture, out _) && integers[i] is null && !_texts[i].Text.All(char.IsAsciiDigit),
            "an integer from 0, or a name that is no number", "Correct the row, or give the sites in the order of their index with --site-names.");
        var sites = _texts.Select((t, i) => NameOf(t.Text, integers[i])).ToList();
        var areNumbers = sites.All(site => site.All(char.IsAsciiDigit));
        List<string> sorted = [.. sites.Distinct().OrderBy(site => areNumbers ? site.TrimStart('0').Length : 0).ThenBy(site => site, StringComparer.Ordinal)];
        return Named(sorted, integers);
    }

    private (IReadOnlyList<string>? Names, int[] Indices) Named(IReadOnlyList<string> names, long?[] integers)
    {
        names = SiteBinding.Of(_options, names).Names;
        return (names, Match(names, integers));
    }

    private static string NameOf(string text, long? integer) => integer?.ToString(CultureInfo.InvariantCulture) ?? text; // 41001.0 is 41001

    private int? Stated => _options.SiteCount ?? _options.Locations?.Count ?? _options.Layout?.Size;

    // An integer from 0 without a leading zero, also as 7.0.
    private static long? IntegerOf(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? text : text[(point + 1)..].All(c => c == '0') ? text[..point] : "";
        return digits.Length is > 0 and < 19 && digits.All(char.IsAsciiDigit) && (digits.Length == 1 || digits[0] != '0')
            ? long.Parse(digits, CultureInfo.InvariantCulture)
            : null;
    }

    // Whether the integers are indices. A few among the numbers of stations, or the other way round, are neither.
    private bool AreIndices(long?[] integers)
    {
        var count = integers.Where(i => i is not null).Distinct().Count();
        if (count == 0 || _texts.Any(t => t.Text is ['0', _, ..] && t.Text.All(char.IsAsciiDigit)))
        {
            return false;
        }

        var end = _options.Sparse ? int.MaxValue - 1 : Math.Max(Math.Max(Stated ?? 0, AlwaysDense), Math.Min((long)LeastDense * count, int.MaxValue - 1));
        var areSmall = integers.Any(i => i < end);
        if (areSmall)
        {
            RefuseFirst(i => integers[i] >= end, $"an integer below {end}, as other sites are", CureOfMixtures);
        }

        return areSmall;
    }

    private void RefuseFirst(Func<int, bool> isFaulty, string expected, string cure)
    {
        for (var id = 0; id < _texts.Count; id++)
        {
            if (isFaulty(id))
            {
                throw Fault(id, expected, cure);
            }
        }
    }

    private int[] Match(IReadOnlyList<string> names, long?[] integers)
    {
        var order = names.Index().ToDictionary(n => n.Item, n => n.Index, StringComparer.Ordinal);
        var expected = $"one of {names.Count} names ({string.Join(", ", names.Take(5).Select(CellText.Of))}{(names.Count > 5 ? ", ..." : "")})";
        return [.. _texts.Select((t, i) => order.TryGetValue(t.Text, out var index) || order.TryGetValue(NameOf(t.Text, integers[i]), out index)
            ? index
            : throw Fault(i, expected, "Correct the row or add the name."))];
    }

    private InvalidDataException Fault(int id, string expected, string cure) =>
        new($"{_texts[id].File}, data row {_texts[id].Row}: site: expected {expected}, got '{CellText.Of(_texts[id].Text)}'. {cure}");

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
