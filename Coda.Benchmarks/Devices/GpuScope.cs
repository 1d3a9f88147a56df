using Coda.Inference.Sessions;

namespace Coda.Benchmarks.Devices;

/// <summary>On what, and how long, everything of <see cref="GpuPlan"/> is measured.</summary>
internal sealed record GpuScope
{
    /// <summary>A model with an analysis network.</summary>
    public string ModelName { get; init; } = "lorenz96";

    /// <summary>Whether the CPU takes the card's place, in small: a trial of the script, not a measurement.</summary>
    public bool IsDry { get; init; }

    /// <summary>The device: of ONNX Runtime, LibTorch, PyTorch and the <c>coda</c> command.</summary>
    public string Device => IsDry ? "cpu" : "cuda";

    /// <summary>Windows in a run.</summary>
    public IReadOnlyList<int> Batches => IsDry ? [1, 16] : [1, 16, 64, 256, 1024];

    /// <summary>The seconds that a rate is taken over.</summary>
    public double Seconds => IsDry ? 0.1 : 2;

    /// <summary>The training steps of which the best counts.</summary>
    public int TrainingSteps => IsDry ? 3 : 20;

    /// <summary>The settings of a session on the device.</summary>
    public SessionSettings Session => new() { Device = Device };
}
