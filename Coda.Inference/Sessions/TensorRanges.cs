using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Coda.Inference.Sessions;

/// <summary>The ranges that tensors of an ONNX file take over a record, from outputs of single numbers that the file was given for it.</summary>
public static class TensorRanges
{
    /// <summary>Runs the file on every input.</summary>
    /// <param name="path">The file.</param>
    /// <param name="input">The name of its input.</param>
    /// <param name="tensors">The tensors' names.</param>
    /// <param name="least">What follows a name in that of the output with its least value.</param>
    /// <param name="greatest">What follows a name in that of the output with its greatest value.</param>
    /// <param name="inputs">Inputs with their shapes.</param>
    /// <param name="cancellation">Stops between inputs.</param>
    /// <exception cref="InvalidDataException">The file cannot be run, or there is no input.</exception>
    public static IReadOnlyDictionary<string, (float Least, float Greatest)> Of(
        string path, string input, IReadOnlyList<string> tensors, string least, string greatest, IEnumerable<(float[] Values, long[] Shape)> inputs,
        CancellationToken cancellation = default)
    {
        OnnxLibrary.Require();
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var session = Open(path, options);
        using var run = new RunOptions();
        string[] outputs = [.. tensors.Select(t => t + least), .. tensors.Select(t => t + greatest)];
        var ranges = tensors.ToDictionary(t => t, _ => (Least: float.PositiveInfinity, Greatest: float.NegativeInfinity));
        foreach (var (values, shape) in inputs)
        {
            cancellation.ThrowIfCancellationRequested();
            using var tensor = OrtValue.CreateTensorValueFromMemory(values, shape);
            using var found = Run(session, run, input, tensor, outputs, path);
            for (var i = 0; i < tensors.Count; i++)
            {
                var (low, high) = (found[i].GetTensorDataAsSpan<float>()[0], found[tensors.Count + i].GetTensorDataAsSpan<float>()[0]);
                var range = ranges[tensors[i]];
                ranges[tensors[i]] = (Math.Min(range.Least, low), Math.Max(range.Greatest, high));
            }
        }

        return ranges.Values.All(r => float.IsFinite(r.Least) && float.IsFinite(r.Greatest))
            ? ranges
            : throw new InvalidDataException("Expected finite values in every tensor over the record, got none at all or others.");
    }

    private static InferenceSession Open(string path, SessionOptions options)
    {
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException fault)
        {
            throw OnnxFault.Damaged(fault, path);
        }
    }

    private static IDisposableReadOnlyCollection<OrtValue> Run(
        InferenceSession session, RunOptions run, string input, OrtValue tensor, string[] outputs, string path)
    {
        try
        {
            return session.Run(run, [input], [tensor], outputs);
        }
        catch (OnnxRuntimeException fault)
        {
            throw OnnxFault.Damaged(fault, path);
        }
    }
}
