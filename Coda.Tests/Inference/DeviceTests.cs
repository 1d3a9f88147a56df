using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Microsoft.ML.OnnxRuntime;

namespace Coda.Tests.Inference;

/// <summary>Devices up to the call that needs one, and memory that runs out: ONNX Runtime's own arena, given a limit, fails here as a device's does.</summary>
[TestClass]
[DoNotParallelize] // the limited arena belongs to the whole process
public sealed class DeviceTests
{
    private const int Long = 4096;

    [TestMethod]
    public void AMissingCudaDeviceNamesWhatToInstall()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path, new SessionSettings { Device = "cuda:201" }); // more than any machine has
        var fault = Assert.ThrowsExactly<InvalidOperationException>(model.RequireDevice);
        StringAssert.StartsWith(fault.Message, "Device cuda:201: expected ONNX Runtime's CUDA provider, got: ");
        StringAssert.Contains(fault.Message, CudaProvider.FolderVariable);
        StringAssert.Contains(fault.Message, "cuRAND");
        Assert.AreEqual(fault.Message, Assert.ThrowsExactly<InvalidOperationException>(model.RequireDevice).Message, "it is said again");
    }

    [TestMethod]
    public void TheCpuIsAlwaysThere()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        model.RequireDevice();
    }

    [TestMethod]
    public void SettingsOfADeviceAreRefusedOnTheCpu()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => OnnxModel.Open(folder.Path, new SessionSettings { DeviceMemoryLimit = 1, UsesCudaGraph = true }));
        StringAssert.Contains(fault.Message, "none on the device cpu, got 1");
        StringAssert.Contains(fault.Message, "a CUDA device, got cpu");
    }

    [TestMethod]
    public void TheProviderIsToldWhatFixedShapesNeed()
    {
        var options = CudaDevice.Options(new SessionSettings { Device = "cuda" });
        Assert.AreEqual("kSameAsRequested", options["arena_extend_strategy"]);
        Assert.AreEqual("HEURISTIC", options["cudnn_conv_algo_search"]);
        Assert.AreEqual("0", options["use_tf32"]);
        Assert.HasCount(3, options);
        var limited = CudaDevice.Options(new SessionSettings { Device = "cuda", DeviceMemoryLimit = 1L << 33, UsesCudaGraph = true });
        Assert.AreEqual("8589934592", limited["gpu_mem_limit"]);
        Assert.AreEqual("1", limited["enable_cuda_graph"]);
        Assert.AreEqual("1", CudaDevice.Options(new SessionSettings { Device = "cuda", UsesTensorFloats = true })["use_tf32"]);
    }

    [TestMethod]
    [DataRow("Non-zero status code returned while running Conv node. Name:'c' Status Message: "
        + "bfc_arena.cc:376 Failed to allocate memory for requested buffer of size 939524096", true)]
    [DataRow("bfc_arena.cc:359 Available memory of 1024 is smaller than requested bytes of 4096", true)]
    [DataRow("CUDA failure 2: out of memory ; GPU=0 ; hostname=h ; file=cuda_allocator.cc ; line=17 ; expr=cudaMalloc((void**)&p, size);", true)]
    [DataRow("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; hostname=h", true)]
    [DataRow("CUDNN failure 4: CUDNN_STATUS_ALLOC_FAILED ; GPU=0 ; hostname=h", true)]
    [DataRow("CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=h", false)]
    [DataRow("CUDA failure 209: no kernel image is available for execution on the device ; GPU=0", false)]
    [DataRow("Got invalid dimensions for input: observations", false)]
    public void OnlyMemoryCountsAsMemory(string message, bool isMemory) => Assert.AreEqual(isMemory, DeviceMemoryException.Tells(message));

    [TestMethod]
    [DataRow(NetworkForm.Stretch)]
    [DataRow(NetworkForm.Window)]
    public void WhereMemoryRunsOutRunsAreHalvedAloud(NetworkForm form)
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        var archive = ExampleTwins.Lorenz96(steps: 600).Archive();
        var options = new NetworkMethod.Options { Form = form, StretchLength = Long, BatchSize = 512 };
        using var free = OnnxModel.Open(folder.Path);
        var expected = Method(free, options).Analyze(archive, new AnalysisRequest { Workers = 1 }).Values();

        var notices = new Notices();
        using var limit = new LimitedArena(megabytes: 0.25);
        using var model = OnnxModel.Open(folder.Path, new SessionSettings { Notices = notices, Configure = LimitedArena.Use });
        ExampleTwins.AssertClose(expected, Method(model, options).Analyze(archive, new AnalysisRequest { Workers = 1 }).Values(), 1e-5);
        Assert.IsGreaterThan(0, notices.Lines.Count);
        var rows = form == NetworkForm.Stretch ? 600 : 512;
        StringAssert.StartsWith(notices.Lines[0], $"Device cpu: no memory for runs of {rows} rows (");
        StringAssert.EndsWith(notices.Lines[0], $"going on with {rows / 2}.");
        Assert.HasCount(notices.Lines.Distinct().Count(), notices.Lines, "each halving is said once");
    }

    [TestMethod]
    public void SeveralWorkersHalveTogether()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        var notices = new Notices();
        var length = new CallLength(64, new SessionSettings { Notices = notices });
        var fault = new DeviceMemoryException("cuda:0", new InvalidOperationException("out of memory"));
        Assert.IsTrue(length.Halve(64, fault));
        Assert.IsTrue(length.Halve(64, fault), "the other worker's run of 64 failed too");
        Assert.AreEqual(32, length.Rows);
        Assert.HasCount(1, notices.Lines);
    }

    [TestMethod]
    public void WithNobodyToTellItIsAnError()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var limit = new LimitedArena(megabytes: 0.25);
        using var model = OnnxModel.Open(folder.Path, new SessionSettings { Configure = LimitedArena.Use });
        var method = Method(model, new() { Form = NetworkForm.Window, BatchSize = 512 });
        var fault = Assert.ThrowsExactly<DeviceMemoryException>(
            () => method.Analyze(ExampleTwins.Lorenz96(steps: 600).Archive(), new AnalysisRequest { Workers = 1 }).Values());
        StringAssert.StartsWith(fault.Message, "Device cpu: expected memory for a run, got: ");
        StringAssert.Contains(fault.Message, "smaller batch");
    }

    [TestMethod]
    public void ASingleRowTooManyIsAnError()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path, options: new() { HalfWidth = 3, Width = 64, Blocks = 1, Kernel = 3 });
        var notices = new Notices();
        using var limit = new LimitedArena(megabytes: 0.001);
        using var model = OnnxModel.Open(folder.Path, new SessionSettings { Notices = notices, Configure = LimitedArena.Use });
        var method = Method(model, new() { Form = NetworkForm.Window, BatchSize = 4 });
        Assert.ThrowsExactly<DeviceMemoryException>(
            () => method.Analyze(ExampleTwins.Lorenz96(steps: 30).Archive(), new AnalysisRequest { Workers = 1 }).Values());
        Assert.HasCount(2, notices.Lines); // 4 to 2 to 1
    }

    private static NetworkMethod Method(OnnxModel model, NetworkMethod.Options options) =>
        new(new AnalysisContext(ExampleTwins.Lorenz96().Archive(), model), options);

    private sealed class Notices : IProgress<string>
    {
        public List<string> Lines { get; } = [];

        public void Report(string value) => Lines.Add(value);
    }

    /// <summary>An arena of at most so much memory, for the sessions that ask for it.</summary>
    private sealed class LimitedArena : IDisposable
    {
        private readonly OrtMemoryInfo _info = new("Cpu", OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);

        public LimitedArena(double megabytes)
        {
            using var limit = new OrtArenaCfg((uint)(megabytes * (1 << 20)), 1, -1, -1);
            OrtEnv.Instance().CreateAndRegisterAllocator(_info, limit);
        }

        public static void Use(SessionOptions options)
        {
            options.AddSessionConfigEntry("session.use_env_allocators", "1");
            options.EnableMemoryPattern = false; // one block for all of a run would be asked for at once
        }

        public void Dispose()
        {
            OrtEnv.Instance().UnregisterAllocator(_info);
            _info.Dispose();
        }
    }
}
