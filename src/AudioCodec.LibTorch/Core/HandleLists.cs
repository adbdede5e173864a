using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>An array of tensor handles made by the shim.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HandleArray
{
    public IntPtr* Data;
    public long Count;
}

/// <summary>A scalar as it crosses the boundary. Kinds: 0 none, 1 integer, 2 floating point, 3 boolean, 4 complex.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ScalarValue
{
    public double Value;
    public double Imaginary;
    public long Integer;
    public long Kind;
}

/// <summary>The settings of one Adam step, in the shim's order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AdamSettings
{
    public double LearningRate;
    public double Beta1;
    public double Beta2;
    public double Epsilon;
    public double WeightDecay;
    public long Decoupled;
    public long Amsgrad;
    public long Maximize;
}

/// <summary>Lists of tensors as arguments. The copy keeps the tensors alive during the call.</summary>
internal static class HandleLists
{
    public static torch.Tensor[] Copy(IEnumerable<torch.Tensor>? tensors) => tensors is null ? [] : [.. tensors];

    public static torch.Tensor[] Copy(ReadOnlySpan<torch.Tensor> tensors) => tensors.ToArray();

    public static IntPtr[] Of(IReadOnlyList<torch.Tensor> tensors)
    {
        var handles = new IntPtr[tensors.Count];
        for (int i = 0; i < handles.Length; i++)
        {
            handles[i] = tensors[i] is { } t ? t.Handle : IntPtr.Zero;
        }

        return handles;
    }

    /// <summary>Refuses what is in TorchSharp's signatures but not supported here.</summary>
    public static void RefuseNames(string[]? names)
    {
        if (names is not null)
        {
            throw new NotSupportedException("named dimensions are not supported by this binding");
        }
    }
}
