using AudioCodec.Codecs.Configuration;
using AudioCodec.Models;

namespace AudioCodec;

/// <summary>Provides the models that the headers of files name.</summary>
internal interface IStreamModels
{
    /// <summary>Number of threads for decoding.</summary>
    int Threads { get; }

    /// <summary>A model's configuration, without its weights.</summary>
    /// <param name="streamName">The name in the header; never taken for a path.</param>
    /// <returns>The configuration, or <see langword="null"/> where the model is not known.</returns>
    /// <exception cref="BitstreamException">Another model was asked to decode the file.</exception>
    EncodecConfig? FindConfig(string streamName);

    /// <summary>Loads a model.</summary>
    /// <param name="streamName">The name in the header; never taken for a path.</param>
    /// <exception cref="ModelNotFoundException">The model is not on this machine.</exception>
    /// <exception cref="BitstreamException">Another model was asked to decode the file.</exception>
    CodecModel Load(string streamName);
}
