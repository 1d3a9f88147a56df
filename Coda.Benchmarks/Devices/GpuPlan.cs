namespace Coda.Benchmarks.Devices;

/// <summary>Everything that is proven on a card, in order.</summary>
internal static class GpuPlan
{
    /// <summary>The parts.</summary>
    public static IReadOnlyList<GpuStep> Steps { get; } =
    [
        new("provider", "whether ONNX Runtime's CUDA provider, CUDA 13 and the card are there, and what is missing",
            "the model on ONNX Runtime's CPU provider", Nothing, GpuInference.Provider),
        new("float32", "analyses a second by batch, and their largest difference from one thread of the CPU",
            "the same on the CPU provider, small batches", Nothing,
            (scope, output) => GpuInference.Analyses(scope, output, GpuInference.Precision.Float32, false)),
        new("TF32", "the same with use_tf32=1: products of 10 bits of mantissa in tensor cores",
            "nothing: the CPU has no such products", NeedsCard("TF32 is the card's own"),
            (scope, output) => GpuInference.Analyses(scope, output, GpuInference.Precision.TensorFloat32, false)),
        new("float16", "the same with the graph's numbers in float16",
            "the float16 graph on the CPU provider, which casts around each operation: its difference, not its rate, says something", Nothing,
            (scope, output) => GpuInference.Analyses(scope, output, GpuInference.Precision.Float16, false)),
        new("CUDA graphs", "float32, TF32 and float16 again, a run's launches captured once and replayed",
            "nothing: only a card captures launches", NeedsCard("CUDA graphs are the card's own"), GpuInference.Graphs),
        new("I/O binding", "analyses a second with buffers of the device, bound once, against inputs and outputs handed over at every run",
            "the same on the CPU provider, where both are memory of the host", Nothing, GpuInference.Binding),
        new("PyTorch eager", "the same network with the same weights in PyTorch on the same card: float32, TF32, float16, by batch",
            "eager PyTorch on the CPU in float32", GpuPeers.Lacks, (scope, output) => GpuPeers.Analyses(scope, output, isCompiled: false)),
        new("PyTorch compiled", "the same under torch.compile(mode=\"max-autotune\")",
            "torch.compile on the CPU in float32", GpuPeers.LacksCompiler, (scope, output) => GpuPeers.Analyses(scope, output, isCompiled: true)),
        new("training float32", "steps a second of the demo's training (batch 64, rollout 25) on LibTorch with CUDA, and the first loss against the CPU's",
            "the same on LibTorch's CPU build, a few steps", Nothing, (scope, output) => GpuTraining.Steps(scope, output, isReduced: false)),
        new("training bfloat16", "the same with our convolutions in bfloat16, and the first loss against float32's",
            "the same on the CPU, where bfloat16 may be emulated: its loss, not its rate, says something", Nothing,
            (scope, output) => GpuTraining.Steps(scope, output, isReduced: true)),
        new("PyTorch training", "the same step in eager and compiled PyTorch on the same card, float32 and autocast to bfloat16",
            "the eager float32 step on the CPU", GpuPeers.Lacks, GpuPeers.Training),
        new("demo", "simulate, train, analyze, forecast, score with --device cuda, from nothing to a table: seconds of each, and the RMSE",
            "the same commands with --device cpu, forty training steps", Nothing, GpuDemo.Run),
    ];

    private static string? Nothing(GpuScope scope) => null;

    private static Func<GpuScope, string?> NeedsCard(string why) => scope => scope.IsDry ? $"{why}; run it without --dry on a machine with a card" : null;
}
