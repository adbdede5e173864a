using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Compression;

namespace AudioCodec.Cli.Models;

/// <summary>A model that was loaded for a command.</summary>
/// <param name="Codec">The codec, its fingerprint and language model.</param>
/// <param name="Status">How far its training is.</param>
internal sealed record ProvidedModel(EcdcModel Codec, CheckpointStatus Status)
{
    /// <summary>The network.</summary>
    public EncodecModel Network => Codec.Model;

    /// <summary>The configuration.</summary>
    public EncodecConfig Config => Codec.Model.Config;
}
