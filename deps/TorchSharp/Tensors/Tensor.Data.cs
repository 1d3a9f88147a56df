using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements, in host memory; a tensor of another device is copied first.</summary>
        /// <exception cref="ArgumentException">T is not the type of the elements.</exception>
        public Utils.TensorAccessor<T> data<T>() where T : unmanaged
        {
            ValidateType(typeof(T));
            return new Utils.TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        /// <summary>The only element.</summary>
        /// <exception cref="ArgumentException">There is not exactly one, or T is not its type.</exception>
        public unsafe T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1");
            ValidateType(typeof(T));
            if (device_type != DeviceType.CPU)
            {
                using Tensor host = cpu();
                return host.item<T>();
            }
            T value = *(T*)DataPointer();
            GC.KeepAlive(this);
            return value;
        }

        /// <summary>The only element as a number.</summary>
        public unsafe Scalar ToScalar()
        {
            Num value;
            int status = Native.ct_item(Handle, &value);
            GC.KeepAlive(this);
            Call.Check(status);
            return new Scalar(value);
        }

        /// <summary>
        /// The memory of a contiguous tensor in host memory. The span does not keep the tensor alive.
        /// </summary>
        /// <exception cref="InvalidOperationException">The tensor is not contiguous, or not in host memory.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!is_contiguous())
                    throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
                long total = NumberOfElements * ElementSize;
                if (total > int.MaxValue)
                    throw new ArgumentException("Span only supports up to int.MaxValue elements.");
                RequireHost();
                var span = new Span<byte>(DataPointer(), (int)total);
                GC.KeepAlive(this);
                return span;
            }

            set
            {
                if (!is_contiguous())
                    throw new InvalidOperationException("SetBytes() called on non-contiguous tensor.");
                if (NumberOfElements * ElementSize != value.Length)
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                RequireHost();
                value.CopyTo(new Span<byte>(DataPointer(), value.Length));
                GC.KeepAlive(this);
            }
        }

        public double ReadCpuDouble(long i) => data<double>()[i];
        public float ReadCpuSingle(long i) => data<float>()[i];
        public long ReadCpuInt64(long i) => data<long>()[i];
        public int ReadCpuInt32(long i) => data<int>()[i];
        public bool ReadCpuBool(long i) => data<bool>()[i];

        internal unsafe void* DataPointer()
        {
            void* data;
            int status = Native.ct_data(Handle, &data);
            Call.Check(status);
            return data;
        }

        internal void RequireHost()
        {
            if (device_type != DeviceType.CPU)
            {
                throw new InvalidOperationException(
                    "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            }
        }

        private void ValidateType(Type type)
        {
            if (torch.TypeOf(type) != dtype)
                throw new ArgumentException($"{type.Name} is not compatible with {dtype}");
        }
    }
}

/// <summary>Numbers from tensors of one element.</summary>
public static class TensorExtensionMethods
{
    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();
    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();
    public static byte ToByte(this torch.Tensor value) => value.ToScalar().ToByte();
    public static sbyte ToSByte(this torch.Tensor value) => value.ToScalar().ToSByte();
    public static short ToInt16(this torch.Tensor value) => value.ToScalar().ToInt16();
    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();
    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();
    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();
    public static Modules.Parameter AsParameter(this torch.Tensor tensor) => new(tensor);
}
