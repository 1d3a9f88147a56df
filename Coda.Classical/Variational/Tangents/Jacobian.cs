using System.Numerics;
using Coda.Classical.Numerics;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Tangents;

/// <summary>The values and derivatives of a map at a batch of states. Not thread-safe: one for each worker.</summary>
internal sealed class Jacobian : IDisposable
{
    private const double CheckTolerance = 1e-3; // of single precision; a missing entry is far beyond it
    private const double Least = 1e-300;        // where all is 0

    private readonly ITangentMap _map;
    private readonly double[] _row;    // the entries of one row
    private JacobianPattern _pattern;
    private double[] _compressed = []; // [batch, colour + 1, output]
    private double[] _values = [];     // [batch, output]
    private bool _isFixed;             // the derivative at index 0 is that at every state

    /// <summary>Makes one worker's derivatives.</summary>
    /// <param name="map">The map; disposed with this.</param>
    /// <param name="pattern">Its pattern.</param>
    public Jacobian(ITangentMap map, JacobianPattern pattern) => (_map, _pattern, _row) = (map, pattern, new double[map.InputSize]);

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
    /// <param name="forcing">The forcing over each state's step, where the map has one. [batch, 2, channel]</param>
    public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default) =>
        _map.Apply(states, values, count, forcing);

    /// <summary>Computes values and derivatives.</summary>
    /// <param name="states">The states. [batch, input]</param>
    /// <param name="count">Their number.</param>
    /// <param name="forcing">The forcing over each state's step, where the map has one. [batch, 2, channel]</param>
    public void Evaluate(ReadOnlySpan<double> states, int count, ReadOnlySpan<double> forcing = default)
    {
        Reserve(count);
        if (_isFixed)
        {
            _map.Apply(states, _values, count, forcing);
            return;
        }

        _map.Push(states, _pattern.Perturbations, _values, _compressed, count, forcing);
        if (_pattern.ColourCount < InputSize && !Check(count))
        {
            _pattern = JacobianPattern.Dense(InputSize, OutputSize);
            Evaluate(states, count, forcing);
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

    /// <summary>The derivative at one of the states times a matrix, by the entries that can differ from 0.</summary>
    /// <param name="index">The state's place in the batch.</param>
    /// <param name="right">The matrix. [input, column]</param>
    /// <param name="result">Takes the product. [output, column]</param>
    /// <param name="stride">The length of a row of either.</param>
    /// <param name="columns">Their columns.</param>
    public void Multiply(int index, ReadOnlySpan<double> right, Span<double> result, int stride, int columns)
    {
        for (var row = 0; row < OutputSize; row++)
        {
            MatrixProduct.MultiplyRow(Row(index, row), _pattern.ColumnsOf[row], right, stride, result[(row * stride)..], columns);
        }
    }

    /// <summary>Frees the map.</summary>
    public void Dispose() => _map.Dispose();

    // The derivative in a general direction, against the sum over the entries that were read.
    private bool Check(int count)
    {
        for (var index = 0; index < count; index++)
        {
            var images = _compressed.AsSpan(Start(index, 0), (_pattern.ColourCount + 1) * OutputSize);
            var row = 0;
            for (; row <= OutputSize - Vector<double>.Count; row += Vector<double>.Count)
            {
                if (Vector.GreaterThanAny(Excess(images, row), Vector<double>.Zero))
                {
                    return false;
                }
            }

            for (; row < OutputSize; row++)
            {
                if (ExcessOfOne(images, row) > 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    // By how much rows miss the tolerance.
    private Vector<double> Excess(ReadOnlySpan<double> images, int row)
    {
        var (sum, size) = (Vector<double>.Zero, new Vector<double>(Least));
        for (var place = row; place < _pattern.Weights.Length; place += OutputSize)
        {
            var term = new Vector<double>(images[place..]) * new Vector<double>(_pattern.Weights, place);
            (sum, size) = (sum + term, size + Vector.Abs(term));
        }

        var expected = new Vector<double>(images[(_pattern.Weights.Length + row)..]);
        return Vector.Abs(sum - expected) - (CheckTolerance * (size + Vector.Abs(expected)));
    }

    private double ExcessOfOne(ReadOnlySpan<double> images, int row)
    {
        var (sum, size) = (0.0, Least);
        for (var place = row; place < _pattern.Weights.Length; place += OutputSize)
        {
            var term = images[place] * _pattern.Weights[place];
            (sum, size) = (sum + term, size + Math.Abs(term));
        }

        var expected = images[_pattern.Weights.Length + row];
        return Math.Abs(sum - expected) - (CheckTolerance * (size + Math.Abs(expected)));
    }

    private ReadOnlySpan<double> Row(int index, int row)
    {
        var places = _pattern.PlacesOf[row];
        var source = _compressed.AsSpan(Start(index, 0));
        for (var k = 0; k < places.Length; k++)
        {
            _row[k] = source[places[k]];
        }

        return _row.AsSpan(0, places.Length);
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
