namespace TorchSharp;

public static partial class torch
{
    /// <summary>Differentiation outside of tensors' own methods.</summary>
    public static partial class autograd
    {
        /// <summary>The gradients of the outputs' weighted sum with respect to the inputs, without touching any <c>grad</c>.</summary>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            IntPtr[] o = HandleLists.Of([.. outputs]);
            IntPtr[] i = HandleLists.Of([.. inputs]);
            IntPtr[] g = HandleLists.Of(HandleLists.Copy(grad_outputs));
            HandleArray result;
            fixed (IntPtr* po = o, pi = i, pg = g)
            {
                // libtorch wants the graph kept whenever a new one is built.
                result = Native.ac_autograd_grad(
                    po, o.Length, pi, i.Length, pg, g.Length, retain_graph || create_graph ? (byte)1 : (byte)0, create_graph ? (byte)1 : (byte)0, allow_unused ? (byte)1 : (byte)0);
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Native.Tensors(result);
        }

        /// <summary>Adds the gradients of all leaves to their <c>grad</c>.</summary>
        public static unsafe void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            IntPtr[] t = HandleLists.Of([.. tensors]);
            IntPtr[] g = HandleLists.Of(HandleLists.Copy(grad_tensors));
            IntPtr[] i = HandleLists.Of(HandleLists.Copy(inputs));
            fixed (IntPtr* pt = t, pg = g, pi = i)
            {
                Native.ac_backward(pt, t.Length, pg, g.Length, retain_graph ?? create_graph ? (byte)1 : (byte)0, create_graph ? (byte)1 : (byte)0, pi, i.Length);
            }

            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
            Native.Check();
        }

        public static void backward(
            Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);
    }

    /// <summary>No graph is recorded on this thread until the result is disposed.</summary>
    public static IDisposable no_grad() => new AutoGradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new AutoGradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new AutoGradMode(mode);

    public static bool is_grad_enabled() => Native.ac_grad_enabled() != 0;
}

/// <summary>Switches the recording of graphs on one thread, and back when disposed.</summary>
internal sealed class AutoGradMode : IDisposable
{
    private readonly bool _before;
    private bool _disposed;

    public AutoGradMode(bool enabled)
    {
        _before = Native.ac_grad_enabled() != 0;
        Native.ac_set_grad_enabled(enabled ? (byte)1 : (byte)0);
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Native.ac_set_grad_enabled(_before ? (byte)1 : (byte)0);
        }
    }
}
