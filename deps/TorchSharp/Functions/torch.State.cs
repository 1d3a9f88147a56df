using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>LibTorch's version, as "1.13.1".</summary>
    public static unsafe string __version__ => Marshal.PtrToStringUTF8((nint)Native.ct_version())!;

    public static int get_num_threads() => Native.ct_get_num_threads();

    /// <summary>How many threads share the work inside one operation; Debian's LibTorch starts with 1.</summary>
    public static void set_num_threads(int num) => Call.Check(Native.ct_set_num_threads(num));

    public static int get_num_interop_threads() => Native.ct_get_num_interop_threads();

    /// <summary>How many threads run operations side by side; to be set once, before any work.</summary>
    public static void set_num_interop_threads(int num) => Call.Check(Native.ct_set_num_interop_threads(num));

    /// <summary>Seeds the default generators of all devices.</summary>
    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    /// <summary>The default generators.</summary>
    public static partial class random
    {
        public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);
    }

    /// <summary>The default generator; there is no other.</summary>
    public class Generator : IDisposable
    {
        private Generator() { }

        public static Generator Default { get; } = new();

        public Device device => CPU;

        public Generator manual_seed(long seed)
        {
            Call.Check(Native.ct_manual_seed(seed));
            return this;
        }

        /// <summary>Does nothing: nothing native is held.</summary>
        public void Dispose() => GC.SuppressFinalize(this);
    }
}
