using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Coda.Data.Archives.Import;

/// <summary>
/// The rows of a CSV file after its header, by RFC 4180: quotes around a field hold delimiters, line ends and doubled quotes. Nothing is skipped but blank
/// lines and lines that begin with #. A row may lack fields at its end that nobody asked for.
/// </summary>
internal sealed class CsvRows : FieldRows
{
    private const byte Quote = (byte)'"';
    private const int MostBytes = 1 << 26; // of a row

    private readonly Stream _stream;
    private readonly List<(int Start, int End, bool IsQuoted)> _fields = [];
    private readonly string[] _columns;
    private readonly byte _delimiter;
    private readonly SearchValues<byte> _ends;
    private byte[] _buffer = new byte[1 << 18];
    private int _start; // of the next record
    private int _end; // of what was read
    private bool _isAtEnd;
    private bool _hasLineEnd; // of the last record
    private readonly int _mostFields;
    private readonly bool _isHeader = true; // until the constructor's end
    private IReadOnlyList<int> _chosen = [];

    /// <summary>Reads the header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stream">Its bytes, UTF-8; owned.</param>
    /// <param name="dialect">How it is written.</param>
    /// <param name="wanted">The columns that the header is known by.</param>
    /// <param name="mostFields">The most fields of a row.</param>
    /// <exception cref="InvalidDataException">There is no header, or it cannot be read.</exception>
    public CsvRows(string path, Stream stream, CsvDialect dialect, IReadOnlyList<string> wanted, int mostFields = int.MaxValue)
        : base(path)
    {
        (_stream, Numbers, _mostFields) = (stream, new NumberFormat(dialect.HasComma), mostFields);
        if (!SkipLines())
        {
            throw new InvalidDataException($"{path}: expected a header line with the columns' names, got an empty file. Check the path.");
        }

        var start = _start;
        (_columns, _delimiter, _ends) = ([], 0, SearchValues.Create(""u8));
        foreach (var delimiter in dialect.Delimiters)
        {
            (_start, _ends) = (start, EndsOf(delimiter));
            ReadRecord(delimiter);
            var columns = Enumerable.Range(0, _fields.Count).Select(i => Name(FieldAt(i))).ToArray();
            if (columns.Length > _columns.Length || _columns.Length == 0)
            {
                (_columns, _delimiter) = (columns, delimiter);
            }

            if (ColumnNames.HasAll(columns, wanted))
            {
                (_columns, _delimiter) = (columns, delimiter);
                break;
            }
        }

        _ends = EndsOf(_delimiter);
        _start = start;
        ReadRecord(_delimiter);
        _isHeader = false;
    }

    /// <inheritdoc/>
    public override NumberFormat Numbers { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => _columns;

    /// <inheritdoc/>
    public override bool Next()
    {
        if (!SkipLines())
        {
            return false;
        }

        Row++;
        ReadRecord(_delimiter);
        if (_fields.Count == _columns.Length || (_fields.Count < _columns.Length && _hasLineEnd && _chosen.All(c => c < _fields.Count)))
        {
            return true;
        }

        if (_fields.Count < _columns.Length && !_hasLineEnd)
        {
            throw Fault(
                $"expected {_columns.Length} fields or a line's end behind fewer, got the file's end behind {_fields.Count}",
                "Restore a file that was cut off; end the row where it is whole.");
        }

        var got = string.Join(", ", Enumerable.Range(0, Math.Min(_fields.Count, 10)).Select(i => CellText.Of(FieldAt(i))));
        throw Fault(
            $"expected {_columns.Length} fields, as the header has, got {_fields.Count} ({got})", "Correct the row; where the columns change, split the file.");
    }

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();

    /// <inheritdoc/>
    protected override void Choose(IReadOnlyList<int> columns) => _chosen = columns;

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> Read(int wanted) => FieldAt(_chosen[wanted]);

    private static SearchValues<byte> EndsOf(byte delimiter) => SearchValues.Create([delimiter, (byte)'\n', (byte)'\r', Quote]);

    private string Name(ReadOnlySpan<byte> field) =>
        Utf8.IsValid(field) && !field.Contains((byte)0) ? Encoding.UTF8.GetString(field).Trim() : throw TextEncodings.Fault($"{Path}, header", field);

    private ReadOnlySpan<byte> FieldAt(int index)
    {
        var (start, end, isQuoted) = _fields[index];
        var field = _buffer.AsSpan(start, end - start);
        return !isQuoted || field.IndexOf(Quote) < 0
            ? field
            : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(field).Replace("\"\"", "\"", StringComparison.Ordinal));
    }

