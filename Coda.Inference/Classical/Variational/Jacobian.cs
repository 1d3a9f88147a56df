namespace Coda.Inference.Classical.Variational;

/// <summary>The values and derivatives of a map at a batch of states. Not thread-safe: one for each worker.</summary>
internal sealed class Jacobian : IDisposable
{
    private const double CheckTolerance = 1e-3; // of single precision; a missing entry is far beyond it

    private readonly ITangentMap _map;
    private JacobianPattern _pattern;
    private double[] _compressed = []; // [batch, colour + 1, output]
    private double[] _values = [];     // [batch, output]
    private bool _isFixed;             // the derivative at index 0 is that at every state

    /// <summary>Makes one worker's derivatives.</summary>
    /// <param name="map">The map; disposed with this.</param>
    /// <param name="pattern">Its pattern.</param>
    public Jacobian(ITangentMap map, JacobianPattern pattern) => (_map, _pattern) = (map, pattern);

    /// <summary>The length of what goes in.</summary>
    public int InputSize => _map.InputSize;

    /// <summary>The length of what comes out.</summary>
    public int OutputSize => _map.OutputSize;

    /// <summary>For each column, the rows that can differ from 0.</summary>
    public int[][] RowsOf => _pattern.RowsOf;

    /// <summary>For each row, the columns that can differ from 0.</summary>
    public int[][] ColumnsOf => _pattern.ColumnsOf;

    /// <summary>The map alone.</summary>
    /// <param name="states">The states. [batch, input]</param>
    /// <param name="values">Takes the values. [batch, output]</param>
    /// <param name="count">The number of states.</param>
    public void Apply(ReadOnlySpan<double> states, Span<double> values, int count) => _map.Apply(states, values, count);

    /// <summary>Computes values and derivatives.</summary>
    /// <param name="states">The states. [batch, input]</param>
    /// <param name="count">Their number.</param>
    public void Evaluate(ReadOnlySpan<double> states, int count)
    {
        Reserve(count);
        if (_isFixed)
        {
            _map.Apply(states, _values, count);
            return;
        }

        _map.Push(states, _pattern.Perturbations, _values, _compressed, count);
        if (_pattern.ColourCount < InputSize && !Check(count))
        {
            _pattern = JacobianPattern.Dense(InputSize, OutputSize);
            Evaluate(states, count);
        }

        _isFixed = _pattern.IsConstant;
    }

    /// <summary>The value at one of the states. [output]</summary>
    /// <param name="index">The state's place in the batch.</param>
    public ReadOnlySpan<double> Value(int index) => _values.AsSpan(index * OutputSize, OutputSize);

    /// <summary>One entry of the derivative at one of the states.</summary>
    /// <param name="index">The state's place in the batch.</param>
    /// <param name="row">The output.</param>
    /// <param name="column">The input, one of <see cref="ColumnsOf"/> that row.</param>
    public double Entry(int index, int row, int column) => _compressed[Start(index, _pattern.ColourOf[column]) + row];

    /// <summary>Writes the derivative at one of the states, and its transpose; entries that are always 0 are left as they are.</summary>
    /// <param name="index">The state's place in the batch.</param>
    /// <param name="matrix">Takes the derivative. [output, input]</param>
    /// <param name="stride">The length of a row.</param>
    /// <param name="transpose">Takes its transpose. [input, output]</param>
    /// <param name="transposeStride">The length of a row.</param>
    public void Expand(int index, Span<double> matrix, int stride, Span<double> transpose, int transposeStride)
    {
        for (var column = 0; column < InputSize; column++)
        {
            var source = _compressed.AsSpan(Start(index, _pattern.ColourOf[column]), OutputSize);
            var target = transpose.Slice(column * transposeStride, OutputSize);
            foreach (var row in _pattern.RowsOf[column])
            {
                target[row] = source[row];
                matrix[(row * stride) + column] = source[row];
            }
        }
    }

    /// <summary>Frees the map.</summary>
    public void Dispose() => _map.Dispose();

    // The derivative in a general direction, against the sum over the entries that were read.
    private bool Check(int count)
    {
        var direction = _pattern.Perturbations.AsSpan(_pattern.ColourCount * InputSize, InputSize);
        for (var index = 0; index < count; index++)
        {
            var expected = _compressed.AsSpan(Start(index, _pattern.ColourCount), OutputSize);
            for (var row = 0; row < OutputSize; row++)
            {
                var (sum, size) = (0.0, 1e-300);
                foreach (var column in _pattern.ColumnsOf[row])
                {
                    var term = Entry(index, row, column) * direction[column];
                    (sum, size) = (sum + term, size + Math.Abs(term));
                }

                if (Math.Abs(sum - expected[row]) > CheckTolerance * (size + Math.Abs(expected[row])))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private int Start(int index, int member) => (((_isFixed ? 0 : index) * (_pattern.ColourCount + 1)) + member) * OutputSize;

    private void Reserve(int count)
    {
        if (_values.Length < count * OutputSize)
        {
            _values = new double[count * OutputSize];
        }

        if (!_isFixed && _compressed.Length < count * OutputSize * (_pattern.ColourCount + 1))
        {
            _compressed = new double[count * OutputSize * (_pattern.ColourCount + 1)];
        }
    }
}
