using AudioCodec.Codecs.Configuration;
using AudioCodec.Generation.Configuration;

namespace AudioCodec;

/// <summary>Description of a generator.</summary>
/// <param name="Config">Its configuration.</param>
public sealed record GeneratorInfo(GeneratorConfig Config)
{
    /// <summary>Its name.</summary>
    public string Name => Config.Name;

    /// <summary>State of its training.</summary>
    public CheckpointStatus Status => Config.Status;

    /// <summary>Samples per second and channel of its audio.</summary>
    public int SampleRateHz => Config.SampleRateHz;

    /// <summary>Channels of its audio.</summary>
    public int Channels => Config.Channels;

    /// <summary>Frames per second.</summary>
    public int FrameRateHz => Config.FrameRateHz;

    /// <summary>Codes per frame, K.</summary>
    public int Codebooks => Config.Transformer.Codebooks;

    /// <summary>Length that is made unless another is asked for.</summary>
    public TimeSpan DefaultDuration => TimeOf(Config.Defaults.Frames);

    /// <summary>Length of the pieces that it was trained on; longer audio is made window by window.</summary>
    public TimeSpan Window => TimeOf(Config.WindowFrames);

    private TimeSpan TimeOf(int frames) => TimeSpan.FromTicks(frames * TimeSpan.TicksPerSecond / FrameRateHz);
}
