namespace AudioCodec.Numerics.Vectors;

/// <summary>The operations on vectors that give the same bits on every machine.</summary>
/// <typeparam name="TVec">A vector of floats, or one float for the scalar tier.</typeparam>
/// <remarks>
/// Every member is one IEEE 754 operation per float, or moves bits: a kernel written over this interface gives the same bits at any
/// number of lanes. There is deliberately no fused multiply-add, no estimate and no sum across lanes; <see cref="ISimd{TVec}"/> has them.
/// A type of its own beside the vector, because .NET's vectors cannot implement our interface, and a struct around one costs a fifth of the
/// speed of a streaming step: the compiler then copies sums instead of adding to them in place.
/// </remarks>
internal unsafe interface IExactSimd<TVec>
    where TVec : struct
{
    /// <summary>Floats per vector: 1, 4, 8 or 16.</summary>
    static abstract int Lanes { get; }

    /// <summary>Whether kernels count on 32 vector registers, not 16, and keep twice as many sums in them. NEON has 32 too, but nothing was measured there.</summary>
    static abstract bool HasManyRegisters { get; }

    static abstract TVec Load(float* source);

    static abstract void Store(float* destination, TVec value);

    static abstract TVec Broadcast(float value);

    static abstract TVec Add(TVec left, TVec right);

    static abstract TVec Subtract(TVec left, TVec right);

    static abstract TVec Multiply(TVec left, TVec right);

    static abstract TVec Divide(TVec left, TVec right);

    /// <summary>Where left &gt; right: <paramref name="left"/>, elsewhere (NaN too) <paramref name="right"/>.</summary>
    static abstract TVec Larger(TVec left, TVec right);

    /// <summary>Adds the lowest bits of <paramref name="exponent"/>, shifted into the exponent field, to the bits of <paramref name="value"/>.</summary>
    static abstract TVec ShiftExponent(TVec value, TVec exponent);

    /// <summary>Each 32-bit word as a signed integer, rounded to a float: its upper half times 65536, and the lower half as a fraction of that.</summary>
    static abstract TVec LoadUpperHalves(int* source);

    /// <summary>The lower half of each 32-bit word as a signed integer, times 65536.</summary>
    static abstract TVec LoadLowerHalves(int* source);

    /// <summary>Stores values truncated to integers; each must fit.</summary>
    static abstract void StoreTruncated(int* destination, TVec value);

    /// <summary>Bits of each 32-bit word that are set in <paramref name="mask"/>.</summary>
    static abstract TVec MaskWords(TVec words, int mask);

    /// <summary>Each 32-bit word shifted to the left.</summary>
    static abstract TVec ShiftWordsLeft(TVec words, int count);

    /// <summary>Each 32-bit word as a signed integer shifted to the right.</summary>
    static abstract TVec ShiftWordsRight(TVec words, int count);

    /// <summary>Each 32-bit word as a signed integer, rounded to a float.</summary>
    static abstract TVec ToSingle(TVec words);

    /// <summary>Words with the lower halves of two vectors of words: those of <paramref name="lower"/> below those of <paramref name="upper"/>.</summary>
    static abstract TVec JoinLowerHalves(TVec lower, TVec upper);

    /// <summary>Signed bytes as signed 16-bit integers, two in each word.</summary>
    static abstract TVec LoadBytePairs(sbyte* source);

    /// <summary>Adds to each word, as an integer, the sum of the products of the two signed 16-bit integers in the words of left and right.</summary>
    static abstract TVec AddPairProducts(TVec sums, TVec left, TVec right);
}
