namespace AudioCodec.Codecs.Configuration;

/// <summary>How far the training of a model is, as its folder's <c>config.json</c> states it.</summary>
public enum CheckpointStatus
{
    /// <summary>The best so far of a training that is to go on.</summary>
    Preview,

    /// <summary>Training is finished.</summary>
    Release,
}
