using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The dispose scopes of each thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScope? s_current;

    internal static DisposeScope? Current => s_current;

    internal static DisposeScope New() => s_current = new DisposeScope(s_current);

    /// <summary>Ends a scope; scopes opened inside it and never disposed end with it.</summary>
    internal static void Remove(DisposeScope scope)
    {
        for (DisposeScope? s = s_current; s is not null; s = s.Outer)
        {
            if (ReferenceEquals(s, scope))
            {
                for (DisposeScope? inner = s_current; !ReferenceEquals(inner, scope); inner = inner!.Outer)
                {
                    // Not null: the loop above found the scope further out on this very chain.
                    inner!.DisposeEverything();
                }

                s_current = scope.Outer;
                return;
            }
        }
    }

    internal static void Register(Tensor tensor)
    {
        if (s_current is { } scope)
        {
            scope.Add(tensor);
            tensor.OwningDisposeScope = scope;
        }
    }

    internal static void SetOwner(IDisposable disposable, DisposeScope? scope)
    {
        if (disposable is Tensor tensor)
        {
            tensor.OwningDisposeScope = scope;
        }
    }

    internal static void Move(IDisposable disposable, DisposeScope? scope)
    {
        if (disposable is Tensor { OwningDisposeScope: { } owner })
        {
            owner.Forget(disposable);
        }

        SetOwner(disposable, scope);
        scope?.Add(disposable);
    }
}

public static partial class torch
{
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.Current;

    /// <summary>Opens a scope: what is made on this thread until it ends is freed with it.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.New();

    /// <summary>Runs a function in a scope of its own and keeps its result.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
