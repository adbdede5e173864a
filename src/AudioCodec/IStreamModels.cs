using AudioCodec.Codecs.Configuration;
using AudioCodec.Models;

namespace AudioCodec;

/// <summary>Gives the models that the header of a file names.</summary>
internal interface IStreamModels
{
    /// <summary>Threads that decoding may use.</summary>
    int Threads { get; }

    /// <summary>A model's configuration, without its weights.</summary>
    /// <param name="streamName">The name in the header; never taken for a path.</param>
    /// <returns>The configuration, or <see langword="null"/> where the model is not known here.</returns>
    /// <exception cref="BitstreamException">Another model was asked to decode the file.</exception>
    EncodecConfig? FindConfig(string streamName);

    /// <summary>Loads a model.</summary>
    /// <param name="streamName">The name in the header; never taken for a path.</param>
    /// <exception cref="ModelNotFoundException">The model is not on this machine.</exception>
    /// <exception cref="BitstreamException">Another model was asked to decode the file.</exception>
    CodecModel Load(string streamName);
}
