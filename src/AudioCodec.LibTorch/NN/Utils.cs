namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Gradient clipping and parameter vectors.</summary>
        public static partial class utils
        {
            /// <summary>Scales all gradients so that their norm is at most <paramref name="max_norm"/>; returns the norm before.</summary>
            public static unsafe double clip_grad_norm_(IEnumerable<Modules.Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                Modules.Parameter[] all = [.. tensors];
                IntPtr[] handles = HandleLists.Of(all);
                double norm;
                fixed (IntPtr* p = handles)
                {
                    norm = Native.ac_clip_grad_norm(p, handles.Length, max_norm, norm_type);
                }

                GC.KeepAlive(all);
                Native.Check();
                return norm;
            }

            public static void clip_grad_value_(IEnumerable<Modules.Parameter> tensors, double clip_value)
            {
                using IDisposable off = no_grad();
                foreach (Modules.Parameter parameter in tensors)
                {
                    using Tensor? grad = parameter.grad;
                    grad?.clamp_(-clip_value, clip_value).Dispose();
                }
            }

            public static Tensor parameters_to_vector(IEnumerable<Modules.Parameter> tensors)
            {
                using DisposeScope scope = NewDisposeScope();
                return cat([.. tensors.Select(t => t.view(-1))]).MoveToOuterDisposeScope();
            }

            public static void vector_to_parameters(Tensor vec, IEnumerable<Modules.Parameter> tensors)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable off = no_grad();
                long offset = 0;
                foreach (Modules.Parameter parameter in tensors)
                {
                    long n = parameter.numel();
                    parameter.copy_(vec.narrow(0, offset, n).view(parameter.shape));
                    offset += n;
                }
            }
        }
    }
}
