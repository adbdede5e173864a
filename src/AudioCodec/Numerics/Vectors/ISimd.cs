namespace AudioCodec.Numerics.Vectors;

/// <summary>The vector operations of the kernels, which are written once for every instruction set.</summary>
/// <typeparam name="TVec">A vector of floats, or one float for the scalar tier.</typeparam>
/// <remarks>
/// A tier evaluates every element with the same sequence of operations whatever its place in a vector, a row or a
/// chunk: that is what makes chunked output equal to whole output bit for bit. Tiers may differ from each other in rounding.
/// </remarks>
internal interface ISimd<TVec> : IExactSimd<TVec>
    where TVec : struct
{
    /// <summary>left * right + addend, fused where the tier's instruction set has it.</summary>
    static abstract TVec MultiplyAdd(TVec left, TVec right, TVec addend);

    /// <summary>The larger value; NaN where either is NaN.</summary>
    static abstract TVec Max(TVec left, TVec right);

    /// <summary>The smaller value; NaN where either is NaN.</summary>
    static abstract TVec Min(TVec left, TVec right);

    /// <summary>Where value &gt; 0: <paramref name="positive"/>, elsewhere (NaN too) <paramref name="other"/>.</summary>
    static abstract TVec SelectPositive(TVec value, TVec positive, TVec other);

    /// <summary>Sum of the lanes, in a fixed order.</summary>
    static abstract float Sum(TVec value);
}
