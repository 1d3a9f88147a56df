using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Mapping;

/// <summary>Reads the vectors that a function is given, and checks them. For one thread.</summary>
/// <param name="mapper">The transformer, bound.</param>
/// <param name="row">Where they come from.</param>
internal sealed class InputReader(RowMapper mapper, DataViewRow row)
{
    private readonly ValueGetter<VBuffer<float>> _getter = mapper.InputGetter(row);
    private VBuffer<float> _buffer;

    /// <summary>Copies the current row's vector.</summary>
    /// <param name="destination">As long as the function's input.</param>
    /// <exception cref="InvalidOperationException">The vector has another length, or an entry is not finite; the message names column, row, expected and
    /// got.</exception>
    public void Read(Span<float> destination)
    {
        _getter(ref _buffer);
        Copy(mapper.Transformation.InputColumnName, row.Position, in _buffer, destination);
    }

    /// <summary>Checks and copies a vector.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="position">The row's place in its cursor.</param>
    /// <param name="source">The vector.</param>
    /// <param name="destination">Where it goes.</param>
    /// <exception cref="InvalidOperationException">As for <see cref="Read"/>.</exception>
    public static void Copy(string column, long position, in VBuffer<float> source, Span<float> destination)
    {
        if (source.Length != destination.Length)
        {
            throw new InvalidOperationException($"Column '{column}', row {position}: expected a vector of {destination.Length} values, got {source.Length}.");
        }

        source.CopyTo(destination);
        if (!TensorPrimitives.IsFiniteAll<float>(destination))
        {
            var at = destination.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            throw new InvalidOperationException(FormattableString.Invariant(
                $"Column '{column}', row {position}: expected finite values, got {destination[at]} in entry {at}. Missing observations are 0 with mask 0."));
        }
    }
}
