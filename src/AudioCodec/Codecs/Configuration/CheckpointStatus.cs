namespace AudioCodec.Codecs.Configuration;

/// <summary>State of a model's training, as the <c>config.json</c> in its folder states it.</summary>
public enum CheckpointStatus
{
    /// <summary>The training will continue.</summary>
    Preview,

    /// <summary>Training is finished.</summary>
    Release,
}
