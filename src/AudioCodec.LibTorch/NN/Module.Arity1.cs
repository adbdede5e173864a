namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Something that can be called with one argument.</summary>
        public interface IModule<T, TResult>
        {
            TResult call(T input1);
        }

        /// <summary>A module whose forward takes one argument.</summary>
        public abstract class Module<T, TResult> : HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>, IModule<T, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            public abstract TResult forward(T input);

            public TResult call(T input)
            {
                Before();
                foreach (Func<Module<T, TResult>, T, T> hook in pre_hooks.Values)
                {
                    T modified = hook(this, input);
                    if (modified is not null)
                    {
                        input = modified;
                    }
                }

                TResult result = forward(input);
                foreach (Func<Module<T, TResult>, T, TResult, TResult> hook in post_hooks.Values)
                {
                    TResult modified = hook(this, input, result);
                    if (modified is not null)
                    {
                        result = modified;
                    }
                }

                After();
                return result;
            }
        }
    }
}
