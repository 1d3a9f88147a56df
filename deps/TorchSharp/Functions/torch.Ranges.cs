using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    /// <summary>start, start + step, ... below stop; Int64 where all three are integers.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        bool integral = start.Value.Kind != Num.RealKind && stop.Value.Kind != Num.RealKind && step.Value.Kind != Num.RealKind;
        return Range(RangeOp.Arange, start.Value, stop.Value, step.Value, dtype ?? (integral ? ScalarType.Int64 : s_defaultDtype), device, requires_grad);
    }

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Range(RangeOp.Linspace, Num.Of(start), Num.Of(end), Num.Of(steps), dtype, device, requires_grad);

    public static Tensor eye(long rows, long columns = -1L, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Range(RangeOp.Eye, Num.Of(rows), Num.Of(columns == -1 ? rows : columns), Num.None, dtype, device, requires_grad);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Range(RangeOp.Randperm, Num.Of(n), Num.None, Num.None, dtype ?? ScalarType.Int64, device, requires_grad);

    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        randint(0, high, size, dtype, device, requires_grad);

    public static unsafe Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        device = InitializeDevice(device);
        fixed (long* p = size)
        {
            return Call.Wrap(Native.ct_randint(low, high, p, size.Length, (long)(dtype ?? ScalarType.Int64), (long)device.type, device.index,
                requires_grad ? 1 : 0));
        }
    }

    public static unsafe Tensor empty_strided(long[] size, long[] strides, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        device = InitializeDevice(device);
        fixed (long* p = size, q = strides)
        {
            return Call.Wrap(Native.ct_empty_strided(p, q, size.Length, (long)(dtype ?? s_defaultDtype), (long)device.type, device.index,
                requires_grad ? 1 : 0));
        }
    }

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.zeros_like(dtype, device, requires_grad);

    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.ones_like(dtype, device, requires_grad);

    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.empty_like(dtype, device, requires_grad);

    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.full_like(value, dtype, device, requires_grad);

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.rand_like(dtype, device, requires_grad);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.randn_like(dtype, device, requires_grad);

    /// <summary>A tensor on the memory of the array, which stays pinned until the last tensor on it is gone; a conversion copies.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device ?? CPU);

    /// <inheritdoc cref="from_array(Array, Device?)"/>
    public static unsafe Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false)
    {
        Type element = rawArray.GetType().GetElementType()
            ?? throw new InvalidOperationException($"{nameof(rawArray)}.GetType().GetElementType() returned null.");
        ScalarType source = TypeOf(element);
        device = InitializeDevice(device);
        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        fixed (long* shape = Shape(rawArray))
        {
            nint handle = Native.ct_from_blob((void*)pin.AddrOfPinnedObject(), shape, rawArray.Rank, (long)source, (long)(dtype ?? source),
                (long)device.type, device.index, requires_grad ? 1 : 0, &Release, GCHandle.ToIntPtr(pin));
            return Call.Wrap(handle);
        }
    }

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device);

    [UnmanagedCallersOnly]
    private static void Release(nint pin) => GCHandle.FromIntPtr(pin).Free();

    private static unsafe Tensor Range(RangeOp op, Num a, Num b, Num c, ScalarType? dtype, Device? device, bool requires_grad)
    {
        device = InitializeDevice(device);
        return Call.Wrap(Native.ct_range(op, a, b, c, (long)(dtype ?? s_defaultDtype), (long)device.type, device.index, requires_grad ? 1 : 0));
    }

    private static unsafe Tensor Copy<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
    {
        long count = 1;
        foreach (long n in size)
            count *= n;
        if (count > data.Length)
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} vs. {data.Length}");
        device = InitializeDevice(device);
        ScalarType source = TypeOf(typeof(T));
        fixed (T* p = data)
        fixed (long* shape = size)
        {
            return Call.Wrap(Native.ct_from_data(p, shape, size.Length, (long)source, (long)(dtype ?? source), (long)device.type, device.index,
                requires_grad ? 1 : 0));
        }
    }
}
