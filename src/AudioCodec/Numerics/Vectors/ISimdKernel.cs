namespace AudioCodec.Numerics.Vectors;

/// <summary>A call of a kernel with its arguments, to be run in some tier; see <see cref="Simd.Run"/>.</summary>
internal interface ISimdKernel
{
    /// <summary>Runs the kernel in one tier.</summary>
    void Run<TVec, TSimd>()
        where TVec : struct
        where TSimd : struct, ISimd<TVec>;
}
