using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients.</summary>
    public static partial class autograd
    {
        /// <summary>The gradients of the outputs with respect to the inputs; an input that was not used gives an invalid tensor.</summary>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var results = new nint[inputs.Count];
            fixed (nint* o = Call.Handles(outputs), i = Call.Handles(inputs), g = Call.Handles(grad_outputs), r = results)
            {
                int status = Native.ct_grad(o, outputs.Count, i, inputs.Count, g, grad_outputs?.Count ?? 0, retain_graph ? 1 : 0,
                    create_graph ? 1 : 0, allow_unused ? 1 : 0, r);
                GC.KeepAlive(outputs);
                GC.KeepAlive(inputs);
                GC.KeepAlive(grad_outputs);
                Call.Check(status);
            }
            return results.Select(handle => new Tensor(handle)).ToList();
        }

        /// <summary>Adds the gradients of the tensors to the leaves they were made from, or to the inputs named.</summary>
        public static unsafe void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null)
        {
            fixed (nint* t = Call.Handles(tensors), g = Call.Handles(grad_tensors), i = Call.Handles(inputs))
            {
                int status = Native.ct_backward(t, tensors.Count, g, grad_tensors?.Count ?? 0, (retain_graph ?? create_graph) ? 1 : 0,
                    create_graph ? 1 : 0, i, inputs?.Count ?? 0);
                GC.KeepAlive(tensors);
                GC.KeepAlive(grad_tensors);
                GC.KeepAlive(inputs);
                Call.Check(status);
            }
        }

        /// <inheritdoc cref="backward(IList{Tensor}, IList{Tensor}?, bool?, bool, IList{Tensor}?)"/>
        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) => backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        /// <inheritdoc cref="backward(IList{Tensor}, IList{Tensor}?, bool?, bool, IList{Tensor}?)"/>
        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) => backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        /// <summary>Makes a backward pass name the forward operation that failed, until disposed.</summary>
        public static AnomalyMode detect_anomaly(bool check_nan = true) => new(true, check_nan);

        /// <inheritdoc cref="detect_anomaly"/>
        public static AnomalyMode set_detect_anomaly(bool mode, bool check_nan = true) => new(mode, check_nan);
    }

    public static IDisposable no_grad() => new AutoGradMode(false);
    public static IDisposable enable_grad(bool enabled = true) => new AutoGradMode(enabled);
    public static IDisposable set_grad_enabled(bool mode = true) => new AutoGradMode(mode);
    public static bool is_grad_enabled() => AutoGradMode.IsEnabled;
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);
    public static bool is_inference_mode_enabled() => InferenceMode.IsEnabled;
}

/// <summary>Sets whether the calling thread records gradients, until disposed on that thread.</summary>
internal sealed class AutoGradMode : IDisposable
{
    private readonly bool _previous = IsEnabled;

    public AutoGradMode(bool enabled) => Native.ct_set_grad_mode(enabled ? 1 : 0);

    public static bool IsEnabled => Native.ct_grad_mode() != 0;

    public void Dispose() => Native.ct_set_grad_mode(_previous ? 1 : 0);
}

/// <summary>As no_grad, and tensors made under it can never take part in a graph; until disposed on the same thread.</summary>
internal sealed class InferenceMode(bool mode) : IDisposable
{
    private nint _guard = Native.ct_inference_guard(mode ? 1 : 0);

    public static bool IsEnabled => Native.ct_inference_mode() != 0;

    // No finalizer: the guard restores the state of its own thread, which a finalizer's is not.
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _guard, 0) is not 0 and nint guard)
            Native.ct_inference_guard_free(guard);
    }
}

/// <summary>Anomaly detection, until disposed.</summary>
public class AnomalyMode : IDisposable
{
    private readonly bool _enabled = IsEnabled;
    private readonly bool _checkNan = ShouldCheckNaN;

    public AnomalyMode(bool enabled, bool check_nan = true) => Native.ct_set_anomaly_mode(enabled ? 1 : 0, check_nan ? 1 : 0);

    public static bool IsEnabled => Native.ct_anomaly_mode() != 0;
    public static bool ShouldCheckNaN => Native.ct_anomaly_nan() != 0;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            Native.ct_set_anomaly_mode(_enabled ? 1 : 0, _checkNan ? 1 : 0);
    }
}
