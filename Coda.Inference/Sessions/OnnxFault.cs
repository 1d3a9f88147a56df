using Coda.Data.Foundation;
using Microsoft.ML.OnnxRuntime;

namespace Coda.Inference.Sessions;

/// <summary>Faults of ONNX Runtime in words for a person; its own words, which speak of its insides, stay with the inner exception.</summary>
internal static class OnnxFault
{
    /// <summary>A file that ONNX Runtime cannot open.</summary>
    /// <param name="fault">What it threw.</param>
    /// <param name="source">The file.</param>
    /// <param name="settings">Where it was to run.</param>
    public static Exception Opening(OnnxRuntimeException fault, string source, SessionSettings settings) => DeviceMemoryException.Tells(fault)
        ? new DeviceMemoryException(settings.Device, fault)
        : settings.Device != "cpu"
        ? OnDevice(fault, source, settings)
        : Damaged(fault, source);

    /// <summary>A file that is no ONNX file, is damaged, or is of operators that this ONNX Runtime does not know.</summary>
    /// <param name="fault">What it threw.</param>
    /// <param name="source">The file.</param>
    public static InvalidDataException Damaged(OnnxRuntimeException fault, string source) => new(
        $"{source}: expected an ONNX file that ONNX Runtime can run, "
            + "got one that is damaged, or of operators or a version of the format that it does not know. Fetch or export the file again.", fault);

    /// <summary>A run that fails.</summary>
    /// <param name="fault">What ONNX Runtime threw.</param>
    /// <param name="source">The file.</param>
    /// <param name="settings">Where it runs.</param>
    /// <param name="inputs">What it was given.</param>
    public static Exception Running(OnnxRuntimeException fault, string source, SessionSettings settings, IEnumerable<TensorBinding> inputs) =>
        DeviceMemoryException.Tells(fault)
        ? new DeviceMemoryException(settings.Device, fault)
        : settings.Device != "cpu"
        ? OnDevice(fault, source, settings)
        : new InvalidDataException(
            $"{source}: expected a graph that runs on {string.Join(" and ", inputs.Select(i => $"{i.Name} [{string.Join(", ", i.Shape)}]"))}, "
                + "got one that fails within. Fetch or export the file again.", fault);

    private static InvalidOperationException OnDevice(OnnxRuntimeException fault, string source, SessionSettings settings) => new(
        $"Device {settings.Device}: expected that {source} runs on it, got: {fault.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}. "
            + "Use the device cpu, or fetch or export the file again.", fault);
}
