using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>The kernels of the float engine in one tier. Each part of this class has its entry, with the contract, in a class of its own.</summary>
internal static unsafe partial class FloatKernels<TVec, TSimd>
    where TVec : struct
    where TSimd : struct, ISimd<TVec>;
