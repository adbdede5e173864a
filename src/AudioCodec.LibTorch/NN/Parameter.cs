using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A leaf tensor that a module registers and an optimizer changes. It belongs to no dispose scope.</summary>
    public class Parameter : Tensor
    {
        public Parameter(Tensor data, bool requires_grad = true)
            : base(Detached(data))
        {
            this.requires_grad = requires_grad;
            DetachFromDisposeScope();
        }

        private static IntPtr Detached(Tensor data)
        {
            ArgumentNullException.ThrowIfNull(data);
            IntPtr handle = Native.ac_detached(data.Handle);
            GC.KeepAlive(data);
            Native.Check();
            return handle;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
