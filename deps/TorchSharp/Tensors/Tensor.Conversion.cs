using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A tensor of another type; a new handle on the same elements if it is that already.</summary>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            Tensor result = Call.Ints(IntsOp.ToType, this, (long)type, copy ? 1 : 0, non_blocking ? 1 : 0);
            if (disposeAfter)
                Dispose();
            return result;
        }

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            if (deviceType != DeviceType.CPU)
                InitializeDeviceType(deviceType);
            Tensor result = Call.Ints(IntsOp.ToDevice, this, (long)deviceType, deviceIndex, copy ? 1 : 0, non_blocking ? 1 : 0);
            if (disposeAfter)
                Dispose();
            return result;
        }

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            using Tensor moved = to(device, false, false, non_blocking);
            Tensor result = moved.to_type(type, copy, false, non_blocking);
            if (disposeAfter)
                Dispose();
            return result;
        }

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(device.type, device.index, copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking);

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);
        public Tensor type(ScalarType dtype) => to(dtype);
        public Tensor cpu() => Call.Unary(UnaryOp.Cpu, this);

        public Tensor cuda(Device? device = null, bool non_blocking = false) => device is not null && device.type != DeviceType.CUDA
            ? throw new ArgumentException("Not a CUDA device.", nameof(device))
            : to(DeviceType.CUDA, device?.index ?? -1, false, false, non_blocking);

        public Tensor @bool() => to_type(ScalarType.Bool);
        public Tensor @byte() => to_type(ScalarType.Byte);
        public Tensor @short() => to_type(ScalarType.Int16);
        public Tensor @int() => to_type(ScalarType.Int32);
        public Tensor @long() => to_type(ScalarType.Int64);
        public Tensor half() => to_type(ScalarType.Float16);
        public Tensor bfloat16() => to_type(ScalarType.BFloat16);
        public Tensor @float() => to_type(ScalarType.Float32);
        public Tensor @double() => to_type(ScalarType.Float64);
    }
}
