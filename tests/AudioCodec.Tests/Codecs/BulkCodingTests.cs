using AudioCodec.Codecs;

namespace AudioCodec.Tests.Codecs;

public sealed class BulkCodingTests
{
    [Fact]
    public void ChunkFrames_OfAnyLength_AreEqualSharesNearTheUsual()
    {
        Assert.Equal((1, 150, 215, 108, 144), (BulkCoding.ChunkFrames(1), BulkCoding.ChunkFrames(150), BulkCoding.ChunkFrames(215), BulkCoding.ChunkFrames(216), BulkCoding.ChunkFrames(144_000)));
        Assert.Equal(144, BulkCoding.ChunkFrames(long.MaxValue));
        for (int available = 1; available < 3000; available++)
        {
            int chunk = BulkCoding.ChunkFrames(available);
            int chunks = (available + chunk - 1) / chunk;
            Assert.InRange(chunk, 1, BulkCoding.Frames * 3 / 2);
            Assert.True(chunks == 1 || chunk > BulkCoding.Frames * 2 / 3);
            Assert.InRange((chunks * chunk) - available, 0, chunks - 1);
        }
    }
}
