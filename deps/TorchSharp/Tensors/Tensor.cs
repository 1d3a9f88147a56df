using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A tensor of LibTorch. Made inside a dispose scope it ends with the scope; otherwise whoever made it disposes it, or the
    /// finalizer does. Reading is safe from several threads; disposing while another thread uses the tensor is not.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private readonly TensorHandle _handle;

        internal Tensor(nint handle, bool register = true)
        {
            _handle = new TensorHandle(handle);
            if (handle != 0 && register)
                DisposeScopeManager.Created(this);
        }

        /// <summary>How many tensors the process holds.</summary>
        public static long TotalCount => TensorHandle.Count;

        /// <summary>The most tensors the process has held.</summary>
        public static long PeakCount => TensorHandle.Peak;

        public string? name { get; set; }

        internal DisposeScope? OwningDisposeScope { get; set; }
        internal int SlotInScope { get; set; }

        /// <summary>The native tensor.</summary>
        /// <exception cref="InvalidOperationException">The tensor was disposed.</exception>
        public nint Handle
        {
            get
            {
                nint native = _handle.Native;
                if (native == 0)
                    ThrowInvalid();
                return native;
            }
        }

        internal nint handle => _handle.Native;

        /// <summary>True once disposed, and for a gradient of an input that was not used.</summary>
        public bool IsInvalid => _handle.Native == 0;

        /// <summary>Takes over a native tensor.</summary>
        public static Tensor UnsafeCreateTensor(nint handle) => new(handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (_handle.Native == 0)
                return;
            if (disposing)
                DisposeScopeManager.Disposing(this);
            _handle.Dispose();
        }

        /// <summary>Hands the native tensor to a new owner and leaves this one invalid.</summary>
        internal nint MoveHandle()
        {
            if (_handle.Native == 0)
                ThrowInvalid();
            return _handle.Move();
        }

        /// <summary>Gives the native tensor away; the caller frees it.</summary>
        public nint DecoupleFromNativeHandle()
        {
            OwningDisposeScope?.Remove(this);
            return MoveHandle();
        }

        /// <summary>Moves the tensor to the scope around its own; out of all scopes if there is none.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Moves the tensor out of all scopes; the caller disposes it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Moves the tensor to the scope of another tensor.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        /// <summary>Moves the tensor to another scope; out of all scopes for null.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope)
                scope.MoveToOther(other, this);
            else
                other?.Attach(this);
            return this;
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>True where shapes and elements are equal.</summary>
        public bool Equals(Tensor target)
        {
            if (ReferenceEquals(this, target))
                return true;
            if (target is null || !shape.AsSpan().SequenceEqual(target.shape))
                return false;
            using Tensor same = eq(target);
            using Tensor all = same.all();
            return all.item<bool>();
        }

        public override int GetHashCode() => base.GetHashCode();

        /// <summary>Shape, type and device, as "[2x3], type = Float32, device = cpu".</summary>
        public override string ToString() => $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";

        private static void ThrowInvalid() => throw new InvalidOperationException("Tensor invalid -- empty handle.");
    }

    /// <summary>Opens a scope on the calling thread.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    /// <summary>The innermost scope of the calling thread.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    /// <summary>Runs an expression in a scope of its own and keeps only its result.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