    // Goes to the start of the next record; false at the end of the file.
    private bool SkipLines()
    {
        while (true)
        {
            if (_start == _end && !Fill())
            {
                return false;
            }

            var rest = _buffer.AsSpan(_start, _end - _start);
            if (_isHeader && _start == 0 && rest.StartsWith("\uFEFF"u8))
            {
                _start = 3;
            }
            else if (rest[0] is not ((byte)'#' or (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t'))
            {
                return true;
            }
            else if (rest.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var end)
            {
                if (rest[0] != '#' && rest[..end].ContainsAnyExcept(" \t"u8))
                {
                    return true;
                }

                Comments += rest[0] == '#' ? 1 : 0;
                _start += end + 1;
            }
            else if (!Fill())
            {
                Comments += rest[0] == '#' ? 1 : 0;
                var isRecord = rest[0] != '#' && rest.ContainsAnyExcept(" \t"u8);
                _start = isRecord ? _start : _end;
                return isRecord;
            }
        }
    }

    private void ReadRecord(byte delimiter)
    {
        while (!TryRecord(delimiter))
        {
            Fill();
        }
    }

    // Whether the buffer holds the whole record; if so, finds its fields and goes behind it.
    private bool TryRecord(byte delimiter)
    {
        _fields.Clear();
        var data = _buffer.AsSpan(0, _end);
        var at = _start;
        while (true)
        {
            if (!(at < data.Length && data[at] == Quote ? TryQuoted(data, delimiter, ref at) : TryPlain(data, ref at)))
            {
                return false;
            }

            if (at == data.Length)
            {
                (_start, _hasLineEnd) = (at, false);
                return _isAtEnd;
            }

            if (data[at] == delimiter)
            {
                at++;
                if (_fields.Count >= _mostFields)
                {
                    throw Fault(FormattableString.Invariant($"expected at most {_mostFields} fields, got more"), "Leave columns out that nobody reads.");
                }

                continue;
            }

            if (data[at] == '\r' && at + 1 == data.Length && !_isAtEnd)
            {
                return false;
            }

            (_start, _hasLineEnd) = (at + (data[at] == '\r' && at + 1 < data.Length && data[at + 1] == '\n' ? 2 : 1), true);
            return true;
        }
    }

    private bool TryPlain(ReadOnlySpan<byte> data, ref int at)
    {
        var length = data[at..].IndexOfAny(_ends);
        if (length < 0 && !_isAtEnd)
        {
            return false;
        }

        var end = length < 0 ? data.Length : at + length;
        if (end < data.Length && data[end] == Quote)
        {
            throw Fault(
                $"expected quotes around whole fields (RFC 4180), got one within '{Shown(data, at, end - at + 10)}'",
                "Quote the field, and double the quotes in it.");
        }

        _fields.Add((at, end, false));
        at = end;
        return true;
    }

    private bool TryQuoted(ReadOnlySpan<byte> data, byte delimiter, ref int at)
    {
        var (start, end) = (at + 1, at + 1);
        while (true)
        {
            var length = data[end..].IndexOf(Quote);
            if (length < 0)
            {
                return !_isAtEnd ? false : throw Fault(
                    $"expected a closing quote, got none after '{Shown(data, start, 40)}'", "Close the quote, and double quotes within a field.");
            }

            end += length;
            if (end + 1 == data.Length || data[end + 1] != Quote)
            {
                break;
            }

            end += 2;
        }

        if (end + 1 == data.Length && !_isAtEnd)
        {
            return false;
        }

        at = end + 1;
        if (at < data.Length && data[at] != delimiter && data[at] is not ((byte)'\n' or (byte)'\r'))
        {
            throw Fault($"expected a delimiter or the line's end behind a closing quote, got '{Shown(data, at, 10)}'", "Double quotes within a field.");
        }

        _fields.Add((start, end, true));
        return true;
    }

    private static string Shown(ReadOnlySpan<byte> data, int start, int length) => CellText.Of(data[start..Math.Min(start + length, data.Length)]);

    private InvalidDataException Fault(string fault, string cure) => new($"{Path}, {(_isHeader ? "header" : $"data row {Row}")}: {fault}. {cure}");

    private bool Fill()
    {
        if (_isAtEnd)
        {
            return false;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == MostBytes)
        {
            throw Fault($"expected rows of at most {MostBytes >> 20} MiB, got a longer one", "Close its quotes, or check that the file is CSV.");
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var before = _end;
        while (_end < _buffer.Length && !_isAtEnd)
        {
            var count = ReadStream();
            _end += count;
            _isAtEnd = count == 0;
        }

        return _end > before;
    }

    private int ReadStream()
    {
        try
        {
            return _stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException(
                $"{Path}: expected text in the encoding that was stated, got bytes that are none, after data row {Row}. "
                + "State the one that the file has with --encoding.");
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{Path}: expected a whole gzip file, got one that is damaged after data row {Row}. Restore it from a copy.", fault);
        }
    }
}
