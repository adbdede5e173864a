namespace AudioCodec.Text;

/// <summary>Buckets of relative positions: near ones have their own, far ones share by the logarithm of their distance.</summary>
/// <remarks>Source: arXiv 1910.10683, section 2.1; <c>T5Attention._relative_position_bucket</c> (bidirectional) in transformers.</remarks>
internal static class RelativePosition
{
    /// <summary>The bucket of a key.</summary>
    /// <param name="offset">The key's position minus the query's.</param>
    /// <param name="config">Gives the number of buckets and the distance from which on the last serves.</param>
    public static int Bucket(int offset, T5Config config)
    {
        int half = config.PositionBuckets / 2;
        int exact = half / 2;
        int distance = Math.Abs(offset);
        int bucket = distance;
        if (distance >= exact)
        {
            // In single precision as in the reference, which decides at the edges of buckets.
            float scaled = MathF.Log((float)distance / exact) / (float)Math.Log((double)config.PositionMaxDistance / exact) * (half - exact);
            bucket = Math.Min(exact + (int)scaled, half - 1);
        }

        return offset > 0 ? half + bucket : bucket;
    }
}
