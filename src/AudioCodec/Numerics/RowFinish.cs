using System.Runtime.CompilerServices;
using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>One pass that normalizes rows, adds other rows, and activates the sum.</summary>
/// <remarks>An element's result does not depend on its place in a vector or a part. Allocates 0 B.</remarks>
internal static unsafe class RowFinish
{
    /// <summary>Finishes elements; a part of a whole starts at a multiple of the pattern's width.</summary>
    /// <param name="rows">Addresses <paramref name="length"/> elements.</param>
    /// <param name="length">Number of elements.</param>
    /// <param name="what">The operations, with a normalization.</param>
    /// <param name="start">Index of the first element in the whole, and so in the rows to add.</param>
    /// <param name="keep">Whether to store the sum in place of the rows.</param>
    /// <param name="activated">Receives ELU of the sum; may be <paramref name="rows"/> if that is not kept; null if it is not needed.</param>
    public static void Run(float* rows, int length, in Unfinished what, int start, bool keep, float* activated)
    {
        GroupNorm norm = what.Norm!; // as documented
        RowPattern pattern = new()
        {
            Width = norm.Width,
            Scale = norm.Scale,
            Shift = norm.Shift,
            Added = what.Added is null ? null : what.Added + start,
            AddedScale = what.AddedNorm is null ? null : what.AddedNorm.Scale,
            AddedShift = what.AddedNorm is null ? null : what.AddedNorm.Shift,
        };
        Simd.Run(new Call(rows, length, pattern, keep, activated));
    }

    private readonly struct Call(float* rows, int length, RowPattern pattern, bool keep, float* activated) : ISimdKernel
    {
        void ISimdKernel.Run<TVec, TSimd>() => FloatKernels<TVec, TSimd>.FinishRows(rows, length, pattern, keep, activated);
    }
}

/// <summary>Factors and terms of <see cref="RowFinish"/>, repeated with a period of <see cref="Width"/> elements.</summary>
internal unsafe struct RowPattern
{
    public int Width;
    public float* Scale;
    public float* Shift;
    public float* Added;
    public float* AddedScale;
    public float* AddedShift;
}

/// <content>Normalization, addition and activation of rows in one pass.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FinishRows(float* rows, int length, RowPattern pattern, bool keep, float* activated)
    {
        for (int at = 0; at < length; at += pattern.Width)
        {
            int count = Math.Min(pattern.Width, length - at);
            float* added = pattern.Added is null ? null : pattern.Added + at;
            float* active = activated is null ? null : activated + at;
            int whole = count / TSimd.Lanes * TSimd.Lanes;
            FinishVectors(rows + at, added, active, whole, 0, pattern, keep);
            if (whole < count)
            {
                FinishTail(rows + at + whole, added is null ? null : added + whole, active is null ? null : active + whole, count - whole, whole, pattern, keep);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FinishVectors(float* rows, float* added, float* activated, int count, int offset, in RowPattern pattern, bool keep)
    {
        float* scale = pattern.Scale + offset;
        float* shift = pattern.Shift + offset;
        float* addedScale = pattern.AddedScale is null ? null : pattern.AddedScale + offset;
        float* addedShift = pattern.AddedShift is null ? null : pattern.AddedShift + offset;
        for (int i = 0; i < count; i += TSimd.Lanes)
        {
            TVec value = TSimd.MultiplyAdd(TSimd.Load(rows + i), TSimd.Load(scale + i), TSimd.Load(shift + i));
            if (added is not null)
            {
                TVec other = TSimd.Load(added + i);
                other = addedScale is null ? other : TSimd.MultiplyAdd(other, TSimd.Load(addedScale + i), TSimd.Load(addedShift + i));
                value = TSimd.Add(value, other);
            }

            if (keep)
            {
                TSimd.Store(rows + i, value);
            }

            if (activated is not null)
            {
                TSimd.Store(activated + i, Elu(value));
            }
        }
    }

    /// <summary>Less than a vector, through full vectors beside it.</summary>
    private static void FinishTail(float* rows, float* added, float* activated, int count, int offset, in RowPattern pattern, bool keep)
    {
        float* scratch = stackalloc float[3 * TSimd.Lanes];
        new Span<float>(scratch, 3 * TSimd.Lanes).Clear();
        new ReadOnlySpan<float>(rows, count).CopyTo(new Span<float>(scratch, count));
        float* other = added is null ? null : scratch + TSimd.Lanes;
        if (added is not null)
        {
            new ReadOnlySpan<float>(added, count).CopyTo(new Span<float>(other, count));
        }

        float* active = activated is null ? null : scratch + (2 * TSimd.Lanes);
        FinishVectors(scratch, other, active, TSimd.Lanes, offset, pattern, keep);
        if (keep)
        {
            new ReadOnlySpan<float>(scratch, count).CopyTo(new Span<float>(rows, count));
        }

        if (activated is not null)
        {
            new ReadOnlySpan<float>(active, count).CopyTo(new Span<float>(activated, count));
        }
    }
}
