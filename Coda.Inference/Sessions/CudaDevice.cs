using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Coda.Inference.Sessions;

/// <summary>A CUDA device as ONNX Runtime's plug-in provider knows it.</summary>
/// <remarks>
/// The provider is a library of its own beside a main library that need not know CUDA, and is registered once a process. Its library loads the CUDA runtime,
/// cuBLAS and cuRAND, so that a missing one shows here and not in the first run; cuDNN is loaded by the first operation that needs it. Immutable; safe to
/// share.
/// </remarks>
internal sealed partial class CudaDevice
{
    private const string Provider = "CUDAExecutionProvider";
    private static readonly Lock Registering = new();
    private static bool _isRegistered;

    private readonly OrtEpDevice _device;
    private readonly OrtAllocator? _deviceMemory;
    private readonly OrtAllocator? _hostMemory;

    private CudaDevice(OrtEpDevice device)
    {
        _device = device;
        _deviceMemory = OrtEnv.Instance().GetSharedAllocator(device.GetMemoryInfo(OrtDeviceMemoryType.DEFAULT));
        _hostMemory = OrtEnv.Instance().GetSharedAllocator(device.GetMemoryInfo(OrtDeviceMemoryType.HOST_ACCESSIBLE));
    }

    /// <summary>Finds a device.</summary>
    /// <param name="number">Its number, as CUDA counts.</param>
    /// <exception cref="InvalidOperationException">The provider, what it needs, or the device is missing; the message names what to install.</exception>
    public static CudaDevice Find(int number)
    {
        try
        {
            Register();
            var devices = OrtEnv.Instance().GetEpDevices().Where(d => d.EpName == Provider).ToList();
            return devices.Find(d => d.EpOptions.Entries.TryGetValue("device_id", out var id) && id == $"{number}") is { } found
                ? new CudaDevice(found)
                : throw Unusable(number, $"one that can use {devices.Count} devices, none of this number", null);
        }
        catch (DllNotFoundException fault)
        {
            throw Unusable(number, fault.Message, fault);
        }
        catch (Exception fault) when (fault is OnnxRuntimeException or EntryPointNotFoundException)
        {
            var missing = MissingLibrary().Match(fault.Message);
            throw Unusable(number, missing.Success ? $"a provider that needs {missing.Groups[1].Value}, which is not there" : OneLine(fault), fault);
        }
    }

    /// <summary>The provider's options for sessions of fixed shapes.</summary>
    /// <param name="settings">The limits that a user may set.</param>
    public static Dictionary<string, string> Options(SessionSettings settings)
    {
        var options = new Dictionary<string, string>
        {
            ["arena_extend_strategy"] =
                "kSameAsRequested", // one shape a session: what it asked for once is all that it ever needs, and the rest is left to others
            ["cudnn_conv_algo_search"] = "HEURISTIC", // by rule; a search by stopwatch would let the bits depend on what else the device does
            ["use_tf32"] = settings.UsesTensorFloats ? "1" : "0", // ten bits of mantissa are not the float32 that the reference check holds a model to
        };
        if (settings.DeviceMemoryLimit is { } limit)
        {
            options["gpu_mem_limit"] = FormattableString.Invariant($"{limit}");
        }

        if (settings.UsesCudaGraph)
        {
            options["enable_cuda_graph"] = "1";
        }

        return options;
    }

    /// <summary>Makes sessions compute on this device.</summary>
    /// <param name="options">The session's options.</param>
    /// <param name="settings">The limits that a user may set.</param>
    public void AddTo(SessionOptions options, SessionSettings settings) => options.AppendExecutionProvider(OrtEnv.Instance(), [_device], Options(settings));

    /// <summary>Allocates a tensor on the device, whose address stays.</summary>
    /// <param name="shape">The length of every axis.</param>
    public OrtValue OnDevice(long[] shape) => OrtValue.CreateAllocatedTensorValue(
        _deviceMemory ?? throw new InvalidOperationException("ONNX Runtime's CUDA provider: expected an allocator of device memory, got none."),
        TensorElementType.Float, shape);

    /// <summary>Allocates a tensor that the processor writes and reads, in page-locked memory where the provider has it, which is copied without a
    /// detour.</summary>
    /// <param name="shape">The length of every axis.</param>
    public OrtValue OnHost(long[] shape) => OrtValue.CreateAllocatedTensorValue(_hostMemory ?? OrtAllocator.DefaultInstance, TensorElementType.Float, shape);

    // Once a process; a fault is not remembered, so that the next attempt says the same.
    private static void Register()
    {
        lock (Registering)
        {
            if (!_isRegistered)
            {
                OrtEnv.Instance().RegisterExecutionProviderLibrary(Provider, CudaProvider.Find());
                _isRegistered = true;
            }
        }
    }

    private static string OneLine(Exception fault) => fault.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    // The loader's own message: libcublas.so.13: cannot open shared object file
    [GeneratedRegex(@"\b(lib[\w-]+\.so[\w.]*): cannot open shared object file")]
    private static partial Regex MissingLibrary();

    private static InvalidOperationException Unusable(int number, string got, Exception? fault) => new(
        $"Device cuda:{number}: expected ONNX Runtime's CUDA provider, got: {got}. "
        + $"Refer to the package Microsoft.ML.OnnxRuntime.Gpu (or set {CudaProvider.FolderVariable} to the folder of its native libraries), "
        + "install NVIDIA's driver, CUDA 13 (its runtime, cuBLAS and cuRAND) and cuDNN 9, or use the device cpu.",
        fault);
}
