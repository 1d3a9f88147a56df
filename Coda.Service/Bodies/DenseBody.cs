using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Coda.Service.Bodies;

/// <summary>Rows of numbers of one length; null where nothing was observed.</summary>
/// <remarks>In two flat lists, so that no body takes many times its own size. NaN, which JSON lacks, stands for null.</remarks>
/// <param name="entries">The entries of all rows, one row after another.</param>
/// <param name="ends">For each row the number of entries up to its end.</param>
[JsonConverter(typeof(DenseBodyConverter))]
internal sealed class DenseBody(List<float> entries, List<int> ends)
{
    /// <summary>The number of rows.</summary>
    public int Count => ends.Count;

    /// <summary>The entries of one row.</summary>
    /// <param name="row">The row.</param>
    public ReadOnlySpan<float> this[int row]
    {
        get
        {
            var start = row == 0 ? 0 : ends[row - 1];
            return CollectionsMarshal.AsSpan(entries)[start..ends[row]];
        }
    }
}
