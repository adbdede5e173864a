using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What Adam and AdamW share: checks, the native step, and the saving of a moment.</summary>
internal static class AdamSteps
{
    /// <summary>The tensors of one parameter's state, as the step needs them.</summary>
    internal readonly record struct Moments(Tensor Average, Tensor Square, Tensor? Maximum);

    public static void Validate(double lr, double beta1, double beta2, double eps, double weightDecay)
    {
        Require(lr >= 0, $"Invalid learning rate: {lr}");
        Require(eps >= 0, $"Invalid ε: {eps}");
        Require(beta1 is >= 0 and < 1, $"Invalid beta1: {beta1}");
        Require(beta2 is >= 0 and < 1, $"Invalid beta2: {beta2}");
        Require(weightDecay >= 0, $"Invalid weight_decay value: {weightDecay}");
    }

    public static Tensor? Loss(Func<Tensor>? closure)
    {
        if (closure is null)
        {
            return null;
        }

        using IDisposable on = enable_grad();
        return closure();
    }

    /// <summary>One step over a group. <paramref name="advance"/> raises a parameter's step count and returns it; parameters without gradient are left alone.</summary>
    public static unsafe void Run(Parameter[] parameters, Func<Parameter, long> advance, Func<Parameter, Moments> moments, in AdamSettings settings)
    {
        Parameter[] live = WithGradient(parameters);
        Moments[] state = Array.ConvertAll(live, p => moments(p));
        long[] steps = Array.ConvertAll(live, p => advance(p));
        IntPtr[] handles = HandleLists.Of(live);
        IntPtr[] averages = Array.ConvertAll(state, m => m.Average.Handle);
        IntPtr[] squares = Array.ConvertAll(state, m => m.Square.Handle);
        IntPtr[] maxima = Array.ConvertAll(state, m => m.Maximum?.Handle ?? IntPtr.Zero);
        fixed (IntPtr* p = handles, a = averages, s = squares, m = maxima)
        fixed (long* n = steps)
        {
            Native.ac_adam_step(p, a, s, m, n, live.Length, settings);
        }

        GC.KeepAlive(live);
        GC.KeepAlive(state);
        Native.Check();
    }

    public static void Save(BinaryWriter writer, Tensor tensor)
    {
        using Tensor host = tensor.to(ScalarType.Float64, CPU);
        using Tensor flat = host.contiguous();
        writer.Write(flat.numel());
        writer.Write(flat.bytes);
    }

    /// <exception cref="InvalidDataException">The stream holds another number of elements, or ends.</exception>
    public static void Load(BinaryReader reader, Tensor tensor)
    {
        long n = reader.ReadInt64();
        if (n != tensor.numel())
        {
            throw new InvalidDataException($"the optimizer state in the stream has {n} elements where the parameter has {tensor.numel()}");
        }

        using IDisposable off = no_grad();
        using Tensor host = empty(tensor.shape, ScalarType.Float64);
        reader.BaseStream.ReadExactly(host.bytes);
        tensor.copy_(host).Dispose();
    }

    /// <summary>A copy of a moment where its parameter is, in no dispose scope.</summary>
    public static Tensor Copy(Tensor tensor, Parameter parameter) => tensor.to(parameter.device, copy: true).DetachFromDisposeScope();

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }

    private static unsafe Parameter[] WithGradient(Parameter[] parameters)
    {
        IntPtr[] handles = HandleLists.Of(parameters);
        var has = new byte[handles.Length];
        fixed (IntPtr* p = handles)
        fixed (byte* h = has)
        {
            Native.ac_has_grads(p, handles.Length, h);
        }

        return [.. parameters.Where((_, i) => has[i] != 0)];
    }
}
