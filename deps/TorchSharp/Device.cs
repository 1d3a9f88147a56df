using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Kinds of devices; the numbers are LibTorch's.</summary>
public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
    MKLDNN = 2,
    OPENGL = 3,
    OPENCL = 4,
    IDEEP = 5,
    HIP = 6,
    FPGA = 7,
    MSNPU = 8,
    XLA = 9,
    MPS = 13,
    META = 14,
}

public static partial class torch
{
    /// <summary>A device and its number; -1 is the current one of its kind.</summary>
    public class Device
    {
        public Device(string description)
        {
            string[] parts = description.Split(':');
            type = Enum.Parse<DeviceType>(parts[0].ToUpperInvariant());
            if (parts.Length == 2)
                index = int.Parse(parts[1]);
        }

        public Device(string deviceType, int index = -1) : this(Enum.Parse<DeviceType>(deviceType.ToUpperInvariant()), index) { }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public Device(int index) : this(DeviceType.CUDA, index) { }

        public DeviceType type { get; }
        public int index { get; } = -1;

        public override string ToString() => type == DeviceType.CPU ? "cpu" : index == -1 ? Name : $"{Name}:{index}";

        private string Name => type.ToString().ToLowerInvariant();

        public static implicit operator Device(string description) => new(description);
    }

    private static Device s_defaultDevice = new(DeviceType.CPU, -1);
    private static ScalarType s_defaultDtype = ScalarType.Float32;

    public static Device CPU { get; } = new(DeviceType.CPU, -1);
    public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA, -1));
    public static Device META { get; } = new(DeviceType.META, -1);

    public static Device device(string description) => InitializeDevice(new Device(description));
    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));
    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));
    public static Device device(int index) => new(DeviceType.CUDA, index);

    public static Device get_default_device() => s_defaultDevice;
    public static void set_default_device(Device device) => s_defaultDevice = device;
    public static void set_default_device(string device) => s_defaultDevice = new Device(device);
    public static ScalarType get_default_dtype() => s_defaultDtype;
    public static void set_default_dtype(ScalarType dtype) => s_defaultDtype = dtype;

    /// <summary>Loads the library; false where it cannot serve the device.</summary>
    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType switch
    {
        DeviceType.CPU or DeviceType.META => true,
        DeviceType.CUDA => Native.ct_cuda_device_count() > 0,
        _ => false,
    };

    /// <summary>Loads the library.</summary>
    /// <exception cref="InvalidOperationException">It cannot serve the device.</exception>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
            throw new InvalidOperationException($"Torch device type {deviceType} did not initialise on the current machine.");
    }

    /// <summary>The device, or the default one for null, made ready for use.</summary>
    public static Device InitializeDevice(Device? device)
    {
        device ??= s_defaultDevice;
        if (device.type != DeviceType.CPU)
            InitializeDeviceType(device.type);
        return device;
    }

    /// <summary>NVIDIA devices.</summary>
    public static partial class cuda
    {
        public static bool is_available() => Native.ct_cuda_device_count() > 0;
        public static int device_count() => Native.ct_cuda_device_count();

        /// <summary>Seeds every device; in LibTorch one seed serves all.</summary>
        public static void manual_seed(long seed) => Call.Check(Native.ct_manual_seed(seed));
        public static void manual_seed_all(long seed) => Call.Check(Native.ct_manual_seed(seed));

        /// <summary>Waits for all work on the device; nothing to wait for without one.</summary>
        public static void synchronize(Device? device = null)
        {
            if (is_available())
                Call.Check(Native.ct_cuda_synchronize(device?.index ?? -1));
        }
    }
}
