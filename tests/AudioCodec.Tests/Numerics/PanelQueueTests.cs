using AudioCodec.Numerics;

namespace AudioCodec.Tests.Numerics;

public class PanelQueueTests
{
    [Theory]
    [InlineData(1, 1, 1 << 20)]
    [InlineData(7, 2, 1 << 20)]
    [InlineData(3, 8, 1 << 10)]
    [InlineData(100, 3, 1 << 14)]
    [InlineData(100, 2, 1)]
    public void Takes_every_panel_once_on_any_threads(int panels, int parts, long panelBytes)
    {
        PanelQueue queue = new(parts);
        var taken = new int[panels];
        for (int round = 1; round <= 20; round++)
        {
            queue.Fill(panels, panelBytes);
            Parallel.For(0, parts, part =>
            {
                while (queue.TryTake(part, out WorkShare share))
                {
                    Assert.True(share.Count > 0);
                    for (int panel = share.First; panel < share.End; panel++)
                    {
                        Interlocked.Increment(ref taken[panel]);
                    }
                }
            });
            Assert.All(taken, count => Assert.Equal(round, count));
        }
    }

    [Fact]
    public void A_part_begins_with_its_own_run_and_then_takes_what_others_left()
    {
        PanelQueue queue = new(2);
        queue.Fill(4, panelBytes: 1 << 20);
        List<WorkShare> taken = [];
        while (queue.TryTake(1, out WorkShare share))
        {
            taken.Add(share);
        }

        Assert.Equal([new(2, 3), new(3, 4), new(0, 1), new(1, 2)], taken);
    }
}
