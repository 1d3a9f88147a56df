using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public long Dimensions
        {
            get
            {
                long n = Native.ct_ndim(Handle);
                GC.KeepAlive(this);
                return n;
            }
        }

        public long ndim => Dimensions;
        public long dim() => Dimensions;

        public long NumberOfElements
        {
            get
            {
                long n = Native.ct_numel(Handle);
                GC.KeepAlive(this);
                return n;
            }
        }

        public long numel() => NumberOfElements;

        public long ElementSize
        {
            get
            {
                long n = Native.ct_element_size(Handle);
                GC.KeepAlive(this);
                return n;
            }
        }

        public long element_size() => ElementSize;

        public ScalarType dtype
        {
            get
            {
                long type = Native.ct_dtype(Handle);
                GC.KeepAlive(this);
                return (ScalarType)type;
            }
        }

        public DeviceType device_type
        {
            get
            {
                long type = Native.ct_device_type(Handle);
                GC.KeepAlive(this);
                return (DeviceType)type;
            }
        }

        public int device_index
        {
            get
            {
                long index = Native.ct_device_index(Handle);
                GC.KeepAlive(this);
                return (int)index;
            }
        }

        public Device device => new(device_type, device_index);
        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_meta => device_type == DeviceType.META;
        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_integral() => torch.is_integral(dtype);
        public bool is_floating_point() => torch.is_floating_point(dtype);
        public bool is_complex() => torch.is_complex(dtype);

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* p = sizes)
                    Native.ct_sizes(Handle, p);
                GC.KeepAlive(this);
                return sizes;
            }
        }

        public long[] size() => shape;

        public unsafe long size(int dim)
        {
            long value;
            int status = Native.ct_size(Handle, dim, &value);
            GC.KeepAlive(this);
            Call.Check(status);
            return value;
        }

        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* p = strides)
                Native.ct_strides(Handle, p);
            GC.KeepAlive(this);
            return strides;
        }

        public unsafe long stride(int dim)
        {
            long value;
            int status = Native.ct_stride(Handle, dim, &value);
            GC.KeepAlive(this);
            Call.Check(status);
            return value;
        }

        public long storage_offset()
        {
            long offset = Native.ct_storage_offset(Handle);
            GC.KeepAlive(this);
            return offset;
        }

        public bool is_contiguous()
        {
            int value = Native.ct_is_contiguous(Handle);
            GC.KeepAlive(this);
            return value != 0;
        }
    }

    public static long numel(Tensor input) => input.numel();
}
