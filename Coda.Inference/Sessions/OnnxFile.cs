using Microsoft.ML.OnnxRuntime;

namespace Coda.Inference.Sessions;

/// <summary>What an ONNX file takes and gives, as ONNX Runtime sees it.</summary>
/// <param name="Description">The file's own description.</param>
/// <param name="Producer">What wrote it.</param>
/// <param name="Inputs">Its inputs, by name: the axes, as in <c>batch, 2, 101, 40</c>.</param>
/// <param name="Outputs">Its outputs, likewise.</param>
public sealed record OnnxFile(string Description, string Producer, IReadOnlyDictionary<string, string> Inputs, IReadOnlyDictionary<string, string> Outputs)
{
    /// <summary>Opens a file and reads what it says about itself.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no ONNX file, or one that ONNX Runtime cannot run.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library is missing; the message names the package that brings it.</exception>
    public static OnnxFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"Expected an ONNX file, got '{path}', which does not exist.", path);
        }

        OnnxLibrary.Require();
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var session = new InferenceSession(path, options);
            return new OnnxFile(
                session.ModelMetadata.Description, session.ModelMetadata.ProducerName, Axes(session.InputMetadata), Axes(session.OutputMetadata));
        }
        catch (OnnxRuntimeException fault)
        {
            throw OnnxFault.Damaged(fault, path);
        }
    }

    private static Dictionary<string, string> Axes(IReadOnlyDictionary<string, NodeMetadata> tensors) =>
        tensors.ToDictionary(
            t => t.Key, t => string.Join(", ", t.Value.Dimensions.Select((size, axis) => size >= 0 ? $"{size}" : t.Value.SymbolicDimensions[axis])));
}
