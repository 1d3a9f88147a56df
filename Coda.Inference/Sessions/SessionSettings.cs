using Coda.Data.Foundation;

namespace Coda.Inference.Sessions;

/// <summary>Where ONNX Runtime computes, and with how many threads.</summary>
public sealed record SessionSettings
{
    /// <summary>The device: <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>
    /// The threads inside one run, at least 1. The default leaves the cores to workers that each run their own piece of the record, which is faster
    /// than threads inside a run: .12 against .16 ms an analysis with the demo's network on two cores.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>The number of the CUDA device; <see langword="null"/> on the CPU.</summary>
    internal int? CudaDevice => Device == "cpu" ? null : Device == "cuda" ? 0 : int.Parse(Device["cuda:".Length..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="ArgumentException">An unknown device, or fewer than one thread.</exception>
    internal void Check() => new Faults(nameof(SessionSettings))
        .Require(
            Device is "cpu" or "cuda" || (Device.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(Device["cuda:".Length..], out _)),
            nameof(Device), "cpu, cuda or cuda:n", Device)
        .Require(Threads >= 1, nameof(Threads), "at least 1", Threads)
        .ThrowIfAny();
}
