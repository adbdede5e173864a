using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>The recurrent weights of an LSTM layer in 16 bits, laid out for <see cref="LstmKernel"/>.</summary>
/// <remarks>
/// A step reads all weights once for one product with a vector, so it is bound by memory: half the bytes take half the time.
/// Each gate of each unit has its own step of largest magnitude / 32767; the error of a weight is at most half a step,
/// 2^-16 of the largest, which changes the gates by less than single-precision summation does at this length.
/// Units come in blocks of one vector, the last padded with zeros. For each block and input k there are two vectors of 32-bit
/// words: (forget | input) and (output | candidate), upper half | lower half, stored so that the whole word is
/// upper * 65536 + lower with a signed lower half.
/// </remarks>
internal sealed unsafe class RecurrentMatrix
{
    private readonly AlignedArray _words;
    private readonly AlignedArray _steps;

    /// <summary>Packs <paramref name="weights"/> [4 * units, units], gates in the order input, forget, candidate, output.</summary>
    public RecurrentMatrix(ReadOnlySpan<float> weights, int units)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, 4 * units * units);
        Units = units;
        int lanes = Simd.Lanes;
        Blocks = (units + lanes - 1) / lanes;
        _words = AlignedArray.ForWeights(checked(Blocks * units * 2 * lanes));
        _steps = new AlignedArray(Blocks * 4 * lanes);
        for (int unit = 0; unit < units; unit++)
        {
            Pair(weights, unit, upperGate: 1, lowerGate: 0);
            Pair(weights, unit, upperGate: 3, lowerGate: 2);
        }
    }

    /// <summary>Hidden units H.</summary>
    public int Units { get; }

    /// <summary>Blocks of one vector of units.</summary>
    public int Blocks { get; }

    /// <summary>Address of a block's words.</summary>
    public int* Words(int block) => (int*)_words.Pointer + ((nint)block * Units * 2 * Simd.Lanes);

    /// <summary>Address of a block's steps divided by 65536: one vector per gate.</summary>
    public float* Steps(int block) => _steps.Pointer + ((nint)block * 4 * Simd.Lanes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pair(ReadOnlySpan<float> weights, int unit, int upperGate, int lowerGate)
    {
        int lanes = Simd.Lanes;
        int block = unit / lanes;
        int lane = unit % lanes;
        ReadOnlySpan<float> upper = weights.Slice(((upperGate * Units) + unit) * Units, Units);
        ReadOnlySpan<float> lower = weights.Slice(((lowerGate * Units) + unit) * Units, Units);
        float upperStep = Step(upper);
        float lowerStep = Step(lower);
        Steps(block)[(upperGate * lanes) + lane] = upperStep / 65536f;
        Steps(block)[(lowerGate * lanes) + lane] = lowerStep / 65536f;
        int* word = Words(block) + (upperGate == 1 ? 0 : lanes) + lane;
        Vector128<float> upperSteps = Vector128.Create(upperStep);
        Vector128<float> lowerSteps = Vector128.Create(lowerStep);
        int k = 0;
        for (; k <= Units - 4; k += 4)
        {
            Vector128<int> words = Words(Vector128.Create(upper.Slice(k, 4)) / upperSteps, Vector128.Create(lower.Slice(k, 4)) / lowerSteps);
            for (int i = 0; i < 4; i++, word += 2 * lanes)
            {
                *word = words[i];
            }
        }

        for (; k < Units; k++, word += 2 * lanes)
        {
            *word = Words(Vector128.CreateScalar(upper[k] / upperStep), Vector128.CreateScalar(lower[k] / lowerStep))[0];
        }
    }

    /// <summary>Rounds two gates' weights, in steps, to a word each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Words(Vector128<float> upper, Vector128<float> lower)
    {
        Vector128<float> low = Vector128.Round(lower);
        Vector128<float> high = Vector128.Round(upper - (low / 65536f));
        high = Vector128.Min(Vector128.Max(high, Vector128.Create(-32767f)), Vector128.Create(32767f));
        return (Vector128.ConvertToInt32(high) << 16) + Vector128.ConvertToInt32(low);
    }

    private static float Step(ReadOnlySpan<float> weights)
    {
        float largest = Magnitude.Largest(weights);
        return float.IsFinite(largest) && largest > 1e-30f ? largest / 32767f : 1f;
    }
}
