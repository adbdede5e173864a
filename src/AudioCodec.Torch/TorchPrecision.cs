namespace AudioCodec.Torch;

/// <summary>How exactly a codec computes on libtorch.</summary>
public enum TorchPrecision
{
    /// <summary>Single precision.</summary>
    Full,

    /// <summary>Single precision, whose products a GPU may round to TensorFloat-32: 10 bits of mantissa. On a CPU the same as <see cref="Full"/>.</summary>
    TensorFloat32,
}
