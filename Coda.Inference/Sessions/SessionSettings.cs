using Coda.Data.Foundation;

namespace Coda.Inference.Sessions;

/// <summary>Where ONNX Runtime computes, and with how many threads.</summary>
public sealed record SessionSettings
{
    /// <summary>The device: <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>
    /// The threads inside one run, at least 1. The default leaves the cores to workers that each run their own piece of the record, which is faster than
    /// threads inside a run: .12 against .16 ms an analysis with the demo's network on two cores.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>The most bytes that a session's arena takes of a CUDA device; all that is free by default.</summary>
    public long? DeviceMemoryLimit { get; init; }

    /// <summary>
    /// Whether a CUDA device captures a file's nodes once for each set of buffers and then replays them as a whole, which spares the launches where these are
    /// what takes the time: small networks. Runs of one session then wait for each other. Refused by ONNX Runtime for files with nodes that only the CPU runs.
    /// </summary>
    public bool UsesCudaGraph { get; init; }

    /// <summary>
    /// Told, a line each, what had to be changed to go on: a smaller batch where the device's memory is exhausted. With nobody to tell, that is an error
    /// instead.
    /// </summary>
    public IProgress<string>? Notices { get; init; }

    /// <summary>Whether a CUDA device may multiply in TF32, ten bits of mantissa; for measurements.</summary>
    internal bool UsesTensorFloats { get; init; }

    /// <summary>Further options of every session, for tests.</summary>
    internal Action<Microsoft.ML.OnnxRuntime.SessionOptions>? Configure { get; init; }

    /// <summary>The number of the CUDA device; <see langword="null"/> on the CPU.</summary>
    internal int? CudaDevice => Device == "cpu" ? null : Device == "cuda"
        ? 0 : int.Parse(Device["cuda:".Length..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="ArgumentException">An unknown device, or fewer than one thread.</exception>
    internal void Check() => new Faults(nameof(SessionSettings))
        .Require(
            Device is "cpu" or "cuda" || (Device.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(Device["cuda:".Length..], out _)),
            nameof(Device), "cpu, cuda or cuda:n", Device)
        .Require(Threads >= 1, nameof(Threads), "at least 1", Threads)
        .Require(DeviceMemoryLimit is null or > 0, nameof(DeviceMemoryLimit), "greater than 0", DeviceMemoryLimit)
        .Require(DeviceMemoryLimit is null || Device != "cpu", nameof(DeviceMemoryLimit), "none on the device cpu", DeviceMemoryLimit)
        .Require(!UsesCudaGraph || Device != "cpu", nameof(UsesCudaGraph), "a CUDA device", Device)
        .ThrowIfAny();
}
