using Microsoft.ML.Data;

namespace Coda.Pipelines.Mapping;

/// <summary>Copies into ML.NET's vectors.</summary>
internal static class VectorCopy
{
    /// <summary>Makes a dense vector, in the memory that is there if it serves.</summary>
    /// <param name="source">The values.</param>
    /// <param name="destination">The vector.</param>
    public static void To(ReadOnlySpan<float> source, ref VBuffer<float> destination)
    {
        var editor = VBufferEditor.Create(ref destination, source.Length);
        source.CopyTo(editor.Values);
        destination = editor.Commit();
    }
}
